/** Convolution, pooling and changes of resolution of images [N, C, H, W], as functions of tensors. */

import type { ConvSettings, OpAttributes } from '../ops/attributes';
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

/** Repeats each pixel `factor` times in both directions. */
export const upsample = (x: Tensor, factor = 2): Tensor => (factor === 1 ? x : x.apply('upsample', [], { factor }));

/** The largest pixel of each size × size block; an incomplete block at the edge is dropped. */
export const maxPool2d = (x: Tensor, size = 2): Tensor => x.apply('maxPool2d', [], { size });

export const avgPool2d = (x: Tensor, size = 2): Tensor => x.apply('avgPool2d', [], { size });
