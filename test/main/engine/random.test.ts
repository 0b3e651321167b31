import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalQuantile, Stream, stream, threefry } from '#main/engine/random';

const N = 1 << 16;
const LIMIT = 4; // standard deviations; the seeds are fixed, so this never fails by chance

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;

describe('threefry', () => {
  // Known answers of Random123 1.14, kat_vectors, threefry 2x32 with 20 rounds
  it.each([
    [
      [0, 0],
      [0, 0],
      [0x6b200159, 0x99ba4efe],
    ],
    [
      [-1, -1],
      [-1, -1],
      [0x1cb996fc, 0xbb002be7],
    ],
    [
      [0x13198a2e, 0x03707344],
      [0x243f6a88, 0x85a308d3],
      [0xc4923a9c, 0x483df7a0],
    ],
  ] as [[number, number], [number, number], [number, number]][])('key %j, counter %j', (key, counter, expected) => {
    expect(threefry(key, counter).map((word) => word >>> 0)).toEqual(expected);
  });
});

describe('a stream', () => {
  it('gives the same numbers for the same seed and path, on every platform', () => {
    expect(Array.from(stream(7).split('data').split(3).bits(4))).toEqual(
      Array.from(stream(7).split('data').split(3).bits(4)),
    );
    expect(Array.from(stream(1).bits(3))).toMatchInlineSnapshot(`
      [
        587271189,
        2299803212,
        217702975,
      ]
    `);
    expect(Array.from(stream(1).normal(3))).toMatchInlineSnapshot(`
      [
        -1.0951077938079834,
        0.08901413530111313,
        -1.6382195949554443,
      ]
    `);
  });

  it('resumes exactly from its position', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), (first, second) => {
        const whole = stream(3).bits(first + second);
        const resumed = stream(3);
        resumed.position = first;
        return resumed.bits(second).every((word, i) => word === whole[first + i]);
      }),
    );
  });

  it('gives independent numbers for other seeds, names and positions', () => {
    const parts = [stream(1), stream(2), stream(1).split('a'), stream(1).split('b'), stream(1).split(0), stream(-1)];
    const drawn = parts.map((part) => part.uniform(N));
    for (const [i, a] of drawn.entries()) {
      for (const b of drawn.slice(i + 1)) expect(Math.abs(correlation(a, b, 0))).toBeLessThan(LIMIT);
    }
  });

  it('is split the same way wherever it stands', () => {
    const moved = stream(5);
    moved.bits(10);
    expect(moved.split('x').bits(2)).toEqual(stream(5).split('x').bits(2));
  });

  it('wants a whole seed', () => {
    expect(() => stream(0.5)).toThrow('stream: the seed must be a whole number, got 0.5');
  });
});

/** Correlation with a shifted copy, in standard deviations. */
function correlation(a: Float32Array, b: Float32Array, lag: number): number {
  let sum = 0;
  for (let i = lag; i < N; i++) sum += (a[i]! - 0.5) * (b[i - lag]! - 0.5);
  return (sum * 12) / Math.sqrt(N);
}

describe.each([1, 12345, 2 ** 40])('numbers of seed %d', (seed) => {
  const uniform = stream(seed).uniform(N);

  it('uniform: mean, spread over 256 bins (χ²) and correlation with the next ones are as expected', () => {
    expect(Math.abs(mean(uniform) - 0.5) * Math.sqrt(12 * N)).toBeLessThan(LIMIT);
    const bins = new Float64Array(256);
    for (const x of uniform) bins[Math.floor(x * 256)]! += 1;
    const chi2 = bins.reduce((sum, count) => sum + (count - N / 256) ** 2 / (N / 256), 0);
    expect(Math.abs(chi2 - 255) / Math.sqrt(2 * 255)).toBeLessThan(LIMIT);
    for (const lag of [1, 2, 256, 784]) expect(Math.abs(correlation(uniform, uniform, lag))).toBeLessThan(LIMIT);
  });

  it('normal: mean 0, variance 1, no skew, kurtosis 3', () => {
    const x = stream(seed).normal(N);
    const moment = (power: number) => mean(x.map((value) => value ** power));
    expect(Math.abs(moment(1)) * Math.sqrt(N)).toBeLessThan(LIMIT);
    expect(Math.abs(moment(2) - 1) * Math.sqrt(N / 2)).toBeLessThan(LIMIT);
    expect(Math.abs(moment(3)) * Math.sqrt(N / 15)).toBeLessThan(LIMIT);
    expect(Math.abs(moment(4) - 3) * Math.sqrt(N / 96)).toBeLessThan(LIMIT);
  });

  it('integers: each value equally often', () => {
    const counts = new Float64Array(10);
    for (const value of stream(seed).integers(N, 10)) counts[value]! += 1;
    const chi2 = counts.reduce((sum, count) => sum + (count - N / 10) ** 2 / (N / 10), 0);
    expect(Math.abs(chi2 - 9) / Math.sqrt(18)).toBeLessThan(LIMIT);
  });

  it('permutation: every number once, and the first place equally often', () => {
    expect(Array.from(stream(seed).permutation(100)).sort((a, b) => a - b)).toEqual([...Array(100).keys()]);
    const first = new Float64Array(5);
    const source = stream(seed);
    for (let i = 0; i < 5000; i++) first[source.permutation(5)[0]!]! += 1;
    for (const count of first) expect(Math.abs(count - 1000) / Math.sqrt(800)).toBeLessThan(LIMIT);
  });
});

it('the normal quantile inverts the normal distribution', () => {
  const known = [
    [0.5, 0],
    [0.975, 1.959964],
    [0.025, -1.959964],
    [0.999, 3.090232],
    [1e-9, -5.997807],
  ] as const;
  for (const [p, x] of known) expect(normalQuantile(p)).toBeCloseTo(x, 5);
});

it('no draw of a stream equals a key of its splits', () => {
  const draws = new Stream([1, 2]).bits(4);
  expect(Array.from(new Stream([1, 2]).split(0).bits(4))).not.toEqual(Array.from(draws));
});
