/** Changing the resolution of images [N, C, H, W] by whole factors. */

import * as image from '../functions/image';
import type { Signature } from '../shape';
import { fixed, show } from '../shape';
import type { Tensor } from '../tensor';
import type { OpAttributes } from './attributes';
import type { Op } from './op';
import { expectFloat } from './op';

function imageSize(op: string, input: Signature): [height: number, width: number] {
  expectFloat(op, input);
  if (input.shape.length !== 4)
    throw new Error(`${op}: input must be [N, C, H, W], got ${show(input.shape)}; reshape first`);
  return [fixed(op, input.shape[2], 'height'), fixed(op, input.shape[3], 'width')];
}

/** Each pixel becomes a factor × factor block. */
export const upsample: Op<OpAttributes['upsample']> = {
  shape([x], { factor }) {
    const [height, width] = imageSize('upsample', x!);
    return [x!.shape[0]!, x!.shape[1]!, height * factor, width * factor];
  },
  lower(emit, [x], { factor }) {
    const scales = emit.constant(new Float32Array([1, 1, factor, factor]), [4], 'float32');
    const nearest = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
    return emit.node('Resize', [x!, '', scales], nearest);
  },
  // Each pixel collects its block: the block's mean times its size.
  gradient: ({ g }, { factor }) => [image.avgPool2d(g, factor).scale(factor * factor)],
};

function pooledShape(op: string, x: Signature, size: number) {
  const [height, width] = imageSize(op, x);
  if (Math.min(height, width) < size) throw new Error(`${op}: blocks of ${size} do not fit into ${show(x.shape)}`);
  return [x.shape[0]!, x.shape[1]!, Math.floor(height / size), Math.floor(width / size)];
}

/** The part of an image that whole blocks cover. */
const covered = (x: Tensor, size: number): Tensor =>
  [2, 3].reduce((part, axis) => {
    const length = Number(x.shape[axis]);
    return length % size === 0 ? part : part.slice(axis, 0, length - (length % size));
  }, x);

/** Zero gradient for the edge that no block covers. */
const uncovered = (gradient: Tensor, x: Tensor): Tensor => {
  const missing = [2, 3].map((axis) => Number(x.shape[axis]) - Number(gradient.shape[axis])) as [number, number];
  return missing[0] + missing[1] === 0
    ? gradient
    : gradient.pad([
        [0, 0],
        [0, 0],
        [0, missing[0]],
        [0, missing[1]],
      ]);
};

export const maxPool2d: Op<OpAttributes['maxPool2d']> = {
  shape: ([x], { size }) => pooledShape('maxPool2d', x!, size),
  lower: (emit, inputs, { size }) =>
    emit.node('MaxPool', inputs, { kernel_shape: [size, size], strides: [size, size] }),

  // The pixels that equal their block's maximum get its gradient: faster than indices, which WebGPU lacks.
  gradient({ inputs, y, g }, { size }) {
    const x = inputs[0]!;
    const isLargest = covered(x, size).equal(image.upsample(y, size)).cast('float32');
    return [uncovered(isLargest.mul(image.upsample(g, size)), x)];
  },
};

export const avgPool2d: Op<OpAttributes['avgPool2d']> = {
  shape: ([x], { size }) => pooledShape('avgPool2d', x!, size),
  lower: (emit, inputs, { size }) =>
    emit.node('AveragePool', inputs, { kernel_shape: [size, size], strides: [size, size] }),
  gradient: ({ inputs, g }, { size }) => [uncovered(image.upsample(g.scale(1 / (size * size)), size), inputs[0]!)],
};
