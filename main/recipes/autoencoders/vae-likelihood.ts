/** How probable a VAE holds the items of a split, by two lower bounds of log p(x), and what the bound is made of. */
import { parts } from '../evaluations/features';
import type { EvaluationContext, EvaluationResult } from '../recipe';
import { activeAbove } from './vae-system';

/** Samples of z for each item: at 50 the bound is within a few tenths of a nat of that of thousands on digits. */
const samples = 50;
/** Items at most: each costs 50 passes of the decoder. */
const limit = 1000;

/**
 * `elbo_nats`, the mean of log weights, and `iwae_nats`, the mean of log mean exp of 50 of them, never less (Burda et al.
 * 2016, arXiv:1509.00519, theorem 1); `bits_per_number` of the tighter one. `reconstruction_nats` is from the mean of z;
 * `floor_nats` what no model gets below where pixels are greys read as chances: their own entropy.
 */
export async function likelihoodEvaluation(context: EvaluationContext): Promise<EvaluationResult> {
  const d = Number(context.system.config['bottleneck']);
  const total = Math.min(limit, context.count(context.split));
  const [tick] = parts(context, [1]);
  const sums = { elbo: 0, iwae: 0, reconstruction: 0, floor: 0 };
  const divergences = new Float64Array(d);
  let [n, numbers] = [0, 0];
  let readsChances = context.system.config['loss'] !== 'squared-error';
  for await (const { x, labels } of context.batches(context.split, limit)) {
    const count = labels.length;
    const chance = context.random.split(n);
    const weights: Float32Array[] = [];
    for (let k = 0; k < samples; k++) {
      await tick!(n + (count * k) / samples, total);
      const epsilon = chance.split(k).normal(count * d);
      weights.push((await context.forward('logWeight', { x, epsilon }, count))['logWeight'] as Float32Array);
    }
    for (let i = 0; i < count; i++) {
      const own = weights.map((weight) => weight[i]!);
      sums.elbo += own.reduce((sum, value) => sum + value, 0) / samples;
      sums.iwae += logMeanExp(own);
    }
    const epsilon = new Float32Array(count * d);
    const { atMean, divergence } = await context.forward('measure', { x, epsilon }, count);
    for (const nats of atMean!) sums.reconstruction += nats;
    divergence!.forEach((nats: number, i: number) => {
      divergences[i % d]! += nats;
    });
    readsChances &&= x.every((value) => value >= 0 && value <= 1);
    sums.floor += entropyOf(x);
    n += count;
    numbers = x.length / count;
  }
  await tick!(total, total);
  const kl = divergences.map((sum) => sum / n);
  return {
    n,
    figures: {
      n,
      samples,
      elbo_nats: sums.elbo / n,
      iwae_nats: sums.iwae / n,
      bits_per_number: -sums.iwae / n / numbers / Math.LN2,
      reconstruction_nats: sums.reconstruction / n,
      kl_nats: kl.reduce((sum, value) => sum + value, 0),
      active_dimensions: kl.filter((value) => value > activeAbove).length,
      ...(readsChances && { floor_nats: sums.floor / n, excess_nats: (sums.reconstruction - sums.floor) / n }),
    },
    tables: { dimensions: { columns: ['dimension', 'kl nats'], rows: [...kl].map((nats, i) => [i + 1, nats]) } },
  };
}

/** Of greys read as chances, nats, summed; 0 for what is not strictly between 0 and 1. */
function entropyOf(x: Float32Array): number {
  let sum = 0;
  for (const p of x) if (p > 0 && p < 1) sum -= p * Math.log(p) + (1 - p) * Math.log(1 - p);
  return sum;
}

/** log of the mean of exponentials, with the largest taken out first. */
export function logMeanExp(values: readonly number[]): number {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0) / values.length);
}
