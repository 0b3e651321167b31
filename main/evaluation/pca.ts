/** Principal components: the linear baseline of every auto-encoder, exact. */
import { EigenvalueDecomposition, Matrix as Square } from 'ml-matrix';
import type { Matrix } from './matrix';

export interface Pca {
  columns: number;
  /** [columns] */
  mean: Float64Array;
  /** Eigenvalues of the covariance (divided by n), largest first, none below 0. */
  variances: Float64Array;
  /** [k, columns], one component a row, of length 1; its largest loading is positive, so that signs are settled. */
  components: Float64Array;
}

/** Eigenvectors of the covariance matrix: O(n·d² + d³). */
export function pca(x: Matrix, k = x.columns): Pca {
  const { rows, columns, data } = x;
  const mean = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) mean[j]! += data[i * columns + j]! / rows;
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = new EigenvalueDecomposition(covariance(x, mean), {
    assumeSymmetric: true,
  });
  const order = values.map((_, i) => i).sort((a, b) => values[b]! - values[a]!);
  const kept = order.slice(0, k);
  const components = new Float64Array(kept.length * columns);
  kept.forEach((from, c) => {
    const vector = Array.from({ length: columns }, (_, j) => vectors.get(j, from));
    const largest = vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    vector.forEach((value, j) => {
      components[c * columns + j] = largest < 0 ? -value : value;
    });
  });
  return { columns, mean, variances: Float64Array.from(order, (i) => Math.max(0, values[i]!)), components };
}

function covariance({ rows, columns, data }: Matrix, mean: Float64Array): Square {
  const sum = new Float64Array(columns * columns);
  const centred = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) centred[j] = data[i * columns + j]! - mean[j]!;
    for (let j = 0; j < columns; j++) {
      const a = centred[j]! / rows;
      if (a !== 0) for (let l = j; l < columns; l++) sum[j * columns + l]! += a * centred[l]!;
    }
  }
  const square = new Square(columns, columns);
  for (let j = 0; j < columns; j++)
    for (let l = j; l < columns; l++) {
      square.set(j, l, sum[j * columns + l]!);
      square.set(l, j, sum[j * columns + l]!);
    }
  return square;
}

/** Coordinates along the first k components: [rows, k]. */
export function project({ rows, columns, data }: Matrix, { mean, components }: Pca, k: number): Matrix {
  const out = new Float32Array(rows * k);
  for (let i = 0; i < rows; i++)
    for (let c = 0; c < k; c++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) sum += (data[i * columns + j]! - mean[j]!) * components[c * columns + j]!;
      out[i * k + c] = sum;
    }
  return { rows, columns: k, data: out };
}

/** What k coordinates of each row [rows, k] give back: [rows, columns]. */
export function reconstruct(codes: Matrix, { columns, mean, components }: Pca): Matrix {
  const { rows, columns: k, data } = codes;
  const out = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      let sum = mean[j]!;
      for (let c = 0; c < k; c++) sum += data[i * k + c]! * components[c * columns + j]!;
      out[i * columns + j] = sum;
    }
  return { rows, columns, data: out };
}

/** Mean squared error of k components on rows, per column. */
export function reconstructionError(x: Matrix, fitted: Pca, k: number): Float64Array {
  const back = reconstruct(project(x, fitted, k), fitted);
  const errors = new Float64Array(x.rows);
  for (let i = 0; i < x.rows; i++) {
    let sum = 0;
    for (let j = 0; j < x.columns; j++) sum += (x.data[i * x.columns + j]! - back.data[i * x.columns + j]!) ** 2;
    errors[i] = sum / x.columns;
  }
  return errors;
}
