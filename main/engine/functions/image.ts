/** Convolution, pooling and changes of resolution of images [N, C, H, W], as functions of tensors. */

import type { ConvSettings, OpAttributes, PoolSettings } from '../ops/attributes';
import { fixed, product, show } from '../shape';
import type { Tensor } from '../tensor';

/** One value for both axes of an image, or one for each. */
export type PerAxis<T> = T | readonly [height: T, width: T];
/** As many on both sides, or each side's own number: [2, 0] lets a convolution see the past only. */
export type Padding = number | readonly [before: number, after: number];

export interface Conv1dOptions {
  /** Positions from one output to the next; 1 when left out. */
  stride?: number;
  /** Zeros around the input; none when left out. */
  pad?: Padding;
  /** Positions from one tap of the kernel to the next; 1 when left out. */
  dilation?: number;
  /** Parts of the channels that do not see each other; as many as channels make the convolution depthwise. */
  groups?: number;
}

export interface Conv2dOptions {
  stride?: PerAxis<number>;
  /** One number for all sides, or for each axis a number or [before, after]. */
  pad?: number | readonly [height: Padding, width: Padding];
  dilation?: PerAxis<number>;
  groups?: number;
}

const eachAxis = <T>(rank: 1 | 2, value: PerAxis<T> | undefined, otherwise: T): readonly T[] =>
  Array.isArray(value) ? value : Array.from({ length: rank }, () => (value as T | undefined) ?? otherwise);

const sides = (padding: Padding): readonly [number, number] =>
  typeof padding === 'number' ? [padding, padding] : padding;

function settingsOf(rank: 1 | 2, { stride, pad, dilation, groups = 1 }: Conv1dOptions | Conv2dOptions): ConvSettings {
  const around = (rank === 1 ? [pad ?? 0] : eachAxis<Padding>(2, pad as Conv2dOptions['pad'], 0)).map((padding) =>
    sides(padding as Padding),
  );
  return {
    stride: eachAxis(rank, stride, 1),
    dilation: eachAxis(rank, dilation, 1),
    before: around.map(([before]) => before),
    after: around.map(([, after]) => after),
    groups,
  };
}

/** A convolution over as many axes as the settings name. */
export const conv = (x: Tensor, weight: Tensor, bias: Tensor | undefined, settings: ConvSettings): Tensor =>
  x.apply('conv', bias ? [weight, bias] : [weight], settings);

/** Its adjoint. */
export const convTranspose = (
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  settings: OpAttributes['convTranspose'],
): Tensor => x.apply('convTranspose', bias ? [weight, bias] : [weight], settings);

/** dL/dweight of a `conv` with this input, given dL/doutput. */
export const convWeightGradient = (x: Tensor, g: Tensor, settings: OpAttributes['convWeightGradient']): Tensor =>
  x.apply('convWeightGradient', [g], settings);

/** x: [N, C, L], weight: [O, C/G, k], bias: [O] → [N, O, L'], L' = ⌊(L + padding − d·(k − 1) − 1) / stride⌋ + 1 */
export const conv1d = (x: Tensor, weight: Tensor, bias?: Tensor, options: Conv1dOptions = {}): Tensor =>
  conv(x, weight, bias, settingsOf(1, options));

/** x: [N, C, H, W], weight: [O, C/G, kh, kw], bias: [O] → [N, O, H', W'] */
export const conv2d = (x: Tensor, weight: Tensor, bias?: Tensor, options: Conv2dOptions = {}): Tensor =>
  conv(x, weight, bias, settingsOf(2, options));

/** x: [N, C, L'], weight: [C, O/G, k], bias: [O] → [N, O, L], L = (L' − 1)·stride + d·(k − 1) + 1 − padding + outputPadding */
export const convTranspose1d = (
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  { outputPadding = 0, ...options }: Conv1dOptions & { outputPadding?: number } = {},
): Tensor => transposed(x, weight, bias, settingsOf(1, options), [outputPadding]);

/** x: [N, C, H', W'], weight: [C, O/G, kh, kw], bias: [O] → [N, O, H, W] */
export const convTranspose2d = (
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  { outputPadding = 0, ...options }: Conv2dOptions & { outputPadding?: PerAxis<number> } = {},
): Tensor => transposed(x, weight, bias, settingsOf(2, options), eachAxis(2, outputPadding, 0));

function transposed(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  settings: ConvSettings,
  outputPadding: readonly number[],
): Tensor {
  const { stride, dilation, before, after } = settings;
  const size = stride.map((step, axis) => {
    const reach = dilation[axis]! * (Number(weight.shape[axis + 2]) - 1) + 1;
    return (Number(x.shape[axis + 2]) - 1) * step + reach - before[axis]! - after[axis]! + outputPadding[axis]!;
  });
  return convTranspose(x, weight, bias, { ...settings, size });
}

/**
 * Padding that continues what is there: `reflect` mirrors at the outermost element, `edge` repeats it. Padding with a
 * constant is the method `pad`, taking away is `slice`. widths: [before, after] for each axis.
 */
export const extend = (x: Tensor, widths: readonly (readonly [number, number])[], mode: 'reflect' | 'edge'): Tensor =>
  x.apply('extend', [], { before: widths.map(([first]) => first), after: widths.map(([, last]) => last), mode });

/** Repeats each position `factor` times along each axis of space. x: [N, C, L] or [N, C, H, W] */
export const upsample = (x: Tensor, factor = 2): Tensor => (factor === 1 ? x : x.apply('upsample', [], { factor }));

/**
 * Channels become space: factor (1-d) or factor² (2-d) channels, one behind the other, fill each position's block (Shi et
 * al. 2016, arXiv:1609.05158). x: [N, C·f, L] → [N, C, L·f]; [N, C·f², H, W] → [N, C, H·f, W·f]
 */
export function pixelShuffle(x: Tensor, factor = 2): Tensor {
  const [items, channels, ...space] = x.shape;
  const kept = fixed('pixelShuffle', channels, 'the channels of the input') / factor ** space.length;
  if (!Number.isInteger(kept) || space.length < 1 || space.length > 2) {
    const wanted = `[N, C·${factor}, L] or [N, C·${factor ** 2}, H, W]`;
    throw new Error(`pixelShuffle: input must be ${wanted}, got ${show(x.shape)}`);
  }
  const larger = [items!, kept, ...space.map((dim) => fixed('pixelShuffle', dim, 'space') * factor)];
  const images = product([items!, kept]);
  if (space.length === 1) return x.reshape([images, factor, space[0]!]).transpose([0, 2, 1]).reshape(larger);
  const blocks = x.reshape([images, factor, factor, ...space]); // [N·C, f, f, H, W]
  return blocks.transpose([0, 3, 1, 4, 2]).reshape(larger);
}

/** Pooling over as many axes as the settings name. */
export const maxPool = (x: Tensor, settings: PoolSettings): Tensor => x.apply('maxPool', [], settings);
export const avgPool = (x: Tensor, settings: PoolSettings): Tensor => x.apply('avgPool', [], settings);

export interface PoolOptions<Size, Pad> {
  size: Size;
  /** Positions from one window to the next; `size` when left out. */
  stride?: Size;
  /** Places around the input that count as nothing; none when left out. */
  pad?: Pad;
}

export type Pool1dOptions = PoolOptions<number, Padding>;
export type Pool2dOptions = PoolOptions<PerAxis<number>, Conv2dOptions['pad']>;

function poolSettings(rank: 1 | 2, options: number | Pool1dOptions | Pool2dOptions): PoolSettings {
  const { size, stride = size, pad = 0 } = typeof options === 'number' ? { size: options } : options;
  const { before, after } = settingsOf(rank, { pad } as Conv1dOptions);
  return { size: eachAxis(rank, size, 1), stride: eachAxis(rank, stride, 1), before, after };
}

/** The largest number of each window; an incomplete one at the end is dropped. x: [N, C, L] → [N, C, L'] */
export const maxPool1d = (x: Tensor, options: number | Pool1dOptions = 2): Tensor =>
  maxPool(x, poolSettings(1, options));

/** x: [N, C, H, W] → [N, C, H', W'] */
export const maxPool2d = (x: Tensor, options: number | Pool2dOptions = 2): Tensor =>
  maxPool(x, poolSettings(2, options));

/** The mean of each window, over the places that are not padding. x: [N, C, L] → [N, C, L'] */
export const avgPool1d = (x: Tensor, options: number | Pool1dOptions = 2): Tensor =>
  avgPool(x, poolSettings(1, options));

/** x: [N, C, H, W] → [N, C, H', W'] */
export const avgPool2d = (x: Tensor, options: number | Pool2dOptions = 2): Tensor =>
  avgPool(x, poolSettings(2, options));

/** The mean over space. x: [N, C, ...] → [N, C] */
export const globalAvgPool = (x: Tensor): Tensor => x.mean([...x.shape.keys()].slice(2));

/** The positions of a grid of `sides`, `step` apart, in an array of `lengths`, row by row. */
export function placesOf(sides: readonly number[], step: readonly number[], lengths: readonly number[]): number[] {
  return sides.reduce<number[]>(
    (places, side, axis) =>
      places.flatMap((place) => Array.from({ length: side }, (_, i) => place * lengths[axis]! + i * step[axis]!)),
    [0],
  );
}
