/** Normalization layers: they carry the gain and bias of what `main/engine/functions/normalization.ts` computes. */
import * as normalization from '#main/engine/functions/normalization';
import { normal, ones, zeros } from '#main/engine/init';
import type { Scope } from '#main/engine/scope';
import { fixed } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';

export interface NormLayerOptions extends normalization.NormOptions {
  /** Whether gain and bias are learnt; without, the layer has no parameters. */
  affine?: boolean;
}

/** Each item's last axis at mean 0 and variance 1, times `gain`, plus `bias` (Ba et al. 2016). x: [..., n] → [..., n] */
export function layerNorm(scope: Scope, x: Tensor, { affine = true, ...options }: NormLayerOptions = {}): Tensor {
  if (!affine) return normalization.standardize(x, 1, options);
  const width = fixed('layerNorm', x.shape.at(-1), 'the features of the input');
  return normalization.layerNorm(
    x,
    scope.parameter('gain', [width], ones),
    scope.parameter('bias', [width], zeros),
    options,
  );
}

/** The learnt gain and bias of `channels` channels. */
function affineOf(scope: Scope, channels: number, affine: boolean): [gain?: Tensor, bias?: Tensor] {
  return affine ? [scope.parameter('gain', [channels], ones), scope.parameter('bias', [channels], zeros)] : [];
}

const channelsOf = (op: string, x: Tensor): number => fixed(op, x.shape[1], 'the channels of the input');

export interface BatchNormOptions extends NormLayerOptions {
  /** How much of the running averages each step replaces by the batch's own. */
  momentum?: number;
}

/** Which of these states are running averages of a batch norm: those that stand as pairs, `x.mean` with `x.variance`. */
export function runningAverages(states: readonly string[]): string[] {
  const known = new Set(states);
  const layers = states.filter((name) => name.endsWith('.mean')).map((name) => name.slice(0, -'.mean'.length));
  return layers
    .filter((layer) => known.has(`${layer}.variance`))
    .flatMap((layer) => [`${layer}.mean`, `${layer}.variance`]);
}

/**
 * Each channel at mean 0 and variance 1 over the batch, times `gain`, plus `bias` (Ioffe & Szegedy 2015). While it trains,
 * the batch's own statistics are used, and running averages of them are kept in `mean` and `variance` (that of a sample,
 * ÷ (count − 1)); a forward program uses those. x: [n, c, ...] → [n, c, ...]
 */
export function batchNorm(
  scope: Scope,
  x: Tensor,
  { affine = true, momentum = 0.1, ...options }: BatchNormOptions = {},
): Tensor {
  const channels = channelsOf('batchNorm', x);
  const running = {
    mean: scope.state('mean', [channels], zeros),
    variance: scope.state('variance', [channels], ones),
  };
  const factors = affineOf(scope, channels, affine);
  if (!scope.training) return normalization.batchNorm(x, running, factors[0], factors[1], options);
  const batch = normalization.channelStatistics(x);
  const sample = batch.variance.scale(batch.count / Math.max(1, batch.count - 1));
  const moved = (old: Tensor, now: Tensor) => old.scale(1 - momentum).add(now.stopGradient().scale(momentum));
  scope.advance('mean', (old) => moved(old, batch.mean));
  scope.advance('variance', (old) => moved(old, sample));
  return normalization.batchNorm(x, batch, factors[0], factors[1], options);
}

/** Each channel of each item at mean 0 and variance 1 over its space (Ulyanov et al. 2016). x: [n, c, ...] */
export function instanceNorm(scope: Scope, x: Tensor, { affine = true, ...options }: NormLayerOptions = {}): Tensor {
  const [gain, bias] = affineOf(scope, channelsOf('instanceNorm', x), affine);
  return normalization.instanceNorm(x, gain, bias, options);
}

/** Each group of channels of each item at mean 0 and variance 1 (Wu & He 2018). x: [n, c, ...] */
export function groupNorm(
  scope: Scope,
  x: Tensor,
  groups: number,
  { affine = true, ...options }: NormLayerOptions = {},
): Tensor {
  const [gain, bias] = affineOf(scope, channelsOf('groupNorm', x), affine);
  return normalization.groupNorm(x, groups, gain, bias, options);
}

/** Each item's last axis at root mean square 1, times `gain` (Zhang & Sennrich 2019). x: [..., n] → [..., n] */
export function rmsNorm(scope: Scope, x: Tensor, { affine = true, ...options }: NormLayerOptions = {}): Tensor {
  const width = fixed('rmsNorm', x.shape.at(-1), 'the features of the input');
  return normalization.rmsNorm(x, affine ? scope.parameter('gain', [width], ones) : undefined, options);
}

/**
 * weight / σ, where σ is its largest singular value, by one step of power iteration from the last step's vector (Miyato
 * et al. 2018, arXiv:1802.05957): bounds how fast what the weight computes can change. weight: [out, ...] → same shape
 */
export function spectralNorm(scope: Scope, weight: Tensor): Tensor {
  const out = fixed('spectralNorm', weight.shape[0], 'the outputs of the weight');
  const matrix = weight.reshape([out, -1]); // [out, in]
  const fixedMatrix = matrix.stopGradient();
  const last = scope.state('u', [out, 1], normal(1));
  const v = unit(fixedMatrix.matmul(last, { transA: true })); // [in, 1]
  const u = scope.training ? unit(fixedMatrix.matmul(v)) : last; // [out, 1]
  if (scope.training) scope.advance('u', () => u);
  const sigma = u.matmul(matrix.matmul(v), { transA: true }); // [1, 1]
  return weight.div(sigma.reshape([]));
}

const unit = (column: Tensor): Tensor => column.mul(column.sumSquares().plus(1e-12).rsqrt()).stopGradient();
