/**
 * The ONNX forms of a convolution's weight gradient. ONNX Runtime has no such operator for training, so it is a matrix
 * product over patches (im2col). How the patches are made decides the speed; see each function.
 *
 * N images, C channels in, O out, P = output pixels, K = kernel pixels.
 */

import type { Emitter, Value } from '../onnx/emitter';
import type { OpAttributes, Pair } from './attributes';

type Settings = OpAttributes['conv2dWeightGradient'];

interface Sizes {
  n: number;
  c: number;
  o: number;
  size: Pair; // of the input
  out: Pair; // of the output
}

/**
 * On the CPU, from here on reading whole pixels (C floats at a time) beats a depthwise convolution: a VQ-VAE step with 16
 * and 32 channels takes 14 % less CPU time than with the border at 64.
 */
const GATHER_CHANNELS = 16;

export function weightGradient(emit: Emitter, x: Value, g: Value, settings: Settings): string {
  const [n, c, height, width] = x.shape.map(Number) as [number, number, number, number];
  const [, o, outHeight, outWidth] = g.shape.map(Number) as [number, number, number, number];
  const sizes: Sizes = { n, c, o, size: [height, width], out: [outHeight, outWidth] };
  // On WebGPU a grouped Conv is wrong when the outputs of a group are no multiple of 4 (ONNX Runtime 1.30).
  const isLarger = settings.kernel[0] * settings.kernel[1] > 1;
  const gathers = isLarger && (emit.target !== 'cpu' || c >= GATHER_CHANNELS);
  return gathers ? byGather(emit, x, g, sizes, settings) : byDepthwise(emit, x, g, sizes, settings);
}

/** Patches by a depthwise convolution with one-hot kernels, one product for each image, then the sum over images. */
function byDepthwise(emit: Emitter, x: Value, g: Value, { n, c, o, out }: Sizes, settings: Settings): string {
  const [kh, kw] = settings.kernel;
  const taps = kh * kw; // K
  const pixels = out[0] * out[1]; // P
  const isPointwise = taps === 1 && settings.stride.every((s) => s === 1) && settings.pad.every((p) => p === 0);
  const patches = isPointwise ? x : emit.node('Conv', [x, oneHotKernels(emit, c, kh, kw)], depthwise(c, settings));
  const columns = emit.node('Reshape', [patches, emit.ints([n, c * taps, pixels])]); // [N, C·K, P]
  const rows = emit.node('Reshape', [g, emit.ints([n, o, pixels])]); // [N, O, P]
  const each = productTransposed(emit, rows, columns); // [N, O, C·K]
  const total = emit.node('ReduceSum', [each, emit.ints([0])], { keepdims: 0 });
  return emit.node('Reshape', [total, emit.ints([o, c, kh, kw])]);
}

function productTransposed(emit: Emitter, a: string, b: string): string {
  if (emit.target === 'cpu') return emit.node('FusedMatMul', [a, b], { transB: 1 }, 'com.microsoft');
  return emit.node('MatMul', [a, emit.node('Transpose', [b], { perm: [0, 2, 1] })]);
}

const depthwise = (channels: number, { kernel, stride, pad }: Settings) => ({
  kernel_shape: kernel,
  strides: stride,
  pads: [...pad, ...pad],
  group: channels,
});

/** [C·K, 1, kh, kw]: kernel k of each channel picks pixel k of the window. */
function oneHotKernels(emit: Emitter, channels: number, kh: number, kw: number): string {
  const taps = kh * kw;
  const data = new Float32Array(channels * taps * taps);
  for (let kernel = 0; kernel < channels * taps; kernel++) data[kernel * taps + (kernel % taps)] = 1;
  return emit.constant(data, [channels * taps, 1, kh, kw], 'float32');
}

/** Patches by one Gather of whole pixels from [N, pixels, C], then one product over all images at once. */
function byGather(emit: Emitter, x: Value, g: Value, sizes: Sizes, settings: Settings): string {
  const { n, c, o, size, out } = sizes;
  const [kh, kw] = settings.kernel;
  const taps = kh * kw;
  const rows = n * out[0] * out[1];
  const [padHeight, padWidth] = settings.pad;
  const isPadded = padHeight > 0 || padWidth > 0;
  const pads = emit.ints([0, 0, padHeight, padWidth, 0, 0, padHeight, padWidth]);
  const padded = isPadded ? emit.node('Pad', [x, pads]) : x;
  const pixels = (size[0] + 2 * padHeight) * (size[1] + 2 * padWidth);
  const byPixel = emit.node('Transpose', [padded], { perm: [0, 2, 3, 1] });
  const source = emit.node('Reshape', [byPixel, emit.ints([n, pixels, c])]);
  const table = patchTable(sizes, settings);
  const index = emit.constant(table, [table.length], 'int32');
  const patches = emit.node('Gather', [source, index], { axis: 1 }); // [N, P·K, C]
  const columns = emit.node('Reshape', [patches, emit.ints([rows, taps * c])]); // [N·P, K·C]
  const gradient = emit.node('Reshape', [emit.node('Transpose', [g], { perm: [0, 2, 3, 1] }), emit.ints([rows, o])]); // [N·P, O]
  const product = emit.node('Gemm', [gradient, columns], { transA: 1 }); // [O, K·C]
  const split = emit.node('Reshape', [product, emit.ints([o, taps, c])]);
  const turned = emit.node('Transpose', [split], { perm: [0, 2, 1] });
  return emit.node('Reshape', [turned, emit.ints([o, c, kh, kw])]);
}

/** For each output pixel and each kernel pixel: the padded input pixel it reads. [P·K], the same for every image. */
function patchTable({ size, out }: Sizes, { kernel, stride, pad }: Settings): Int32Array {
  const width = size[1] + 2 * pad[1];
  const table = new Int32Array(out[0] * out[1] * kernel[0] * kernel[1]);
  let at = 0;
  for (let y = 0; y < out[0]; y++) {
    for (let x = 0; x < out[1]; x++) {
      for (let i = 0; i < kernel[0]; i++) {
        for (let j = 0; j < kernel[1]; j++) table[at++] = (y * stride[0] + i) * width + x * stride[1] + j;
      }
    }
  }
  return table;
}
