/** Clusters against classes: accuracy under the best naming, purity and normalised mutual information; and k-means. */
import { assign } from './assignment';
import { dot, type Matrix, silent, type Tick } from './matrix';

/** counts[cluster][class]: how many items of each class are in each cluster. */
export function contingency(clusters: ArrayLike<number>, labels: ArrayLike<number>, k: number, classes: number) {
  const counts = Array.from({ length: k }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) counts[clusters[i]!]![labels[i]!]!++;
  return counts;
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Share of items whose cluster is named after their class, each class naming at most one cluster (Hungarian method). */
export function clusterAccuracy(counts: readonly (readonly number[])[]): number {
  const named = assign(counts);
  const right = counts.reduce((sum, row, cluster) => sum + (row[named[cluster]!] ?? 0), 0);
  return right / total(counts.map(total));
}

/** Share of items whose cluster is named after their class, many clusters of one name allowed. */
export const purity = (counts: readonly (readonly number[])[]): number =>
  counts.reduce((sum, row) => sum + Math.max(...row), 0) / total(counts.map(total));

const entropyOf = (counts: readonly number[], n: number): number =>
  -counts.reduce((sum, count) => (count === 0 ? sum : sum + (count / n) * Math.log(count / n)), 0);

/** 2 I(cluster; class) / (H(cluster) + H(class)), in [0, 1]; 1 where both are of one kind only. */
export function normalisedMutualInformation(counts: readonly (readonly number[])[]): number {
  const n = total(counts.map(total));
  const byClass = counts[0]!.map((_, c) => total(counts.map((row) => row[c]!)));
  const both = entropyOf(counts.flat(), n);
  const [hk, hc] = [entropyOf(counts.map(total), n), entropyOf(byClass, n)];
  return hk + hc === 0 ? 1 : (2 * (hk + hc - both)) / (hk + hc);
}

export interface KMeansOptions {
  k: number;
  /** Uniform in [0, 1). */
  random: () => number;
  restarts?: number;
  iterations?: number;
  tick?: Tick;
}

export interface KMeans {
  clusters: Int32Array;
  /** [k, columns] */
  centres: Float64Array;
  /** Σ squared distances to the nearest centre. */
  inertia: number;
}

/** Lloyd's algorithm from k-means++ seeds (Arthur & Vassilvitskii 2007), the best of several starts. */
export async function kMeans(x: Matrix, options: KMeansOptions): Promise<KMeans> {
  const { restarts = 10, tick = silent } = options;
  const data = Float64Array.from(x.data);
  let best: KMeans | undefined;
  for (let start = 0; start < restarts; start++) {
    await tick(start, restarts);
    const found = lloyd(data, x, options);
    if (!best || found.inertia < best.inertia) best = found;
  }
  await tick(restarts, restarts);
  return best!;
}

function lloyd(data: Float64Array, { rows, columns }: Matrix, { k, random, iterations = 100 }: KMeansOptions): KMeans {
  const centres = seeds(data, rows, columns, k, random);
  const clusters = new Int32Array(rows).fill(-1);
  let inertia = 0;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const norms = Float64Array.from({ length: k }, (_, c) => dot(centres, c * columns, centres, c * columns, columns));
    let moved = false;
    inertia = 0;
    for (let i = 0; i < rows; i++) {
      let [nearest, least] = [0, Number.POSITIVE_INFINITY];
      for (let c = 0; c < k; c++) {
        const far = norms[c]! - 2 * dot(data, i * columns, centres, c * columns, columns);
        if (far < least) [nearest, least] = [c, far];
      }
      inertia += least + dot(data, i * columns, data, i * columns, columns);
      moved ||= clusters[i] !== nearest;
      clusters[i] = nearest;
    }
    if (!moved) break;
    moveCentres(data, clusters, centres, rows, columns, k);
  }
  return { clusters, centres, inertia };
}

function seeds(data: Float64Array, rows: number, columns: number, k: number, random: () => number): Float64Array {
  const centres = new Float64Array(k * columns);
  const nearest = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  let chosen = Math.floor(random() * rows);
  for (let c = 0; c < k; c++) {
    centres.set(data.subarray(chosen * columns, (chosen + 1) * columns), c * columns);
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      let far = 0;
      for (let j = 0; j < columns; j++) far += (data[i * columns + j]! - centres[c * columns + j]!) ** 2;
      nearest[i] = Math.min(nearest[i]!, far);
      sum += nearest[i]!;
    }
    let left = random() * sum;
    chosen = 0;
    while (chosen < rows - 1 && left > nearest[chosen]!) left -= nearest[chosen++]!;
  }
  return centres;
}

/** A centre that nobody chose stays where it is. */
function moveCentres(
  data: Float64Array,
  clusters: Int32Array,
  centres: Float64Array,
  rows: number,
  columns: number,
  k: number,
): void {
  const counts = new Float64Array(k);
  const sums = new Float64Array(k * columns);
  for (let i = 0; i < rows; i++) {
    const c = clusters[i]!;
    counts[c]!++;
    for (let j = 0; j < columns; j++) sums[c * columns + j]! += data[i * columns + j]!;
  }
  for (let c = 0; c < k; c++)
    if (counts[c]! > 0)
      for (let j = 0; j < columns; j++) centres[c * columns + j] = sums[c * columns + j]! / counts[c]!;
}

/** The centre nearest to each row, of equals the first. centres: [k, columns] → [rows] */
export function nearestCentres({ rows, columns, data }: Matrix, centres: Float64Array): Int32Array {
  const k = centres.length / columns;
  return Int32Array.from({ length: rows }, (_, i) => {
    let [nearest, least] = [0, Number.POSITIVE_INFINITY];
    for (let c = 0; c < k; c++) {
      let far = 0;
      for (let j = 0; j < columns; j++) far += (data[i * columns + j]! - centres[c * columns + j]!) ** 2;
      if (far < least) [nearest, least] = [c, far];
    }
    return nearest;
  });
}

/** Whether each item's cluster is named after its class, each class naming at most one cluster; 1 or 0. */
export function wellNamed(
  clusters: ArrayLike<number>,
  labels: ArrayLike<number>,
  counts: readonly (readonly number[])[],
): Uint8Array {
  const named = assign(counts);
  return Uint8Array.from({ length: labels.length }, (_, i) => (named[clusters[i]!] === labels[i] ? 1 : 0));
}
