/** Reconstruction error of a split: overall, by class, and the items that come out worst. */
import { errorsOf, summarise } from '#main/evaluation';
import type { EvaluationContext, EvaluationResult } from '../recipe';
import { parts } from './features';

export async function reconstructionEvaluation(context: EvaluationContext): Promise<EvaluationResult> {
  const total = context.count(context.split);
  const [tick] = parts(context, [1]);
  const errors = new Float64Array(total);
  const labels = new Int32Array(total);
  const items = new Uint32Array(total);
  let done = 0;
  for await (const batch of context.batches(context.split)) {
    await tick!(done, total);
    const count = batch.labels.length;
    const { y } = await context.forward('reconstruct', { x: batch.x }, count);
    errors.set(errorsOf(batch.x, y as Float32Array, count), done);
    labels.set(batch.labels, done);
    items.set(batch.indices, done);
    done += count;
  }
  await tick!(total, total);
  const { n, mean, median, percentile95, psnr, byClass, worst } = summarise(errors, labels);
  return {
    n,
    figures: { n, mse: mean, mse_median: median, mse_percentile_95: percentile95, psnr_db: psnr },
    tables: {
      by_class: {
        columns: ['class', 'n', 'mse'],
        rows: byClass.map(({ label, n: count, mean: mse }) => [context.classes[label] ?? String(label), count, mse]),
      },
      worst: {
        columns: ['item', 'class', 'mse'],
        rows: worst.map(({ index, label, error }) => [items[index]!, context.classes[label] ?? '', error]),
      },
    },
  };
}
