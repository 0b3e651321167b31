/** Layers: one affine map with its parameters each. Pure functions of a tensor and the scope that names the parameters. */
import * as image from '#main/engine/functions/image';
import { uniform, zeros } from '#main/engine/init';
import type { Scope } from '#main/engine/scope';
import { fixed } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';

export interface LayerOptions {
  /**
   * What the weights keep constant from one layer to the next. `relu` where a ReLU follows: variance 2 / fan-in, since
   * it halves the signal (He et al. 2015, arXiv:1502.01852). `linear` where none does: variance 1 / fan-in.
   */
  gain?: 'relu' | 'linear';
  bias?: boolean;
}

/** Uniform with the variance that the gain asks for: bound √(3 · variance). */
const weights = (fanIn: number, gain: 'relu' | 'linear') => {
  const bound = Math.sqrt((gain === 'relu' ? 6 : 3) / fanIn);
  return uniform(-bound, bound);
};

/** y = x·W + b. x: [n, in] → [n, out] */
export function linear(
  scope: Scope,
  x: Tensor,
  out: number,
  { gain = 'relu', bias = true }: LayerOptions = {},
): Tensor {
  const width = fixed('linear', x.shape.at(-1), 'the features of the input');
  const weight = scope.parameter('weight', [width, out], weights(width, gain));
  return x.linear(weight, bias ? scope.parameter('bias', [out], zeros) : undefined);
}

export interface ConvolutionOptions extends LayerOptions, image.ConvOptions {
  /** Side of the square kernel, in pixels. */
  kernel: number;
}

/** x: [n, in, h, w] → [n, out, h', w'], h' = ⌊(h + 2·pad − kernel) / stride⌋ + 1 */
export function conv2d(
  scope: Scope,
  x: Tensor,
  out: number,
  { kernel, gain = 'relu', bias = true, ...options }: ConvolutionOptions,
): Tensor {
  const channels = fixed('conv2d', x.shape[1], 'the channels of the input');
  const weight = scope.parameter('weight', [out, channels, kernel, kernel], weights(channels * kernel ** 2, gain));
  return image.conv2d(x, weight, bias ? scope.parameter('bias', [out], zeros) : undefined, options);
}

/** x: [n, in, h, w] → [n, out, h', w'], h' = (h − 1)·stride − 2·pad + kernel */
export function convTranspose2d(
  scope: Scope,
  x: Tensor,
  out: number,
  { kernel, gain = 'relu', bias = true, stride = 1, pad = 0 }: ConvolutionOptions & { stride?: number; pad?: number },
): Tensor {
  const channels = fixed('convTranspose2d', x.shape[1], 'the channels of the input');
  // Each output pixel is reached by kernel² / stride² pixels of the input.
  const init = weights((channels * kernel ** 2) / stride ** 2, gain);
  const weight = scope.parameter('weight', [channels, out, kernel, kernel], init);
  return image.convTranspose2d(x, weight, bias ? scope.parameter('bias', [out], zeros) : undefined, { stride, pad });
}
