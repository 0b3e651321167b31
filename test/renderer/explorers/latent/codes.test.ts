import { describe, expect, it } from 'vitest';
import {
  arithmetic,
  between,
  drawn,
  isUnused,
  linear,
  middle,
  orderOf,
  plane,
  rangeOf,
  spherical,
  stopOf,
  swap,
  traversal,
  valueAt,
  walkAt,
} from '#renderer/explorers/latent/codes';
import { latentRecord, latentSize } from '#test/dom/fake-latent';

const space = latentRecord(100);
const { kl: _, ...plain } = { ...space, hasPrior: false, mean: space.mean.map(() => 2), std: space.std.map(() => 3) };
const code = Float32Array.from({ length: latentSize }, (_, j) => j / 10);
const close = (a: Float32Array, b: ArrayLike<number>) =>
  a.forEach((value, j) => {
    expect(value).toBeCloseTo(b[j]!, 5);
  });

describe('dimensions', () => {
  it('stand in order of their KL where there is a posterior, else of the change they make', () => {
    expect(orderOf(space, 'weight').slice(0, 4)).toEqual([1, 2, 0, 3]);
    expect(orderOf(plain, 'weight').slice(0, 3)).toEqual([0, 1, 2]);
    expect(orderOf(space, 'number')).toEqual(Array.from(code.keys()));
  });

  it('are unused below 0.05 nats, or below 2 % of the largest change', () => {
    expect(orderOf(space, 'number').filter((j) => isUnused(space, j))).toEqual([7, 8, 9]);
    expect(isUnused({ change: Float32Array.of(1, 0.02, 0.021) }, 1)).toBe(true);
    expect(isUnused({ change: Float32Array.of(1, 0.02, 0.021) }, 2)).toBe(false);
  });

  it('range over deviations of the prior, else over those of the codes around their mean', () => {
    expect(rangeOf(space, 0, '2')).toEqual({ min: -2, max: 2 });
    expect(rangeOf(plain, 0, '3')).toEqual({ min: -7, max: 11 });
    expect(rangeOf(space, 0, 'data').max).toBeCloseTo(2.8);
  });
});

describe('a traversal', () => {
  it('moves one dimension a row through every stop and leaves the others', () => {
    const codes = traversal(space, code, [3, 5], '3');
    expect(codes).toHaveLength(2 * 11 * latentSize);
    for (let row = 0; row < 2; row++)
      for (let stop = 0; stop < 11; stop++) {
        const at = codes.subarray((row * 11 + stop) * latentSize, (row * 11 + stop + 1) * latentSize);
        const want = code.slice();
        want[[3, 5][row]!] = -3 + 0.6 * stop;
        close(at, want);
      }
  });

  it('marks the stop that a value is nearest to, and none outside', () => {
    const range = { min: -3, max: 3 };
    for (let stop = 0; stop < 11; stop++) expect(stopOf(range, valueAt(range, stop, 11) + 0.2, 11)).toBe(stop);
    expect(stopOf(range, 3.4, 11)).toBeUndefined();
  });
});

it('a plane goes right with one dimension and up with the other', () => {
  const codes = plane(space, code, 2, 4, '2', 3);
  const at = (row: number, column: number) => codes.subarray((row * 3 + column) * latentSize);
  expect([at(0, 0)[2], at(0, 0)[4]]).toEqual([-2, 2]);
  expect([at(2, 2)[2], at(2, 2)[4]]).toEqual([2, -2]);
  expect(at(1, 1)[9]).toBeCloseTo(0.9);
});

describe('codes of two items', () => {
  const [a, b] = [Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6)];
  it('exchange the marked dimensions and nothing else', () => {
    expect([...swap(a, b, new Set([1]))]).toEqual([1, 5, 3]);
    expect([...swap(b, a, new Set([1]))]).toEqual([4, 2, 6]);
  });
  it('add up: A − B + C, of bits within 0 and 1', () => {
    expect([...arithmetic(a, b, Float32Array.of(3, 3, 4))]).toEqual([0, 0, 1]);
    const bits = [Float32Array.of(1, 0), Float32Array.of(0, 1), Float32Array.of(1, 0)] as const;
    expect([...arithmetic(...bits, 'bits')]).toEqual([1, 0]);
  });
  it('have the ends at the ends on either way, and lie evenly between on the straight one', () => {
    for (const way of ['linear', 'spherical'] as const) {
      const codes = between(a, b, 5, way);
      close(codes.subarray(0, 3), a);
      close(codes.subarray(12), b);
    }
    close(linear(a, b, 0.5), [2.5, 3.5, 4.5]);
  });
  it('keep their length along the arc, which the straight way cuts short', () => {
    const [x, y] = [Float32Array.of(3, 0), Float32Array.of(0, 3)];
    expect(Math.hypot(...spherical(x, y, 0.5))).toBeCloseTo(3, 5);
    expect(Math.hypot(...linear(x, y, 0.5))).toBeCloseTo(3 / Math.SQRT2, 5);
  });
  it('go straight where no arc is defined', () => {
    close(spherical(Float32Array.of(0, 0), Float32Array.of(2, 2), 0.5), [1, 1]);
    close(spherical(Float32Array.of(1, 1), Float32Array.of(2, 2), 0.5), [1.5, 1.5]);
  });
});

describe('a walk', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 3, y: 0 },
    { x: 3, y: 1 },
  ];
  it('goes its way at one speed, however long the legs', () => {
    expect(walkAt(points, 0.5)).toEqual({ x: 2, y: 0, leg: 0 });
    expect(walkAt(points, 0.75)).toEqual({ x: 3, y: 0, leg: 0 });
    expect(walkAt(points, 1)).toMatchObject({ x: 3, y: 1 });
  });
  it('stands still where all points are one', () => {
    expect(walkAt([points[0]!, points[0]!], 0.5)).toMatchObject({ x: 0, y: 0 });
  });
});

it('codes that no item has: normal numbers of the prior, bits by their shares, one class of k', () => {
  let i = 0;
  const uniform = () => ((i++ * 0.377) % 1) + 0.001;
  const classes = { ...plain, kind: 'classes' as const };
  expect(drawn(classes, uniform).reduce((sum, value) => sum + value)).toBe(1);
  expect(middle(classes)[0]).toBe(1);
  const bits = { ...plain, kind: 'bits' as const, mean: space.mean.map((_, j) => (j < 5 ? 1 : 0)) };
  expect([...drawn(bits, () => 0.5)]).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
  expect([...middle(bits)]).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
  expect([...middle(space)]).toEqual(Array(latentSize).fill(0));
  expect([...middle(plain)]).toEqual(Array(latentSize).fill(2));
});
