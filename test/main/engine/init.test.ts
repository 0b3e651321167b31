import { describe, expect, it } from 'vitest';
import type { Init } from '#main/engine/init';
import { constant, glorotUniform, heNormal, heUniform, normal, ones, uniform, zeros } from '#main/engine/init';
import { stream } from '#main/engine/random';

const spread = (init: Init, shape: number[]) => {
  const values = Array.from(init.fill(shape, stream(4)));
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const std = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
  return { mean, std, largest: Math.max(...values.map(Math.abs)) };
};

it('constants are constant', () => {
  expect(Array.from(zeros.fill([2], stream(1)))).toEqual([0, 0]);
  expect(Array.from(ones.fill([2], stream(1)))).toEqual([1, 1]);
  expect(Array.from(constant(3).fill([2], stream(1)))).toEqual([3, 3]);
});

describe.each([
  { init: normal(0.02), shape: [100, 100], std: 0.02 },
  { init: uniform(-1, 1), shape: [100, 100], std: 1 / Math.sqrt(3) },
  { init: heNormal, shape: [200, 50], std: Math.sqrt(2 / 200) },
  { init: heUniform, shape: [200, 50], std: Math.sqrt(2 / 200) },
  { init: heNormal, shape: [40, 20, 4, 4], std: Math.sqrt(2 / 320) },
  { init: glorotUniform, shape: [60, 140], std: Math.sqrt(2 / 200) },
])('$init.name of $shape', ({ init, shape, std }) => {
  it('has mean 0 and the standard deviation of its paper', () => {
    const measured = spread(init, shape);
    expect(Math.abs(measured.mean)).toBeLessThan(std / 20);
    expect(measured.std / std).toBeCloseTo(1, 1);
  });
});

it('uniform rules stay inside their bounds', () => {
  expect(spread(glorotUniform, [60, 140]).largest).toBeLessThanOrEqual(Math.sqrt(6 / 200));
});
