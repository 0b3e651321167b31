/** Principal components by Jacobi rotations, for tests that compare a model with the best linear one. */

export interface Components {
  /** Largest first. */
  variances: number[];
  /** In the same order; each of length `size`. */
  directions: number[][];
}

/** Eigenvectors of the covariance of rows of `size` numbers. x: [n, size] */
export function principalComponents(x: Float32Array, size: number): Components {
  const n = x.length / size;
  const mean = Array.from({ length: size }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += x[i * size + j]!;
    return sum / n;
  });
  const a = Array.from({ length: size }, () => new Float64Array(size));
  for (let i = 0; i < n; i++)
    for (let j = 0; j < size; j++)
      for (let k = 0; k < size; k++) a[j]![k]! += ((x[i * size + j]! - mean[j]!) * (x[i * size + k]! - mean[k]!)) / n;
  const v = Array.from({ length: size }, (_, j) => Float64Array.from({ length: size }, (_, k) => (j === k ? 1 : 0)));
  for (let sweep = 0; sweep < 12; sweep++)
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(a, v, p, q);
  const order = Array.from({ length: size }, (_, j) => j).sort((j, k) => a[k]![k]! - a[j]![j]!);
  return { variances: order.map((j) => a[j]![j]!), directions: order.map((j) => v.map((row) => row[j]!)) };
}

/** One rotation in the plane (p, q) that makes a[p][q] zero (Golub & Van Loan, Matrix Computations, section 8.5). */
function rotate(a: Float64Array[], v: Float64Array[], p: number, q: number): void {
  const off = a[p]![q]!;
  if (Math.abs(off) < 1e-15) return;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * off);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const mix = (row: Float64Array) => {
    const [x, y] = [row[p]!, row[q]!];
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  };
  for (const row of a) mix(row);
  const [rowP, rowQ] = [a[p]!, a[q]!];
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [rowP[k]!, rowQ[k]!];
    rowP[k] = c * x - s * y;
    rowQ[k] = s * x + c * y;
  }
  for (const row of v) mix(row);
}
