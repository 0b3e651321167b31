import { expect, it } from 'vitest';
import { stream } from '#main/engine/random';
import { coverageOf } from '#main/evaluation/coverage';
import { slicedWasserstein, totalVariance } from '#main/evaluation/sliced-wasserstein';

const directions = (k: number, count: number) => stream(1).split(k).normal(count);
const cloud = (rows: number, columns: number, seed: number, shift = 0) => ({
  rows,
  columns,
  data: stream(seed)
    .normal(rows * columns)
    .map((value) => value + shift),
});

it('the sliced distance of a cloud moved by d along each of two axes is d, as every shadow moves by its share', () => {
  const a = cloud(500, 2, 1);
  const b = { ...a, data: a.data.map((value) => value + 3) };
  expect(slicedWasserstein(a, a, directions)).toBe(0);
  expect(slicedWasserstein(a, b, directions, 2000)).toBeCloseTo(3, 1); // √(‖(3, 3)‖² / 2)
  expect(slicedWasserstein(a, cloud(500, 2, 2), directions)).toBeLessThan(0.2);
});

it('clouds of different shapes are refused', () => {
  expect(() => slicedWasserstein(cloud(3, 2, 1), cloud(3, 4, 1), directions)).toThrow('clouds of one shape');
});

it('the total variance is the sum over columns', () => {
  expect(totalVariance({ rows: 2, columns: 2, data: Float32Array.of(0, 0, 2, 4) })).toBeCloseTo(1 + 4, 6);
});

it('samples of the same cloud have precision and recall near one; of half the data, recall near a half', () => {
  const [a, b] = [cloud(300, 2, 1), cloud(300, 2, 2)];
  const far = { ...b, data: b.data.map((value) => value + 100) };
  const both = { rows: 600, columns: 2, data: Float32Array.of(...a.data, ...far.data) };
  const same = coverageOf(a, b);
  expect(Math.min(same.precision, same.recall)).toBeGreaterThan(0.9);
  const half = coverageOf(both, b);
  expect(half.precision).toBeGreaterThan(0.9);
  expect(half.recall).toBeGreaterThan(0.45);
  expect(half.recall).toBeLessThan(0.55);
  expect(coverageOf(a, far)).toEqual({ precision: 0, recall: 0 });
});
