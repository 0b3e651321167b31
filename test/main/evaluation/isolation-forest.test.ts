import { expect, it } from 'vitest';
import { isolationForest, isolationScores, meanPath } from '#main/evaluation/isolation-forest';
import { auroc, curveOf } from '#main/evaluation/ranking';
import { uniform } from './clusters';

const random = uniform(7);
const normal = () => random() + random() + random() - 1.5;
const rows = 420;
const data = Float32Array.from({ length: rows * 3 }, (_, at) => (at >= 400 * 3 ? 4 * normal() + 3 : normal()));
const x = { rows, columns: 3, data };
const positive = Array.from({ length: rows }, (_, i) => (i >= 400 ? 1 : 0));

it('scores what lies apart above what lies among many, in (0, 1), the same for the same seed', () => {
  const scores = isolationScores(isolationForest(x, uniform(1)), x);
  expect(auroc(curveOf({ scores, positive }))).toBeGreaterThan(0.95);
  expect(Math.min(...scores)).toBeGreaterThan(0);
  expect(Math.max(...scores)).toBeLessThan(1);
  expect(isolationScores(isolationForest(x, uniform(1)), x)).toEqual(scores);
});

it('mean path length follows the harmonic numbers: c(2) = 1, c(256) ≈ 10.24', () => {
  expect(meanPath(2)).toBe(1);
  expect(meanPath(256)).toBeCloseTo(10.24, 2);
});

it('items that are all alike are all as normal as each other', () => {
  const same = { rows: 20, columns: 2, data: new Float32Array(40).fill(3) };
  expect(new Set(isolationScores(isolationForest(same, uniform(1)), same)).size).toBe(1);
});
