/**
 * Changing the resolution of sequences and images to any size. Both ways are linear maps with constant coefficients,
 * written as a Gather or as matrix products, so that the gradient is exactly the transpose, on every device.
 */

import { fixed, show } from '../shape';
import type { Tensor } from '../tensor';
import type { PerAxis } from './image';
import { upsample } from './image';

export interface ResizeOptions {
  /** `nearest`: position ⌊i · from / to⌋. `linear`: between the two neighbours (bilinear for images). */
  mode?: 'nearest' | 'linear';
  /**
   * Where output i stands, for `linear`: at (i + ½) · from / to − ½, the centres of pixels (the default; no smoothing when
   * it shrinks), or at i · (from − 1) / (to − 1), so that the outermost pixels stay where they are.
   */
  alignCorners?: boolean;
}

/** x: [N, C, L] → [N, C, size] or [N, C, H, W] → [N, C, ...size] */
export function resize(
  x: Tensor,
  size: PerAxis<number>,
  { mode = 'nearest', alignCorners = false }: ResizeOptions = {},
): Tensor {
  const space = x.shape.slice(2).map((dim) => fixed('resize', dim, 'space'));
  const target = space.map((_, axis) => (typeof size === 'number' ? size : size[axis]!));
  if (space.length < 1 || space.length > 2 || !target.every((side) => Number.isInteger(side) && side > 0)) {
    throw new Error(
      `resize: needs [N, C, L] or [N, C, H, W] and whole sizes of 1 or more, got ${show(x.shape)} to [${size}]`,
    );
  }
  if (mode === 'linear') return target.reduce((y, side, axis) => linear(y, axis + 2, side, alignCorners), x);
  const factor = target[0]! / space[0]!;
  if (Number.isInteger(factor) && target.every((side, axis) => side === space[axis]! * factor))
    return upsample(x, factor);
  return target.reduce((y, side, axis) => nearest(y, axis + 2, side), x);
}

function nearest(x: Tensor, axis: number, to: number): Tensor {
  const from = Number(x.shape[axis]);
  if (from === to) return x;
  const places = Int32Array.from({ length: to }, (_, i) => Math.floor((i * from) / to));
  return x.gather(x.constant(places, [to], 'int32'), axis);
}

function linear(x: Tensor, axis: number, to: number, alignCorners: boolean): Tensor {
  const from = Number(x.shape[axis]);
  if (from === to) return x;
  const data = new Float32Array(to * from); // [to, from]
  for (let i = 0; i < to; i++) {
    const centre = alignCorners ? (i * (from - 1)) / Math.max(1, to - 1) : ((i + 0.5) * from) / to - 0.5;
    const place = Math.min(Math.max(centre, 0), from - 1);
    const low = Math.floor(place);
    data[i * from + low]! += 1 - (place - low);
    if (place > low) data[i * from + low + 1]! += place - low;
  }
  const weights = x.constant(data, [to, from]);
  return axis === x.rank - 1 ? x.matmul(weights, { transB: true }) : weights.matmul(x);
}
