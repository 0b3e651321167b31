/** Nearest neighbours as projections take them: each item's k nearest others with their squared distances, near to far. */

/** index, squared: row-major [n, k]. An item is not its own neighbour. */
export interface Neighbours {
  n: number;
  k: number;
  index: Uint32Array;
  squared: Float32Array;
}

/** All pairs, for small data and for tests. x: [n, d]. O(n² d). */
export function exactNeighbours(x: Float32Array, n: number, k: number): Neighbours {
  const d = x.length / n;
  if (k >= n) throw new Error(`exactNeighbours: k must be below the number of items ${n}, got ${k}`);
  const index = new Uint32Array(n * k);
  const squared = new Float32Array(n * k);
  const far = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let c = 0; c < d; c++) sum += (x[i * d + c]! - x[j * d + c]!) ** 2;
      far[j] = j === i ? Number.POSITIVE_INFINITY : sum;
    }
    smallest(far, k).forEach((j, place) => {
      index[i * k + place] = j;
      squared[i * k + place] = far[j]!;
    });
  }
  return { n, k, index, squared };
}

/** Places of the k smallest values, smallest first; of equals the earlier one. */
export function smallest(values: ArrayLike<number>, k: number): number[] {
  const kept: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (kept.length === k && values[i]! >= values[kept[k - 1]!]!) continue;
    let at = kept.length;
    while (at > 0 && values[kept[at - 1]!]! > values[i]!) at--;
    kept.splice(at, 0, i);
    if (kept.length > k) kept.pop();
  }
  return kept;
}
