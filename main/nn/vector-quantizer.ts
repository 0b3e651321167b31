/**
 * Vector quantizer: replaces each vector by the nearest of K learnt ones (VQ-VAE, van den Oord et al. 2017,
 * arXiv:1711.00937).
 *
 * Letters: M vectors (places of all items of a batch), D numbers in each, K codes.
 */

import { squaredError } from '#main/engine/functions/losses';
import { constant, type Init } from '#main/engine/init';
import type { Scope } from '#main/engine/scope';
import { fixed } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';

export interface CodebookOptions {
  /** K */
  size: number;
  /** D */
  length: number;
  /** How the codes learn: by running averages of the vectors that chose them, or by the gradient of a loss. */
  learning: 'ema' | 'gradient';
  /** Start value of the codes. */
  init: Init;
  /** ε of the Laplace smoothing: keeps a code that nothing chooses from being divided by 0. */
  epsilon: number;
}

/** N̂ = (N + ε) / (ΣN + Kε) · ΣN: counts moved a little towards their mean, their sum kept. N: [K] → [K] */
export function smoothed(counts: Tensor, epsilon: number): Tensor {
  const total = counts.sum();
  const size = fixed('smoothed', counts.shape[0], 'the codes');
  return counts
    .plus(epsilon)
    .div(total.plus(size * epsilon))
    .mul(total);
}

/**
 * The K codes: [K, D].
 *
 * With `ema` they are not kept themselves but as m / N̂: `sums` m [K, D] of the vectors that chose each code and
 * `counts` N [K] of how many did, both running averages over steps. Counts start at 1, so `init` is that of the codes.
 */
export function codebook(scope: Scope, { size, length, learning, init, epsilon }: CodebookOptions): Tensor {
  if (learning === 'gradient') return scope.parameter('vectors', [size, length], init, { decay: false });
  const counts = scope.state('counts', [size], constant(1));
  return scope.state('sums', [size, length], init).div(smoothed(counts, epsilon).reshape([size, 1]));
}

/** argmin_k ‖z − e_k‖² = argmin_k ‖e_k‖² − 2 z·e_k: one product and one addition. z: [M, D], e: [K, D] → int [M] */
export function nearestCodes(z: Tensor, e: Tensor): Tensor {
  const norms = e.sumSquares(1); // [K]
  return z.stopGradient().linear(e.stopGradient(), norms.stopGradient(), { transB: true, alpha: -2 }).argMin(1);
}

export interface Quantized {
  /** Which code each vector chose: int [M]. */
  codes: Tensor;
  /** Those codes: [M, D]. */
  nearest: Tensor;
  /** The same values for the decoder: [M, D]. */
  quantized: Tensor;
  /** Mean of (z − sg[e])², which pulls the vectors to their codes: scalar. */
  commitment: Tensor;
  /** Mean of (sg[z] − e)², which pulls the codes to their vectors: scalar. */
  learning: Tensor;
}

/**
 * Each vector's nearest code. With `straightThrough` the gradient of the decoder's input goes to z as it is
 * (z + sg[e − z]); without, it ends there. z: [M, D], e: [K, D]
 */
export function quantize(z: Tensor, e: Tensor, { straightThrough }: { straightThrough: boolean }): Quantized {
  const codes = nearestCodes(z, e);
  const nearest = e.gather(codes);
  const value = nearest.stopGradient();
  return {
    codes,
    nearest,
    quantized: straightThrough ? z.straightThrough(value) : value,
    commitment: squaredError(z, value),
    learning: squaredError(nearest, z.stopGradient()),
  };
}

/**
 * exp(−Σ p log(p + 1e-10)): how many codes, chosen evenly, would be as varied. p: share of each code, [K] → scalar.
 * The 1e-10 is that of DeepMind's Sonnet.
 */
export const perplexityOf = (shares: Tensor): Tensor => shares.mul(shares.plus(1e-10).log()).sum().neg().exp();

export interface EmaOptions {
  /** γ: how much of the old average a step keeps. */
  decay: number;
  /** A code whose running count falls below this starts anew at one of the batch's vectors; 0 = never. */
  restartBelow: number;
}

/**
 * N ← γN + (1−γ)n   and   m ← γm + (1−γ)Σz, over the vectors z that chose each code; then dead codes start anew.
 *
 * z: [M, D]; chosen: one-hot [M, K]; rows: int [K], the vector that each code would start anew at, drawn by the caller,
 * so that chance comes from outside the graph. Gives back how many codes started anew: scalar.
 */
export function averageCodes(scope: Scope, z: Tensor, chosen: Tensor, rows: Tensor, options: EmaOptions): Tensor {
  const { decay, restartBelow } = options;
  const [size, length] = [chosen.shape[1]!, z.shape[1]!].map((dim) => fixed('averageCodes', dim, 'codes and vectors'));
  const fixedZ = z.stopGradient();
  const counts = scope
    .state('counts', [size!])
    .scale(decay)
    .add(chosen.sum(0).scale(1 - decay)); // [K]
  const totals = chosen.matmul(fixedZ, { transA: true }); // [K, D]
  const sums = scope
    .state('sums', [size!, length!])
    .scale(decay)
    .add(totals.scale(1 - decay)); // [K, D]

  const dead = counts.less(restartBelow).cast('float32'); // [K], 1 where nothing chooses the code any more
  const alive = dead.neg().plus(1);
  const column = [size!, 1];
  // A code that starts anew counts as chosen once: the state in which every code began.
  scope.update('counts', counts.mul(alive).add(dead));
  scope.update('sums', sums.mul(alive.reshape(column)).add(fixedZ.gather(rows).mul(dead.reshape(column))));
  return dead.sum();
}
