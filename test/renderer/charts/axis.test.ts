import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisTicks, extent, naturalScale, tickLabel, yInterval } from '#renderer/charts/axis';
import { points } from '#renderer/charts/series';

describe('ticks', () => {
  it('are three to five, inside the interval and ascending, on a linear axis', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
        (low, size) => {
          const found = axisTicks([low, low + size], 'linear');
          expect(found.length).toBeGreaterThanOrEqual(2);
          expect(found.length).toBeLessThanOrEqual(5);
          for (const tick of found) {
            expect(tick).toBeGreaterThanOrEqual(low - 1e-9 * Math.abs(low));
            expect(tick).toBeLessThanOrEqual(low + size + 1e-9 * Math.abs(low + size));
          }
          expect([...found].sort((a, b) => a - b)).toEqual(found);
        },
      ),
    );
  });

  it('are 1 and 3 by decades where a log axis spans a few, and powers of ten where it spans many', () => {
    expect(axisTicks([0.0028, 0.11], 'log')).toEqual([0.003, 0.01, 0.03, 0.1]);
    const wide = axisTicks([1e-9, 1], 'log');
    expect(wide.length).toBeLessThanOrEqual(5);
    for (const tick of wide) expect(Math.log10(tick) % 1).toBeCloseTo(0, 9);
  });

  it('differ from each other however narrow the interval is', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e3, noNaN: true }), fc.integer({ min: 1, max: 64 }), (low, ulps) => {
        const found = axisTicks([low, low * (1 + ulps * Number.EPSILON)], 'linear');
        expect(new Set(found).size).toBe(found.length);
      }),
    );
  });

  it('are at least two on a log axis of less than a decade', () => {
    expect(axisTicks([0.52, 0.58], 'log').length).toBeGreaterThanOrEqual(2);
    expect(axisTicks([1.1, 2.6], 'log').length).toBeGreaterThanOrEqual(2);
  });
});

describe('intervals', () => {
  it('start at zero where the values come near it, else close around them', () => {
    expect(yInterval([1, 20], 'linear')[0]).toBe(0);
    expect(yInterval([95, 100], 'linear')[0]).toBeGreaterThan(90);
  });

  it('hold all values of a log axis', () => {
    const [low, high] = yInterval([0.003, 0.1], 'log');
    expect(low).toBeLessThan(0.003);
    expect(high).toBeGreaterThan(0.1);
  });

  it('are never empty', () => {
    for (const range of [null, [0, 0], [5, 5], [-2, -2]] as const) {
      const [low, high] = yInterval(range, 'linear');
      expect(high).toBeGreaterThan(low);
    }
  });

  it('come from finite values only, and from positive ones for log', () => {
    const curve = points([1, 2, 3, 4], [Number.NaN, -1, 5, Infinity]);
    expect(extent([curve])).toEqual([-1, 5]);
    expect(extent([curve], -Infinity, Infinity, true)).toEqual([5, 5]);
  });

  it('log is natural beyond a range of 30×, never with values at or below zero', () => {
    expect(naturalScale([points([1, 2], [0.001, 0.1])])).toBe('log');
    expect(naturalScale([points([1, 2], [0.01, 0.1])])).toBe('linear');
    expect(naturalScale([points([1, 2], [0, 100])])).toBe('linear');
  });
});

describe('labels', () => {
  it('shorten thousands, keep small numbers readable and use a true minus', () => {
    expect([0, 12000, 1500, 0.03, 0.0002, -5, 2_500_000].map(tickLabel)).toEqual([
      '0',
      '12k',
      '1.5k',
      '0.03',
      '2e-4',
      '−5',
      '2.5M',
    ]);
  });
});
