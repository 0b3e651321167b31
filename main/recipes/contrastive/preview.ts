/** What the run view shows of contrastive learning: both views of a few items, and which views the network holds alike. */
import type { Pictures } from '#app/records/common';
import { picturesOf } from '../pictures';
import type { System } from '../recipe';
import { similarities } from './figures';
import type { Layout } from './views/crop';

export interface Shown {
  /** [count, C, H, W] each */
  first: Float32Array;
  second: Float32Array;
  /** [count, d] of each view */
  z: readonly [Float32Array, Float32Array];
  count: number;
}

type Rows = Awaited<ReturnType<System['preview']>>;

/** Two rows of views, and how alike they all are: by their pixels, as before learning, and by z. */
export function previewRows({ first, second, z, count }: Shown, layout: Layout): Rows {
  const size = { ...layout, channels: layout.channels as 1 | 3 };
  return [
    { name: 'first view', pictures: picturesOf(first, size) },
    { name: 'second view', pictures: picturesOf(second, size) },
    { name: 'likeness of pixels', pictures: likeness(centred(first, count), centred(second, count), count) },
    { name: 'likeness', pictures: likeness(...z, count) },
  ];
}

/** Pixels less the mean of their picture, so that what all pictures share is no likeness. */
function centred(x: Float32Array, count: number): Float32Array {
  const size = x.length / count;
  const means = Float64Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let p = 0; p < size; p++) sum += x[i * size + p]!;
    return sum / size;
  });
  return x.map((value, at) => value - means[Math.floor(at / size)]!);
}

/** One picture of 2n × 2n: cosine −1 black, 1 white; first views first. */
function likeness(a: Float32Array, b: Float32Array, count: number): Pictures {
  const matrix = (data: Float32Array) => ({ rows: count, columns: data.length / count, data });
  const cosines = similarities({ first: matrix(a), second: matrix(b) });
  const side = 2 * count;
  return picturesOf(
    Float32Array.from(cosines, (cosine) => (1 + cosine) / 2),
    { height: side, width: side, channels: 1 },
  );
}
