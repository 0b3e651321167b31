import { describe, expect, it } from 'vitest';
import { GrowingPoints, lowerBound, nearest, points, window } from '#renderer/charts/series';

describe('growing points', () => {
  it('keeps every point in order beyond its first capacity', () => {
    const curve = new GrowingPoints();
    for (let i = 1; i <= 1000; i++) curve.append(i, i * i);
    expect(curve.count).toBe(1000);
    expect(curve.x[999]).toBe(1000);
    expect(curve.y[256]).toBe(257 * 257);
  });

  it('drops what a resumed run tells again', () => {
    const curve = GrowingPoints.from([1, 2, 3, 4, 5], [10, 20, 30, 40, 50]);
    curve.append(3, 33);
    curve.append(4, 44);
    expect(Array.from(curve.x.subarray(0, curve.count))).toEqual([1, 2, 3, 4]);
    expect(Array.from(curve.y.subarray(0, curve.count))).toEqual([10, 20, 33, 44]);
  });
});

describe('looking up', () => {
  const curve = points([0, 10, 20, 40], [1, 2, 3, 4]);

  it('lowerBound is the first index not below', () => {
    expect([-1, 0, 1, 10, 40, 41].map((x) => lowerBound(curve, x))).toEqual([0, 0, 1, 1, 3, 4]);
  });

  it('nearest takes the closer neighbour, the earlier one on a tie', () => {
    expect([-5, 4, 5, 6, 29, 31, 99].map((x) => nearest(curve, x))).toEqual([0, 0, 0, 1, 2, 3, 3]);
    expect(nearest(points([], []), 1)).toBe(-1);
  });

  it('a window keeps one point beyond either edge', () => {
    expect(window(curve, 9, 21)).toEqual({ start: 0, end: 4 });
    expect(window(curve, 10, 11)).toEqual({ start: 0, end: 3 });
  });
});
