import { describe, expect, it } from 'vitest';
import { hits, layPlot, path, spread } from '#renderer/charts/plot';
import { points } from '#renderer/charts/series';

const margins = { top: 10, right: 20, bottom: 30, left: 40 };
const line = points([0, 50, 100], [1, 10, 100]);
const options = { width: 460, height: 240, margins, curves: [line], xInterval: [0, 100] as const };

describe('a plot', () => {
  it('maps its x interval to its margins and back', () => {
    const plot = layPlot({ ...options, scale: 'linear' });
    expect([plot.x(0), plot.x(100)]).toEqual([40, 440]);
    expect(plot.invertX(plot.x(37))).toBeCloseTo(37, 9);
  });

  it('puts equal ratios at equal distances on a log scale', () => {
    const plot = layPlot({ ...options, scale: 'log' });
    expect(plot.y(1) - plot.y(10)).toBeCloseTo(plot.y(10) - plot.y(100), 6);
    expect(plot.y(0)).toBeNaN();
  });

  it('fits y to what the zoom shows', () => {
    const zoomed = layPlot({
      ...options,
      xInterval: [60, 100],
      scale: 'linear',
      curves: [points([0, 70, 90], [1000, 5, 6])],
    });
    // The point before the edge counts too: its line is visible.
    expect(zoomed.yInterval[1]).toBeGreaterThan(1000);
    const inside = layPlot({
      ...options,
      xInterval: [70, 90],
      scale: 'linear',
      curves: [points([0, 65, 70, 90], [1000, 7, 5, 6])],
    });
    expect(inside.yInterval[1]).toBeLessThan(10);
  });

  it('survives a size of nothing', () => {
    const plot = layPlot({ ...options, width: 0, height: 0, scale: 'linear' });
    expect(Number.isFinite(plot.x(50))).toBe(true);
    expect(Number.isFinite(plot.y(50))).toBe(true);
  });
});

describe('a path', () => {
  const frame = { x: (v: number) => v, y: (v: number) => v };

  it('breaks where a value cannot be shown', () => {
    expect(path(frame, points([0, 1, 2, 3], [1, Number.NaN, 3, 4]))).toBe('M0 1M2 3L3 4');
  });
});

describe('what lies under the pointer', () => {
  it('is the nearest point of each curve, and none of a curve that ended long before', () => {
    const short = points([0, 10], [5, 6]);
    expect(hits([line, short], 60)).toEqual([
      { index: 1, x: 50, y: 10 },
      { index: 1, x: 10, y: 6 },
    ]);
    expect(hits([line, short], 60, 20)[1]).toBeNull();
    expect(hits([points([], [])], 60)).toEqual([null]);
  });
});

describe('labels at line ends', () => {
  it('never overlap, keep their order and stay inside', () => {
    const placed = spread([100, 101, 99, 250], 14, 10, 200);
    const sorted = [...placed].sort((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) expect(sorted[i]! - sorted[i - 1]!).toBeGreaterThanOrEqual(14);
    expect(placed[2]!).toBeLessThan(placed[0]!);
    expect(placed[0]!).toBeLessThan(placed[1]!);
    expect(Math.max(...placed)).toBeLessThanOrEqual(200);
  });

  it('stay where they wish to be when there is room', () => {
    expect(spread([20, 80, 150], 14, 10, 200)).toEqual([20, 80, 150]);
  });
});
