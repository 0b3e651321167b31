import { expect, it } from 'vitest';
import { errorsOf, summarise } from '#main/evaluation';

it('an item’s error is the mean over its pixels of the squared difference', () => {
  const errors = errorsOf(Float32Array.of(0, 1, 0, 0), Float32Array.of(0, 0, 0.5, 0.5), 2);
  expect([...errors]).toEqual([0.5, 0.25]);
});

it('summarises overall, by class and worst first; items without a class count only overall', () => {
  const summary = summarise(Float64Array.of(0.1, 0.4, 0.2, 0.3), Int32Array.of(0, 1, 0, -1), { worst: 2 });
  expect(summary.n).toBe(4);
  expect(summary.mean).toBeCloseTo(0.25, 12);
  expect(summary.psnr).toBeCloseTo(10 * Math.log10(4), 12);
  expect(summary.byClass.map(({ label, n }) => [label, n])).toEqual([
    [0, 2],
    [1, 1],
  ]);
  expect(summary.byClass[0]!.mean).toBeCloseTo(0.15, 12);
  expect(summary.worst).toEqual([
    { index: 1, label: 1, error: 0.4 },
    { index: 3, label: -1, error: 0.3 },
  ]);
});

it('the median and the 95th percentile stand where sorting puts them', () => {
  const { median, percentile95 } = summarise(
    Float64Array.from({ length: 100 }, (_, i) => i),
    new Int32Array(100),
  );
  expect(median).toBe(50);
  expect(percentile95).toBe(95);
});
