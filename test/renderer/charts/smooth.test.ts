import { describe, expect, it } from 'vitest';
import { points } from '#renderer/charts/series';
import { smooth } from '#renderer/charts/smooth';

describe('smooth', () => {
  it('leaves a constant curve constant: the average is debiased', () => {
    const result = smooth(points([1, 2, 3, 4], [5, 5, 5, 5]), 0.9);
    for (let i = 0; i < 4; i++) expect(result.y[i]).toBeCloseTo(5, 12);
  });

  it('follows m = βm + (1−β)y over 1 − βᵗ', () => {
    const beta = 0.5;
    const result = smooth(points([1, 2, 3], [2, 4, 8]), beta);
    const m1 = 0.5 * 2;
    const m2 = beta * m1 + 0.5 * 4;
    const m3 = beta * m2 + 0.5 * 8;
    expect(Array.from(result.y)).toEqual([m1 / 0.5, m2 / 0.75, m3 / 0.875]);
  });

  it('passes over what is not a number without poisoning the rest', () => {
    const result = smooth(points([1, 2, 3], [1, Number.NaN, 1]), 0.8);
    expect(result.y[1]).toBeNaN();
    expect(result.y[2]).toBeCloseTo(1, 12);
  });

  it('comes to rest at zero, not at what rounding leaves, once a curve has been zero for long', () => {
    const ys = Float64Array.from({ length: 2000 }, (_, i) => (i < 10 ? 3 : 0));
    const result = smooth(
      points(
        Float64Array.from(ys, (_, i) => i),
        ys,
      ),
      0.86,
    );
    expect(result.y[20]).toBeGreaterThan(0.1);
    expect(result.y[1999]).toBe(0);
  });

  it('a weight of 0 gives the curve back', () => {
    const curve = points([1, 2], [3, 4]);
    expect(smooth(curve, 0)).toBe(curve);
  });

  it('of a curve that grows is what it would be of the whole curve at once', () => {
    const ys = Float64Array.from({ length: 3000 }, (_, i) => Math.sin(i) + 2);
    const xs = Float64Array.from(ys, (_, i) => i);
    for (const count of [1, 2, 700, 701, 3000]) {
      const grown = smooth(points(xs.subarray(0, count), ys.subarray(0, count)), 0.86);
      const fresh = smooth(points(xs.slice(0, count), ys.slice(0, count)), 0.86);
      expect(Array.from(grown.y)).toEqual(Array.from(fresh.y));
    }
  });
});
