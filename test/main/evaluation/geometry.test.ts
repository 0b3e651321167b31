import { expect, it } from 'vitest';
import { alignment, collapseOf, effectiveRank, frechetDistance, uniformity } from '#main/evaluation/geometry';
import { uniform } from './clusters';

function gaussian(rows: number, scales: number[], seed: number, shift = 0) {
  const random = uniform(seed);
  const one = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const columns = scales.length;
  return {
    rows,
    columns,
    data: Float32Array.from({ length: rows * columns }, (_, at) => one() * scales[at % columns]! + shift),
  };
}

it('effective rank counts the directions that are used', () => {
  expect(effectiveRank(gaussian(3000, [1, 1, 1, 1], 1))).toBeCloseTo(4, 1);
  expect(effectiveRank(gaussian(3000, [1, 1, 0, 0], 1))).toBeCloseTo(2, 1);
  expect(effectiveRank({ rows: 5, columns: 3, data: new Float32Array(15).fill(2) })).toBe(0);
});

it('the collapse meter reads 1 for features spread evenly over the sphere and 0 for one point', () => {
  const even = collapseOf(gaussian(4000, Array(8).fill(1), 2));
  expect(even.spread).toBeCloseTo(1, 1);
  expect(even.meanCosine).toBeCloseTo(0, 2);
  const one = collapseOf({ rows: 10, columns: 4, data: new Float32Array(40).fill(0.3) });
  expect(one.spread).toBeCloseTo(0, 6);
  expect(one.meanCosine).toBeCloseTo(1, 6);
});

it('alignment is 0 for equal views and 4 for opposite ones', () => {
  const a = gaussian(50, [1, 1, 1], 3);
  expect(alignment(a, a)).toBe(0);
  expect(alignment(a, { ...a, data: a.data.map((value) => -value) })).toBeCloseTo(4, 5);
});

it('uniformity is least for evenly spread features and 0 for collapsed ones', () => {
  const even = uniformity(gaussian(300, Array(8).fill(1), 4));
  expect(even).toBeLessThan(-3);
  expect(uniformity({ rows: 10, columns: 4, data: new Float32Array(40).fill(1) })).toBeCloseTo(0, 6);
});

it('the Fréchet distance of two normal clouds is that of their means and deviations', () => {
  const a = gaussian(20_000, [1, 2], 5);
  expect(frechetDistance(a, a)).toBeCloseTo(0, 6);
  // means 1 apart in both columns, deviations 1 and 2 against 2 and 2: 2 + (1 − 2)² = 3
  expect(frechetDistance(a, gaussian(20_000, [2, 2], 6, 1))).toBeCloseTo(3, 0);
});
