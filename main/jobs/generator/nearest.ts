/**
 * The training item nearest to each of some pictures, exactly: every training item is compared, batch by batch, so that
 * memory does not grow with the data. Distances are Euclidean, over pixels or over the model's own features.
 */
import type { NearSpace } from '#app/records/generator';
import type { Model } from '../model';
import { progressOf } from '../progress';
import type { TaskContext } from '../task';

export interface Nearest {
  /** Numbers in the data set, and distances: [n]. */
  indices: Uint32Array;
  distances: Float32Array;
  compared: number;
}

/** Rows that distances are taken between: pixels as they are, or what the head `embed` makes of them. */
export async function rowsOf(
  model: Model,
  x: Float32Array,
  count: number,
  space: NearSpace,
  check: () => void,
): Promise<Float32Array> {
  if (space === 'pixels') return x;
  return (await model.forwards.using(check)('embed', { x }, count))['embedding'] as Float32Array;
}

/** rows: float32 [n, d] */
export async function nearestTraining(
  model: Model,
  rows: Float32Array,
  n: number,
  space: NearSpace,
  context: TaskContext,
): Promise<Nearest> {
  const width = rows.length / n;
  const total = model.items.count('train');
  const indices = model.items.indices('train');
  const progress = progressOf(context, 'items');
  const least = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const found = new Uint32Array(n);
  let done = 0;
  for await (const { x, labels } of model.items.batches('train', model.system.batchSize)) {
    const others = await rowsOf(model, x, labels.length, space, context.check);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < labels.length; j++) {
        const distance = squaredBelow(rows, i * width, others, j * width, width, least[i]!);
        if (distance >= least[i]!) continue;
        least[i] = distance;
        found[i] = indices[done + j]!;
      }
    done += labels.length;
    progress(done, total);
    context.check();
    await new Promise((resolve) => setImmediate(resolve)); // a sample asked for meanwhile gets its turn
  }
  return { indices: found, distances: Float32Array.from(least, Math.sqrt), compared: total };
}

/** Numbers summed before it is looked whether a row can still be the nearest. */
const stride = 64;

/** The squared distance of two rows; where it is not below `most`, some number that is not either. */
function squaredBelow(a: Float32Array, at: number, b: Float32Array, bt: number, width: number, most: number): number {
  let sum = 0;
  for (let from = 0; from < width && sum < most; from += stride) {
    const end = Math.min(width, from + stride);
    for (let i = from; i < end; i++) {
      const difference = a[at + i]! - b[bt + i]!;
      sum += difference * difference;
    }
  }
  return sum;
}

/** The middle one of some numbers; NaN of none. */
export function median(values: ArrayLike<number>): number {
  const sorted = Array.from(values).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
