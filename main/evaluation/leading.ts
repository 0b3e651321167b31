/**
 * The first few principal components of wide data, without the covariance matrix: orthogonal iteration with
 * Rayleigh–Ritz (Golub & Van Loan, Matrix Computations, section 8.2). O(n·d·k) a round, where pca.ts needs O(d³).
 */
import { EigenvalueDecomposition, Matrix as Square } from 'ml-matrix';
import { dot, type Matrix, silent, type Tick } from './matrix';
import type { Pca } from './pca';

/** Directions beyond those asked for: the last ones asked for converge as fast as the first beyond falls behind. */
const spare = 8;

export interface LeadingOptions {
  /** Rounds at most; a round stops early once no variance asked for changes by more than this share. */
  rounds?: number;
  tolerance?: number;
  tick?: Tick;
}

/** As pca(x, k), with only the first k variances. The same input gives the same output. */
export async function leadingComponents(
  x: Matrix,
  k: number,
  { rounds = 30, tolerance = 1e-4, tick = silent }: LeadingOptions = {},
): Promise<Pca> {
  const { rows, columns } = x;
  const kept = Math.min(k, columns);
  const width = Math.min(columns, kept + spare);
  const { centred, mean } = centre(x);
  let basis = start(columns, width);
  let variances: Float64Array = new Float64Array(width);
  for (let round = 0; round < rounds; round++) {
    await tick(round, rounds);
    orthonormalise(basis, columns);
    const { image, seen } = multiply(centred, rows, columns, basis);
    const turned = ritz(seen, width, rows);
    const settled = turned.variances.every(
      (value, at) => at >= kept || Math.abs(value - variances[at]!) <= tolerance * (turned.variances[0]! || 1),
    );
    variances = turned.variances;
    // In the last round the basis itself is wanted, turned; before that its image, which is a power further on.
    basis = turn(settled || round === rounds - 1 ? basis : image, turned.vectors, columns);
    if (settled) break;
  }
  await tick(rounds, rounds);
  const components = basis.slice(0, kept);
  for (const component of components) settleSign(component);
  const flat = new Float64Array(kept * columns);
  components.forEach((component, at) => flat.set(component, at * columns));
  return { columns, mean, variances: variances.slice(0, kept), components: flat };
}

function centre({ rows, columns, data }: Matrix): { centred: Float64Array; mean: Float64Array } {
  const mean = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) mean[j]! += data[i * columns + j]! / rows;
  return { centred: Float64Array.from(data, (value, at) => value - mean[at % columns]!), mean };
}

/** Directions that no data is orthogonal to but by bad luck: sines of unrelated frequencies. */
const start = (columns: number, width: number): Float64Array[] =>
  Array.from({ length: width }, (_, c) =>
    Float64Array.from({ length: columns }, (_, j) => Math.sin((c + 1) * (j + 1) * 1.7 + c)),
  );

/** Modified Gram–Schmidt, in place; a direction that vanishes stays 0. */
function orthonormalise(basis: Float64Array[], columns: number): void {
  basis.forEach((vector, c) => {
    for (let before = 0; before < c; before++) {
      const along = dot(vector, 0, basis[before]!, 0, columns);
      for (let j = 0; j < columns; j++) vector[j]! -= along * basis[before]![j]!;
    }
    const length = Math.sqrt(dot(vector, 0, vector, 0, columns));
    for (let j = 0; j < columns; j++) vector[j] = length > 1e-12 ? vector[j]! / length : 0;
  });
}

/** seen = X Q [rows, width]; image = Xᵀ seen. */
function multiply(x: Float64Array, rows: number, columns: number, basis: readonly Float64Array[]) {
  const width = basis.length;
  const seen = new Float64Array(rows * width);
  const image = basis.map(() => new Float64Array(columns));
  for (let i = 0; i < rows; i++)
    for (let c = 0; c < width; c++) {
      const value = dot(x, i * columns, basis[c]!, 0, columns);
      seen[i * width + c] = value;
      const to = image[c]!;
      for (let j = 0; j < columns; j++) to[j]! += value * x[i * columns + j]!;
    }
  return { seen, image };
}

/** Eigenvectors of Qᵀ C Q, largest first; C: the covariance divided by n. */
function ritz(seen: Float64Array, width: number, rows: number): { variances: Float64Array; vectors: number[][] } {
  const small = Square.zeros(width, width);
  for (let i = 0; i < rows; i++)
    for (let a = 0; a < width; a++)
      for (let b = a; b < width; b++)
        small.set(a, b, small.get(a, b) + (seen[i * width + a]! * seen[i * width + b]!) / rows);
  for (let a = 0; a < width; a++) for (let b = 0; b < a; b++) small.set(a, b, small.get(b, a));
  const { realEigenvalues: values, eigenvectorMatrix: v } = new EigenvalueDecomposition(small, {
    assumeSymmetric: true,
  });
  const order = values.map((_, i) => i).sort((a, b) => values[b]! - values[a]!);
  return {
    variances: Float64Array.from(order, (i) => Math.max(0, values[i]!)),
    vectors: order.map((i) => Array.from({ length: width }, (_, a) => v.get(a, i))),
  };
}

function turn(basis: readonly Float64Array[], vectors: number[][], columns: number): Float64Array[] {
  return vectors.map((vector) => {
    const out = new Float64Array(columns);
    vector.forEach((weight, c) => {
      for (let j = 0; j < columns; j++) out[j]! += weight * basis[c]![j]!;
    });
    return out;
  });
}

/** The largest loading is positive, as in pca.ts. */
function settleSign(component: Float64Array): void {
  const largest = component.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  if (largest < 0) for (let j = 0; j < component.length; j++) component[j]! *= -1;
}
