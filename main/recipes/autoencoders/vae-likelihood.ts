/** How probable a VAE holds the items of a split, by two lower bounds of log p(x). */
import { parts } from '../evaluations/features';
import type { EvaluationContext, EvaluationResult } from '../recipe';

/** Samples of z for each item: at 50 the bound is within a few tenths of a nat of that of thousands on digits. */
const samples = 50;
/** Items at most: each costs 50 passes of the decoder. */
const limit = 1000;

/**
 * `elbo_nats`, the mean of log weights, and `iwae_nats`, the mean of log mean exp of 50 of them, never less (Burda et al.
 * 2016, arXiv:1509.00519, theorem 1); `bits_per_number` of the tighter one.
 */
export async function likelihoodEvaluation(context: EvaluationContext): Promise<EvaluationResult> {
  const d = Number(context.system.config['bottleneck']);
  const total = Math.min(limit, context.count(context.split));
  const [tick] = parts(context, [1]);
  let [n, elbo, iwae, numbers] = [0, 0, 0, 0];
  for await (const { x, labels } of context.batches(context.split, limit)) {
    const count = labels.length;
    const weights: Float32Array[] = [];
    for (let k = 0; k < samples; k++) {
      await tick!(n + (count * k) / samples, total);
      const epsilon = context.random
        .split(n)
        .split(k)
        .normal(count * d);
      weights.push((await context.forward('logWeight', { x, epsilon }, count))['logWeight'] as Float32Array);
    }
    for (let i = 0; i < count; i++) {
      const own = weights.map((weight) => weight[i]!);
      elbo += own.reduce((sum, value) => sum + value, 0) / samples;
      iwae += logMeanExp(own);
    }
    n += count;
    numbers = x.length / count;
  }
  await tick!(total, total);
  const figures = {
    n,
    samples,
    elbo_nats: elbo / n,
    iwae_nats: iwae / n,
    bits_per_number: -iwae / n / numbers / Math.LN2,
  };
  return { n, figures, tables: {} };
}

/** log of the mean of exponentials, with the largest taken out first. */
export function logMeanExp(values: readonly number[]): number {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0) / values.length);
}
