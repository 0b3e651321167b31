/** Pooling over windows of one axis of space or two, and its inverse by whole factors. */

import * as image from '../functions/image';
import type { Shape, Signature } from '../shape';
import { fixed, show } from '../shape';
import type { Tensor } from '../tensor';
import type { OpAttributes, PoolSettings } from './attributes';
import type { Op } from './op';
import { expectFloat } from './op';

/** The sizes of space. x: [N, C, L] or [N, C, H, W] */
function spaceOf(op: string, x: Signature, rank: number): number[] {
  expectFloat(op, x);
  if (x.shape.length !== rank + 2) {
    const wanted = rank === 1 ? '[N, C, L]' : '[N, C, H, W]';
    throw new Error(`${op}: input must be ${wanted}, got ${show(x.shape)}; reshape first`);
  }
  return x.shape.slice(2).map((dim, axis) => fixed(op, dim, `axis ${axis + 2}`));
}

/** Each pixel becomes a factor × factor block. */
export const upsample: Op<OpAttributes['upsample']> = {
  shape([x], { factor }) {
    const space = spaceOf('upsample', x!, x!.shape.length - 2);
    return [...x!.shape.slice(0, 2), ...space.map((length) => length * factor)];
  },
  lower(emit, [x], { factor }) {
    const sizes = x!.shape.map((_, axis) => (axis < 2 ? 1 : factor));
    const scales = emit.constant(Float32Array.from(sizes), [sizes.length], 'float32');
    const nearest = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
    return emit.node('Resize', [x!, '', scales], nearest);
  },
  // Each pixel collects its block: the block's mean times its size.
  gradient({ inputs, g }, { factor }) {
    const rank = inputs[0]!.rank - 2;
    const blocks = { size: Array(rank).fill(factor), stride: Array(rank).fill(factor), ...unpadded(rank) };
    return [image.avgPool(g, blocks).scale(factor ** rank)];
  },
};

const unpadded = (rank: number) => ({ before: Array(rank).fill(0), after: Array(rank).fill(0) });

function pooledShape(name: string, x: Signature, { size, stride, before, after }: PoolSettings): Shape {
  const op = `${name}${size.length}d`;
  const space = spaceOf(op, x, size.length);
  const pooled = space.map((length, axis) => {
    const [window, step, first, last] = [size[axis]!, stride[axis]!, before[axis]!, after[axis]!];
    if (![window, step].every((value) => Number.isInteger(value) && value > 0)) {
      throw new Error(`${op}: size and stride must be whole and 1 or more, got [${size}] and [${stride}]`);
    }
    if (!(first >= 0 && last >= 0 && first < window && last < window)) {
      throw new Error(`${op}: padding must lie below the size [${size}], got [${before}] and [${after}]`);
    }
    return Math.floor((length + first + last - window) / step) + 1;
  });
  if (pooled.every((length) => length > 0)) return [...x.shape.slice(0, 2), ...pooled];
  throw new Error(
    `${op}: blocks of ${size.every((side) => side === size[0]) ? size[0] : size} do not fit into ${show(x.shape)}`,
  );
}

const attributes = ({ size, stride, before, after }: PoolSettings) => ({
  kernel_shape: size,
  strides: stride,
  pads: [...before, ...after],
});

/** Whether the windows are blocks side by side, each pixel in one at most. */
const areBlocks = ({ size, stride, before, after }: PoolSettings): boolean =>
  size.every((side, axis) => side === stride[axis] && side === size[0] && before[axis] === 0 && after[axis] === 0);

/** The part of an image that whole blocks cover. */
const covered = (x: Tensor, size: number): Tensor =>
  x.shape.slice(2).reduce((part: Tensor, dim, axis) => {
    const length = Number(dim);
    return length % size === 0 ? part : part.slice(axis + 2, 0, length - (length % size));
  }, x);

/** Zero gradient for the edge that no block covers. */
function uncovered(gradient: Tensor, x: Tensor): Tensor {
  const missing = x.shape.map((dim, axis) => (axis < 2 ? 0 : Number(dim) - Number(gradient.shape[axis])));
  return missing.every((more) => more === 0) ? gradient : gradient.pad(missing.map((more) => [0, more] as const));
}

/** The largest number of each window; where several are equal they share the gradient. */
export const maxPool: Op<PoolSettings> = {
  shape: ([x], settings) => pooledShape('maxPool', x!, settings),
  lower: (emit, inputs, settings) => emit.node('MaxPool', inputs, attributes(settings)),

  // The pixels that equal their window's maximum get its gradient: faster than indices, which WebGPU lacks.
  gradient({ inputs, y, g }, settings) {
    const x = inputs[0]!;
    if (!areBlocks(settings)) return [overlapping(x, y, g, settings)];
    const size = settings.size[0]!;
    const isLargest = covered(x, size).equal(image.upsample(y, size)).cast('float32');
    const share = g.div(image.avgPool(isLargest, settings).scale(size ** settings.size.length));
    return [uncovered(isLargest.mul(image.upsample(share, size)), x)];
  },
};

const LOWEST = -3.4e38; // loses against every float32

function overlapping(x: Tensor, y: Tensor, g: Tensor, settings: PoolSettings): Tensor {
  const windows = windowsOf(x, settings);
  const lengths = windows.padded.length;
  const padded = x.pad(windows.widths, LOWEST).reshape([...x.shape.slice(0, 2), windows.pixels]);
  const [taps, positions] = [windows.taps, windows.positions];
  const patches = padded.gather(table(x, windows.reads), 2).reshape([...x.shape.slice(0, 2), taps, positions]);
  const flat = [...x.shape.slice(0, 2), 1, positions];
  const isLargest = patches.equal(y.reshape(flat)).cast('float32'); // [N, C, K, P]
  const shares = isLargest.mul(g.reshape(flat).div(isLargest.sum(2, true)));
  const back = collected(shares.reshape([...x.shape.slice(0, 2), taps * positions]), windows.readers);
  return unpad(back, x, windows, lengths);
}

/** The mean of each window; zeros around the input do not count. */
export const avgPool: Op<PoolSettings> = {
  shape: ([x], settings) => pooledShape('avgPool', x!, settings),
  lower: (emit, inputs, settings) => emit.node('AveragePool', inputs, attributes(settings)),
  gradient({ inputs, g }, settings) {
    const x = inputs[0]!;
    const { size } = settings;
    if (areBlocks(settings)) return [uncovered(image.upsample(g.scale(1 / size[0]! ** size.length), size[0]!), x)];
    const windows = windowsOf(x, settings);
    const counts = g.constant(
      Float32Array.from(windows.inside, (count) => 1 / count),
      [windows.positions],
    );
    const means = g.reshape([...x.shape.slice(0, 2), windows.positions]).mul(counts);
    const readers = windows.readers.map((places) => places.map((place) => place % windows.positions));
    return [unpad(collected(means, readers), x, windows, windows.padded.length)];
  },
};

interface Windows {
  /** Sizes of the padded space, and [before, after] for every axis of x. */
  padded: number[];
  widths: [number, number][];
  pixels: number;
  taps: number; // K
  positions: number; // P
  /** The padded pixel that each tap of each window reads: [K·P]. */
  reads: number[];
  /** For each padded pixel the places in `reads` that read it. */
  readers: number[][];
  /** How many pixels of each window are not padding: [P]. */
  inside: number[];
}

function windowsOf(x: Tensor, { size, stride, before, after }: PoolSettings): Windows {
  const space = x.shape.slice(2).map(Number);
  const padded = space.map((length, axis) => length + before[axis]! + after[axis]!);
  const out = padded.map((length, axis) => Math.floor((length - size[axis]!) / stride[axis]!) + 1);
  const count = (sides: readonly number[]) => sides.reduce((product, side) => product * side, 1);
  const starts = image.placesOf(out, stride, padded);
  const steps = image.placesOf(
    size,
    size.map(() => 1),
    padded,
  );
  const reads = steps.flatMap((step) => starts.map((start) => start + step));
  const readers = Array.from({ length: count(padded) }, (): number[] => []);
  reads.forEach((pixel, place) => readers[pixel]!.push(place));
  const first = before.reduce((place, width, axis) => place * padded[axis]! + width, 0);
  const real = new Set(
    image
      .placesOf(
        space,
        space.map(() => 1),
        padded,
      )
      .map((place) => place + first),
  );
  const inside = starts.map((start) => steps.filter((step) => real.has(start + step)).length);
  const widths: [number, number][] = [
    [0, 0],
    [0, 0],
    ...before.map((width, axis): [number, number] => [width, after[axis]!]),
  ];
  return { padded, widths, pixels: count(padded), taps: count(size), positions: count(out), reads, readers, inside };
}

const table = (x: Tensor, places: readonly number[]): Tensor =>
  x.constant(Int32Array.from(places), [places.length], 'int32');

/** Σ of the values at each list of places; an adjoint of Gather made of a Gather. [N, C, m] → [N, C, lists] */
function collected(values: Tensor, lists: readonly (readonly number[])[]): Tensor {
  const most = Math.max(1, ...lists.map((places) => places.length));
  const nothing = Number(values.shape[2]); // where a zero is put
  const rows = Array.from({ length: most }, (_, row) => lists.map((places) => places[row] ?? nothing)).flat();
  const extended = values.pad([
    [0, 0],
    [0, 0],
    [0, 1],
  ]);
  return extended
    .gather(table(values, rows), 2)
    .reshape([...values.shape.slice(0, 2), most, lists.length])
    .sum(2);
}

function unpad(flat: Tensor, x: Tensor, { padded, widths }: Windows, rank: number): Tensor {
  const whole = flat.reshape([...x.shape.slice(0, 2), ...padded]);
  return Array.from({ length: rank }, (_, axis) => axis + 2).reduce(
    (part, axis) => part.slice(axis, widths[axis]![0], widths[axis]![0] + Number(x.shape[axis])),
    whole,
  );
}
