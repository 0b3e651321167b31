/**
 * The first two principal components, exact. Of short vectors by the eigenvectors of their covariance; of long ones, such
 * as pictures, by block power iteration with a Rayleigh–Ritz step (Halko, Martinsson & Tropp 2011, arXiv:0909.4061,
 * algorithm 4.4), gone on with until it stands still. The products are the engine's.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { batchDim, compileForward, type ForwardSession, openForwardSession, stream } from '#main/engine';
import { centred } from './centred';

/** Up to this length the eigenvectors of a covariance matrix take about a second. */
const shortest = 320;
/** Directions carried along: the last has to fade against the second. */
const width = 16;
/** The two variances have settled when a round changes them by less than this share. */
const settled = 1e-9;
const mostRounds = 300;
/** Rows of one product: some megabytes of pictures. */
const rowsAtOnce = 4096;

export interface Plane {
  /** float32 [n, 2], along the components; the largest loading of each is positive. */
  positions: Float32Array;
  /** Share of the variance along each. */
  explained: [number, number];
}

/** data: float32 [n, d]. `check` throws to stop. */
export async function principalPlane(data: Float32Array, count: number, check: () => void): Promise<Plane> {
  const { x } = centred(data, count);
  const dimension = x.length / count;
  const total = x.reduce((sum, value) => sum + value * value, 0) / count;
  const shares = ([first = 0, second = 0]: number[]): [number, number] => [first / (total || 1), second / (total || 1)];
  if (dimension <= shortest) {
    const covariance = await covarianceOf(x, count, check);
    const { turned, variances } = eigenvectors(covariance);
    return { positions: alongOf(x, count, turned, dimension), explained: shares(variances) };
  }
  const directions = Math.min(width, dimension);
  const products = await openProducts(dimension, directions);
  try {
    let basis = orthonormal(
      stream(0)
        .split('plane')
        .normal(dimension * directions),
      directions,
    );
    let before = [0, 0];
    for (let round = 0; round < mostRounds; round++) {
      const { turned, variances, next } = await rotate(x, count, basis, directions, products, check);
      basis = orthonormal(next, directions);
      const now = [variances[0] ?? 0, variances[1] ?? 0];
      const moved = now.map((value, i) => Math.abs(value - before[i]!) / Math.max(value, 1e-300));
      before = now;
      if (round > 1 && moved.every((share) => share < settled)) {
        const positions = alongOf(x, count, turned, directions);
        return { positions, explained: shares(now) };
      }
    }
    // Two directions of one variance: any turn of them is as principal as any other.
    const { turned } = await rotate(x, count, basis, directions, products, check);
    const positions = alongOf(x, count, turned, directions);
    return { positions, explained: shares(before) };
  } finally {
    await products.close();
  }
}

/** xᵀx / n: [d, d], summed in float64 over blocks of rows. */
async function covarianceOf(x: Float32Array, count: number, check: () => void): Promise<Matrix> {
  const dimension = x.length / count;
  const program = compileForward({
    inputs: { x: { dtype: 'float32', shape: [batchDim, dimension] } },
    outputs: (_, { x }) => ({ inner: x!.transpose([1, 0]).matmul(x!) }),
    device: 'cpu',
  });
  const session = await openForwardSession(program, { device: 'cpu' });
  const sums = new Float64Array(dimension * dimension);
  try {
    for (let from = 0; from < count; from += rowsAtOnce) {
      check();
      const rows = Math.min(rowsAtOnce, count - from);
      const part = await session.run({ x: x.subarray(from * dimension, (from + rows) * dimension) }, rows);
      (part['inner']!.data as Float32Array).forEach((value, at) => {
        sums[at]! += value / count;
      });
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    await session.close();
  }
  return Matrix.from1DArray(dimension, dimension, sums);
}

/** turned: [d, d] with an eigenvector in each column, that of the largest eigenvalue first. */
function eigenvectors(symmetric: Matrix): { turned: Float64Array; variances: number[] } {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetric, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  const size = symmetric.rows;
  const turned = new Float64Array(size * size);
  order.forEach((from, to) => {
    for (let row = 0; row < size; row++) turned[row * size + to] = eigenvectorMatrix.get(row, from);
  });
  return { turned, variances: order.map((i) => Math.max(0, realEigenvalues[i]!)) };
}

/** q: [d, w] → xᵀ(x q): [d, w], for a block of rows, and the products x q themselves. */
async function openProducts(dimension: number, directions: number): Promise<ForwardSession> {
  const program = compileForward({
    inputs: {
      x: { dtype: 'float32', shape: [batchDim, dimension] },
      q: { dtype: 'float32', shape: [dimension, directions] },
    },
    outputs: (_, { x, q }) => {
      const along = x!.matmul(q!); // [n, w]
      return { next: x!.transpose([1, 0]).matmul(along), inner: along.transpose([1, 0]).matmul(along) };
    },
    device: 'cpu',
  });
  return openForwardSession(program, { device: 'cpu' });
}

/** One round: the basis turned onto its own principal directions, their variances, and the basis for the next round. */
async function rotate(
  x: Float32Array,
  count: number,
  basis: Float64Array,
  directions: number,
  products: ForwardSession,
  check: () => void,
): Promise<{ turned: Float64Array; variances: number[]; next: Float64Array }> {
  const dimension = basis.length / directions;
  const next = new Float64Array(basis.length);
  const inner = new Matrix(directions, directions);
  const q = Float32Array.from(basis);
  for (let from = 0; from < count; from += rowsAtOnce) {
    check();
    const rows = Math.min(rowsAtOnce, count - from);
    const part = await products.run({ x: x.subarray(from * dimension, (from + rows) * dimension), q }, rows);
    (part['next']!.data as Float32Array).forEach((value, at) => {
      next[at]! += value / count;
    });
    (part['inner']!.data as Float32Array).forEach((value, at) => {
      const [i, j] = [Math.floor(at / directions), at % directions];
      inner.set(i, j, inner.get(i, j) + value / count);
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { turned: rotation, variances } = eigenvectors(inner);
  const turn = (from: Float64Array) => {
    const out = new Float64Array(from.length);
    for (let row = 0; row < from.length; row += directions)
      for (let column = 0; column < directions; column++)
        for (let l = 0; l < directions; l++) out[row + column]! += from[row + l]! * rotation[l * directions + column]!;
    return out;
  };
  return { turned: turn(basis), variances, next: turn(next) };
}

/** Columns made orthogonal and of length 1 (Gram–Schmidt, twice); a column that is none becomes zero. [d, w] */
function orthonormal(from: ArrayLike<number>, directions: number): Float64Array {
  const q = Float64Array.from(from);
  const dot = (a: number, b: number) => {
    let sum = 0;
    for (let at = 0; at < q.length; at += directions) sum += q[at + a]! * q[at + b]!;
    return sum;
  };
  for (let column = 0; column < directions; column++) {
    const before = Math.sqrt(dot(column, column));
    for (let pass = 0; pass < 2; pass++)
      for (let other = 0; other < column; other++) {
        const share = dot(column, other);
        for (let at = 0; at < q.length; at += directions) q[at + column]! -= share * q[at + other]!;
      }
    const length = Math.sqrt(dot(column, column));
    const scale = length > 1e-12 * before && length > 0 ? 1 / length : 0;
    for (let at = 0; at < q.length; at += directions) q[at + column]! *= scale;
  }
  return q;
}

/** x: [n, d], basis: [d, w] → [n, 2] along its first two columns, in float64 sums. */
function alongOf(x: Float32Array, count: number, basis: Float64Array, directions: number): Float32Array {
  const dimension = basis.length / directions;
  const out = new Float32Array(2 * count);
  for (let axis = 0; axis < Math.min(2, directions); axis++) {
    const direction = Float64Array.from({ length: dimension }, (_, j) => basis[j * directions + axis]!);
    const largest = direction.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    const sign = largest < 0 ? -1 : 1;
    for (let row = 0, at = 0; row < count; row++) {
      let sum = 0;
      for (let j = 0; j < dimension; j++, at++) sum += x[at]! * direction[j]!;
      out[2 * row + axis] = sign * sum;
    }
  }
  return out;
}
