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

export interface Convolution1dOptions extends LayerOptions, image.Conv1dOptions {
  /** Length of the kernel. */
  kernel: number;
}

export interface ConvolutionOptions extends LayerOptions, image.Conv2dOptions {
  /** Side of the square kernel, in pixels. */
  kernel: number;
}

/** The kernels of a convolution: [out, in / groups, ...window]. */
function kernels(scope: Scope, op: string, x: Tensor, out: number, window: number[], options: Kernels): Tensor {
  const { groups = 1, gain = 'relu' } = options;
  const channels = fixed(op, x.shape[1], 'the channels of the input') / groups;
  const fanIn = window.reduce((size, side) => size * side, channels);
  return scope.parameter('weight', [out, channels, ...window], weights(fanIn, gain));
}

/** The kernels of a transposed convolution: [in, out / groups, ...window]. */
function transposedKernels(
  scope: Scope,
  op: string,
  x: Tensor,
  out: number,
  window: number[],
  options: Kernels,
): Tensor {
  const { groups = 1, gain = 'relu', stride = 1 } = options;
  const channels = fixed(op, x.shape[1], 'the channels of the input');
  const steps = typeof stride === 'number' ? window.map(() => stride) : stride;
  // Each output position is reached by kernel / stride positions of the input along each axis.
  const reached = window.reduce((size, side, axis) => size * (side / steps[axis]!), channels / groups);
  return scope.parameter('weight', [channels, out / groups, ...window], weights(reached, gain));
}

type Kernels = Pick<ConvolutionOptions, 'groups' | 'gain' | 'stride'>;

const biasOf = (scope: Scope, out: number, { bias = true }: LayerOptions): Tensor | undefined =>
  bias ? scope.parameter('bias', [out], zeros) : undefined;

/** x: [n, in, l] → [n, out, l'], l' = ⌊(l + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1 */
export function conv1d(scope: Scope, x: Tensor, out: number, options: Convolution1dOptions): Tensor {
  const weight = kernels(scope, 'conv1d', x, out, [options.kernel], options);
  return image.conv1d(x, weight, biasOf(scope, out, options), options);
}

/** x: [n, in, h, w] → [n, out, h', w'], h' = ⌊(h + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1 */
export function conv2d(scope: Scope, x: Tensor, out: number, options: ConvolutionOptions): Tensor {
  const weight = kernels(scope, 'conv2d', x, out, [options.kernel, options.kernel], options);
  return image.conv2d(x, weight, biasOf(scope, out, options), options);
}

/** x: [n, in, l'] → [n, out, l], l = (l' − 1)·stride − padding + dilation·(kernel − 1) + 1 + outputPadding */
export function convTranspose1d(
  scope: Scope,
  x: Tensor,
  out: number,
  options: Convolution1dOptions & { outputPadding?: number },
): Tensor {
  const weight = transposedKernels(scope, 'convTranspose1d', x, out, [options.kernel], options);
  return image.convTranspose1d(x, weight, biasOf(scope, out, options), options);
}

/** x: [n, in, h', w'] → [n, out, h, w], h = (h' − 1)·stride − padding + dilation·(kernel − 1) + 1 + outputPadding */
export function convTranspose2d(
  scope: Scope,
  x: Tensor,
  out: number,
  options: ConvolutionOptions & { outputPadding?: image.PerAxis<number> },
): Tensor {
  const weight = transposedKernels(scope, 'convTranspose2d', x, out, [options.kernel, options.kernel], options);
  return image.convTranspose2d(x, weight, biasOf(scope, out, options), options);
}
