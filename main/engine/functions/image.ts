/** Convolution, pooling and changes of resolution of images [N, C, H, W], as functions of tensors. */

import type { ConvSettings, Pair } from '../ops/attributes';
import type { Tensor } from '../tensor';

export interface ConvOptions {
  stride?: number | Pair;
  pad?: number | Pair;
}

const pair = (value: number | Pair | undefined, otherwise: number): Pair =>
  typeof value === 'object' ? value : [value ?? otherwise, value ?? otherwise];

const convSettings = ({ stride, pad }: ConvOptions): ConvSettings => ({ stride: pair(stride, 1), pad: pair(pad, 0) });

/** weight: [out, in, kh, kw], bias: [out] */
export const conv2d = (x: Tensor, weight: Tensor, bias?: Tensor, options: ConvOptions = {}): Tensor =>
  x.apply('conv2d', bias ? [weight, bias] : [weight], convSettings(options));

/** weight: [in, out, kh, kw], bias: [out] */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: ConvOptions & { outputPadding?: number | Pair } = {},
): Tensor {
  const settings = { ...convSettings(options), outputPadding: pair(options.outputPadding, 0) };
  return x.apply('convTranspose2d', bias ? [weight, bias] : [weight], settings);
}

/** dL/dweight of a conv2d with this input, given dL/doutput. */
export const conv2dWeightGradient = (x: Tensor, gradient: Tensor, settings: ConvSettings & { kernel: Pair }): Tensor =>
  x.apply('conv2dWeightGradient', [gradient], settings);

/** Repeats each pixel `factor` times in both directions. */
export const upsample = (x: Tensor, factor = 2): Tensor => (factor === 1 ? x : x.apply('upsample', [], { factor }));

/** The largest pixel of each size × size block; an incomplete block at the edge is dropped. */
export const maxPool2d = (x: Tensor, size = 2): Tensor => x.apply('maxPool2d', [], { size });

export const avgPool2d = (x: Tensor, size = 2): Tensor => x.apply('avgPool2d', [], { size });
