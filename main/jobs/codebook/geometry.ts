/**
 * The lie of the codes: distances between them, who is whose neighbour, an order and a plane to draw them in.
 *
 * Letters: K codes, D numbers in each; vectors: float32 [K, D].
 */

/** Euclidean distances squared, float32 [K, K]. */
export function distances(vectors: Float32Array, size: number): Float32Array {
  const length = vectors.length / size;
  const table = new Float32Array(size * size);
  for (let a = 0; a < size; a++)
    for (let b = a + 1; b < size; b++) {
      let sum = 0;
      for (let d = 0; d < length; d++) sum += (vectors[a * length + d]! - vectors[b * length + d]!) ** 2;
      table[a * size + b] = sum;
      table[b * size + a] = sum;
    }
  return table;
}

/** The `count` nearest other codes of each, nearest first, ties by number; −1 where there are not so many. [K, count] */
export function nearestOf(table: Float32Array, size: number, count: number): Int32Array {
  const result = new Int32Array(size * count).fill(-1);
  for (let a = 0; a < size; a++) {
    const near = result.subarray(a * count, (a + 1) * count); // the nearest so far, in order
    const distance = (b: number) => (b < 0 ? Number.POSITIVE_INFINITY : table[a * size + b]!);
    for (let b = 0; b < size; b++) {
      if (b === a || distance(b) >= distance(near[count - 1]!)) continue;
      let at = count - 1;
      for (; at > 0 && distance(near[at - 1]!) > distance(b); at--) near[at] = near[at - 1]!;
      near[at] = b;
    }
  }
  return result;
}

/** A walk over all codes that goes on to the nearest one not yet visited, from `start`. int32 [K] */
export function chainFrom(start: number, table: Float32Array, size: number): Int32Array {
  const order = new Int32Array(size);
  const visited = new Uint8Array(size);
  for (let i = 0, at = start; i < size; i++) {
    order[i] = at;
    visited[at] = 1;
    let next = -1;
    for (let b = 0; b < size; b++)
      if (!visited[b] && (next < 0 || table[at * size + b]! < table[at * size + next]!)) next = b;
    at = next;
  }
  return order;
}

/** Rounds of the power method: the second component of a codebook is found to under 1 % long before. */
const rounds = 200;

/** The first two principal components of the codes, each with its largest weight positive. float32 [K, 2] */
export function planeOf(vectors: Float32Array, size: number): Float32Array {
  const length = vectors.length / size;
  const centred = Float64Array.from(vectors);
  for (let d = 0; d < length; d++) {
    let mean = 0;
    for (let k = 0; k < size; k++) mean += vectors[k * length + d]! / size;
    for (let k = 0; k < size; k++) centred[k * length + d]! -= mean;
  }
  const plane = new Float32Array(size * 2);
  for (let axis = 0; axis < Math.min(2, length); axis++) {
    const direction = component(centred, size, length);
    for (let k = 0; k < size; k++) {
      let along = 0;
      for (let d = 0; d < length; d++) along += centred[k * length + d]! * direction[d]!;
      plane[k * 2 + axis] = along;
      for (let d = 0; d < length; d++) centred[k * length + d]! -= along * direction[d]!; // what is left is across it
    }
  }
  return plane;
}

/** Unit direction of the largest variance, by the power method on XᵀX. x: [K, D] → [D] */
function component(x: Float64Array, size: number, length: number): Float64Array {
  let direction = Float64Array.from({ length }, (_, d) => 1 + d / length); // not orthogonal to anything in particular
  for (let round = 0; round < rounds; round++) {
    const next = new Float64Array(length);
    for (let k = 0; k < size; k++) {
      let along = 0;
      for (let d = 0; d < length; d++) along += x[k * length + d]! * direction[d]!;
      for (let d = 0; d < length; d++) next[d]! += along * x[k * length + d]!;
    }
    const norm = Math.hypot(...next);
    if (norm < 1e-30) return new Float64Array(length); // all codes are the same
    direction = next.map((value) => value / norm);
  }
  const largest = direction.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  return largest < 0 ? direction.map((value) => -value) : direction;
}
