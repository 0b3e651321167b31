/** Usage of a trained codebook on a split: how many codes, how evenly, and which. */
import { countCodes, usageOf } from '#main/evaluation';
import type { EvaluationContext, EvaluationResult } from '../recipe';
import { parts } from './features';

export async function codebookEvaluation(context: EvaluationContext): Promise<EvaluationResult> {
  const total = context.count(context.split);
  const [tick] = parts(context, [1]);
  const counts = new Float64Array(Number(context.system.config['codebookSize']));
  let done = 0;
  for await (const { x, labels } of context.batches(context.split)) {
    await tick!(done, total);
    const { codes } = await context.forward('codes', { x }, labels.length);
    countCodes(counts, codes!);
    done += labels.length;
  }
  await tick!(total, total);
  const usage = usageOf(counts);
  const order = Array.from(counts.keys()).sort((a, b) => counts[b]! - counts[a]! || a - b);
  return {
    n: done,
    figures: {
      n: done,
      size: counts.length,
      used: usage.used,
      used_share: usage.usedShare,
      perplexity: usage.perplexity,
      perplexity_share: usage.perplexityShare,
      entropy_bits: usage.entropyBits,
      most_frequent_share: usage.blank.share,
      perplexity_without_most_frequent: usage.blank.perplexity,
    },
    tables: {
      usage: { columns: ['code', 'times', 'share'], rows: order.map((k) => [k, counts[k]!, counts[k]! / usage.total]) },
    },
  };
}
