import { describe, expect, it } from 'vitest';
import { lowerBound, nearest, points, window } from '#renderer/charts/series';

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
