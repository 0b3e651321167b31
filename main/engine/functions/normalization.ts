/** Normalization: items, channels or groups of channels at mean 0 and variance 1, then stretched and moved as learnt. */

import type { Tensor } from '../tensor';

export interface NormOptions {
  /** ε, added to the variance: keeps a constant item from being divided by 0. */
  epsilon?: number;
}

const EPSILON = 1e-5;

/**
 * (x − μ) / √(σ² + ε) · gain + bias over the last axes, as many as `gain` has (Ba et al. 2016, arXiv:1607.06450).
 *
 * x: [..., n], gain, bias: [n] → [..., n]
 */
export const layerNorm = (x: Tensor, gain: Tensor, bias?: Tensor, { epsilon = EPSILON }: NormOptions = {}): Tensor =>
  x.apply('layerNorm', bias ? [gain, bias] : [gain], { axes: gain.rank, epsilon });

/** (x − μ) / √(σ² + ε) over the last `axes` axes. x: [..., n] → [..., n] */
export const standardize = (x: Tensor, axes = 1, { epsilon = EPSILON }: NormOptions = {}): Tensor =>
  x.apply('layerNorm', [], { axes, epsilon });
