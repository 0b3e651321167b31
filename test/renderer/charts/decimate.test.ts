import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimate } from '#renderer/charts/decimate';
import { points } from '#renderer/charts/series';

const noisy = (n: number) => {
  const x = Float64Array.from({ length: n }, (_, i) => i);
  const y = Float64Array.from({ length: n }, (_, i) => Math.sin(i / 97) + ((i * 2654435761) % 1000) / 1000);
  return points(x, y);
};

describe('decimate', () => {
  it('keeps at most four points a column', () => {
    const thin = decimate(noisy(100_000), 0, 99_999, 200);
    expect(thin.count).toBeLessThanOrEqual(201 * 4);
    expect(thin.count).toBeGreaterThan(200);
  });

  it('keeps the lowest and the highest value of every column', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 50, maxLength: 400 }),
        (values) => {
          const curve = points(
            values.map((_, i) => i),
            values,
          );
          const columns = 7;
          const to = values.length;
          const thin = decimate(curve, 0, to, columns);
          const column = (x: number) => Math.floor(x / (to / columns));
          for (let c = 0; c < columns; c++) {
            const all = values.filter((_, i) => column(i) === c);
            const kept = Array.from(thin.y as number[]).filter((_, i) => column(thin.x[i]!) === c);
            expect(Math.min(...kept)).toBe(Math.min(...all));
            expect(Math.max(...kept)).toBe(Math.max(...all));
          }
        },
      ),
    );
  });

  it('keeps one spike among a hundred thousand points', () => {
    const y = new Float64Array(100_000).fill(1);
    y[54_321] = 99;
    const thin = decimate(
      points(
        Float64Array.from(y, (_, i) => i),
        y,
      ),
      0,
      100_000,
      300,
    );
    expect(Math.max(...Array.from(thin.y))).toBe(99);
  });

  it('keeps x ascending', () => {
    const thin = decimate(noisy(20_000), 0, 20_000, 100);
    for (let i = 1; i < thin.count; i++) expect(thin.x[i]!).toBeGreaterThan(thin.x[i - 1]!);
  });

  it('returns a short curve as it is, and cuts a zoomed one with one point beyond either edge', () => {
    const curve = noisy(300);
    expect(decimate(curve, 0, 300, 100)).toBe(curve);
    const cut = decimate(curve, 100.5, 110.5, 100);
    expect([cut.x[0], cut.x[cut.count - 1]]).toEqual([100, 111]);
  });

  it('of a curve that grows is what it would be of the whole curve at once', () => {
    const whole = noisy(9000);
    const [xs, ys] = [Float64Array.from(whole.x), Float64Array.from(whole.y)];
    for (const count of [3000, 3001, 3500, 8999, 9000]) {
      const grown = decimate(points(xs.subarray(0, count), ys.subarray(0, count)), 0, 10_000, 150);
      const fresh = decimate(points(xs.slice(0, count), ys.slice(0, count)), 0, 10_000, 150);
      expect([...(grown.x as number[])]).toEqual([...(fresh.x as number[])]);
      expect([...(grown.y as number[])]).toEqual([...(fresh.y as number[])]);
    }
  });

  it('of the same values over another x is not taken for the old one', () => {
    const { x, y } = noisy(2000);
    const ys = Float64Array.from(y);
    decimate(points(Float64Array.from(x), ys), 0, 2000, 50);
    const seconds = decimate(
      points(
        Float64Array.from(x, (step) => step / 10),
        ys,
      ),
      0,
      2000,
      50,
    );
    expect(Math.max(...(seconds.x as number[]))).toBeCloseTo(199.9, 6);
  });
});
