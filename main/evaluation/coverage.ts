/** Whether samples lie among the data, and the data among samples: what one distance cannot tell apart. */
import type { Matrix } from './matrix';

export interface Coverage {
  /** Share of samples within reach of some item: how good they are. */
  precision: number;
  /** Share of items within reach of some sample: how much is not missing. */
  recall: number;
}

/**
 * Precision and recall of samples (Kynkäänniemi et al. 2019, arXiv:1904.06991, section 2): the reach of a point is the
 * distance to the k-th nearest of its own kind. O(rows² · columns); numbers mean something beside others of as many rows.
 */
export function coverageOf(items: Matrix, samples: Matrix, k = 3): Coverage {
  return { precision: shareWithin(samples, items, k), recall: shareWithin(items, samples, k) };
}

/** The share of points that lie within reach of one of the `others`. */
function shareWithin(points: Matrix, others: Matrix, k: number): number {
  const reach = Float64Array.from({ length: others.rows }, (_, i) => reachOf(others, i, k));
  let within = 0;
  for (let i = 0; i < points.rows; i++) {
    let found = false;
    for (let j = 0; j < others.rows && !found; j++) found = squaredGap(points, i, others, j, reach[j]!) <= reach[j]!;
    if (found) within++;
  }
  return within / points.rows;
}

/** Squared distance of a row to its k-th nearest other row. */
function reachOf(points: Matrix, row: number, k: number): number {
  const nearest: number[] = []; // ascending, at most k
  for (let other = 0; other < points.rows; other++) {
    if (other === row) continue;
    const gap = squaredGap(points, row, points, other, nearest.length < k ? Number.POSITIVE_INFINITY : nearest[k - 1]!);
    const place = nearest.findIndex((known) => gap < known);
    if (place >= 0) nearest.splice(place, 0, gap);
    else if (nearest.length < k) nearest.push(gap);
    nearest.length = Math.min(nearest.length, k);
  }
  return nearest.at(-1) ?? 0;
}

/** Σ (a − b)²; given up once it is more than `most`. */
function squaredGap(a: Matrix, i: number, b: Matrix, j: number, most: number): number {
  const { columns } = a;
  let sum = 0;
  for (let at = 0; at < columns && sum <= most; at++)
    sum += (a.data[i * columns + at]! - b.data[j * columns + at]!) ** 2;
  return sum;
}
