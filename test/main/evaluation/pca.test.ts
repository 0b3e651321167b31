import { expect, it } from 'vitest';
import { pca, project, reconstructionError } from '#main/evaluation/pca';
import { uniform } from './clusters';

const rows = 200;
const columns = 6;
const random = uniform(4);
const data = Float32Array.from({ length: rows * columns }, (_, at) => (random() - 0.5) * (1 + (at % columns)) ** 2);
const x = { rows, columns, data };
const fitted = pca(x);

it('what k components leave is the sum of the eigenvalues left out (PCA-1)', () => {
  for (const k of [1, 3, 5]) {
    const error = reconstructionError(x, pca(x, k), k).reduce((sum, one) => sum + one / rows, 0);
    const left = fitted.variances.slice(k).reduce((sum, value) => sum + value, 0) / columns;
    expect(Math.abs(error - left)).toBeLessThan(1e-6 * Math.max(1, left));
  }
});

it('components are orthonormal, their largest loading positive', () => {
  for (let a = 0; a < columns; a++) {
    const row = fitted.components.subarray(a * columns, (a + 1) * columns);
    expect(row.reduce((most, v) => (Math.abs(v) > Math.abs(most) ? v : most), 0)).toBeGreaterThan(0);
    for (let b = 0; b < columns; b++) {
      const other = fitted.components.subarray(b * columns, (b + 1) * columns);
      expect(row.reduce((sum, v, j) => sum + v * other[j]!, 0)).toBeCloseTo(a === b ? 1 : 0, 9);
    }
  }
});

it('coordinates have the eigenvalues as their variances', () => {
  const codes = project(x, fitted, columns);
  for (let c = 0; c < columns; c++) {
    let squares = 0;
    for (let i = 0; i < rows; i++) squares += codes.data[i * columns + c]! ** 2 / rows;
    expect(squares).toBeCloseTo(fitted.variances[c]!, 3);
  }
});
