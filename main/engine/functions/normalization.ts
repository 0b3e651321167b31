/** Normalization: items, channels or groups of channels at mean 0 and variance 1, then stretched and moved as learnt. */

import { elements, fixed, product, show } from '../shape';
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

/** One number for each channel, ready to be multiplied with [N, C, ...]. [C] → [C, 1, ...] */
const perChannel = (values: Tensor, x: Tensor): Tensor =>
  values.reshape([...values.shape, ...x.shape.slice(2).map(() => 1)]);

function affine(x: Tensor, gain: Tensor | undefined, bias: Tensor | undefined): Tensor {
  const stretched = gain ? x.mul(perChannel(gain, x)) : x;
  return bias ? stretched.add(perChannel(bias, x)) : stretched;
}

function expectChannels(op: string, x: Tensor): number {
  if (x.rank < 2) throw new Error(`${op}: input must be [N, C, ...], got ${show(x.shape)}; reshape first`);
  return fixed(op, x.shape[1], 'the channels of the input');
}

export interface Statistics {
  /** μ of each channel: [C]. */
  mean: Tensor;
  /** σ² of each channel, over the population: [C]. */
  variance: Tensor;
  /** How many numbers of the batch they come from. */
  count: number;
}

/** Mean and variance of each channel over the batch and over space. x: [N, C, ...] */
export function channelStatistics(x: Tensor): Statistics {
  const channels = expectChannels('channelStatistics', x);
  const axes = [...x.shape.keys()].filter((axis) => axis !== 1);
  const count = elements('batchNorm', x.shape) / channels;
  const mean = x.sum(axes).scale(1 / count);
  const variance = x
    .sub(perChannel(mean, x))
    .sumSquares(axes)
    .scale(1 / count);
  return { mean, variance, count };
}

/**
 * (x − μ) / √(σ² + ε) · gain + bias with one μ and σ² for each channel (Ioffe & Szegedy 2015, arXiv:1502.03167): those of
 * the batch while it trains, running averages afterwards. Written as x · a + b, which is two passes over x.
 *
 * x: [N, C, ...], all others: [C] → [N, C, ...]
 */
export function batchNorm(
  x: Tensor,
  { mean, variance }: Pick<Statistics, 'mean' | 'variance'>,
  gain?: Tensor,
  bias?: Tensor,
  { epsilon = EPSILON }: NormOptions = {},
): Tensor {
  const inverse = variance.plus(epsilon).rsqrt();
  const a = gain ? inverse.mul(gain) : inverse;
  const b = bias ? bias.sub(mean.mul(a)) : mean.mul(a).neg();
  return affine(x, a, b);
}

/**
 * Each channel of each item at mean 0 and variance 1 over its space (Ulyanov et al. 2016, arXiv:1607.08022).
 *
 * x: [N, C, ...], gain, bias: [C] → [N, C, ...]
 */
export function instanceNorm(x: Tensor, gain?: Tensor, bias?: Tensor, options: NormOptions = {}): Tensor {
  expectChannels('instanceNorm', x);
  if (x.rank < 3) throw new Error(`instanceNorm: input must be [N, C, L] or [N, C, H, W], got ${show(x.shape)}`);
  return affine(standardize(x, x.rank - 2, options), gain, bias);
}

/**
 * Instance normalization whose gain and bias come from elsewhere, item by item: a style, a voice (Huang & Belongie 2017,
 * arXiv:1703.06868).
 *
 * x: [N, C, ...], gain, bias: [N, C] → [N, C, ...]
 */
export const adaptiveInstanceNorm = (x: Tensor, gain: Tensor, bias: Tensor, options: NormOptions = {}): Tensor =>
  affine(instanceNorm(x, undefined, undefined, options), gain, bias);

/**
 * Each group of channels of each item at mean 0 and variance 1 (Wu & He 2018, arXiv:1803.08494): as batch
 * normalization, without a batch.
 *
 * x: [N, C, ...], gain, bias: [C] → [N, C, ...]
 */
export function groupNorm(x: Tensor, groups: number, gain?: Tensor, bias?: Tensor, options: NormOptions = {}): Tensor {
  const channels = expectChannels('groupNorm', x);
  if (!(Number.isInteger(groups) && groups > 0 && channels % groups === 0)) {
    throw new Error(`groupNorm: ${channels} channels do not divide into ${groups} groups`);
  }
  const size = product([channels / groups, ...x.shape.slice(2)]);
  const grouped = x.reshape([x.shape[0]!, groups, size]);
  return affine(standardize(grouped, 1, options).reshape(x.shape), gain, bias);
}

/** x / √(mean(x²) + ε) · gain over the last axis (Zhang & Sennrich 2019, arXiv:1910.07467). x: [..., n], gain: [n] */
export function rmsNorm(x: Tensor, gain?: Tensor, { epsilon = EPSILON }: NormOptions = {}): Tensor {
  const size = fixed('rmsNorm', x.shape.at(-1), 'the features of the input');
  const scale = x
    .sumSquares(-1, true)
    .scale(1 / size)
    .plus(epsilon)
    .rsqrt();
  return gain ? x.mul(scale).mul(gain) : x.mul(scale);
}

/**
 * w = g · v / ‖v‖ for each output, so that length and direction are learnt apart (Salimans & Kingma 2016,
 * arXiv:1602.07868). v: [out, ...], g: [out] → [out, ...]
 */
export function weightNorm(v: Tensor, g: Tensor): Tensor {
  const rest = [...v.shape.keys()].slice(1);
  const perOutput = (values: Tensor) => values.reshape([v.shape[0]!, ...rest.map(() => 1)]);
  return v.mul(perOutput(g.mul(v.sumSquares(rest).rsqrt())));
}
