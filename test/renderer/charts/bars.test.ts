import { describe, expect, it } from 'vitest';
import { barAt, barTicks, layBars } from '#renderer/charts/bars';
import { nextCell, share } from '#renderer/charts/heat';

const frame = { left: 40, right: 440, top: 10, bottom: 110 };

describe('bars', () => {
  it('are as tall as their value, nothing for zero and at least a pixel for anything else', () => {
    const bars = layBars([0, 1, 50, 100], frame, false);
    expect(bars.height(0)).toBe(0);
    expect(bars.height(50)).toBeCloseTo(bars.height(100) / 2, 9);
    expect(bars.height(1e-9)).toBe(1);
    expect(bars.height(100)).toBeLessThanOrEqual(100);
  });

  it('on a log scale differ by the same height for the same ratio', () => {
    const bars = layBars([1e6], frame, true);
    const step = bars.height(1e5) - bars.height(1e4);
    expect(bars.height(1e4) - bars.height(1e3)).toBeCloseTo(step, 1);
  });

  it('are found under the pointer, edge to edge', () => {
    expect([39, 40, 139, 140, 439, 440].map((x) => barAt(x, frame, 4))).toEqual([undefined, 0, 0, 1, 3, undefined]);
    const bars = layBars([1, 1, 1, 1], frame, false);
    for (let i = 0; i < 4; i++) expect(barAt(bars.x(i) + bars.width / 2, frame, 4)).toBe(i);
  });

  it('survive having no values', () => {
    expect(layBars([], frame, true).most).toBe(1);
    expect(barAt(100, frame, 0)).toBeUndefined();
  });

  it('have at most four ticks at round numbers', () => {
    expect(barTicks(42_000, true)).toEqual([10, 100, 1000, 10_000]);
    expect(barTicks(43, false)).toEqual([0, 20, 40]);
    for (const most of [0.003, 7, 99, 12_345]) expect(barTicks(most, false).length).toBeLessThanOrEqual(4);
  });
});

describe('a heat map', () => {
  it('shows nothing as nothing and the largest as 1', () => {
    expect([share(0, 10), share(10, 10), share(2.5, 10)]).toEqual([0, 1, 0.5]);
  });

  it('is walked with the arrow keys without leaving it', () => {
    expect(nextCell('ArrowRight', 6, 2, 7)).toBe(6);
    expect(nextCell('ArrowDown', 6, 2, 7)).toBe(13);
    expect(nextCell('ArrowUp', 6, 2, 7)).toBe(6);
    expect(nextCell('Home', 9, 2, 7)).toBe(7);
    expect(nextCell('x', 0, 2, 7)).toBeUndefined();
  });
});
