import { describe, expect, it } from 'vitest';
import { stream } from '#main/engine';
import { chainFrom, distances, nearestOf, planeOf } from '#main/jobs/codebook/geometry';

const line = Float32Array.of(0, 0, 3, 0, 1, 0, 10, 0, 6, 0); // five codes of two numbers, on a line

describe('distances between codes', () => {
  it('are Euclidean, squared and symmetric', () => {
    const table = distances(line, 5);
    expect(table[0 * 5 + 1]).toBe(9);
    for (let a = 0; a < 5; a++) for (let b = 0; b < 5; b++) expect(table[a * 5 + b]).toBe(table[b * 5 + a]);
  });

  it('name the nearest others first, ties by number, −1 where there are no more', () => {
    const near = nearestOf(distances(line, 5), 5, 6);
    expect([...near.subarray(0, 6)]).toEqual([2, 1, 4, 3, -1, -1]);
    expect([...near.subarray(6, 12)]).toEqual([2, 0, 4, 3, -1, -1]);
  });

  it('agree with sorting all of them', () => {
    const vectors = stream(3).normal(40 * 6);
    const table = distances(vectors, 40);
    const near = nearestOf(table, 40, 8);
    for (let a = 0; a < 40; a++) {
      const others = [...Array(40).keys()].filter((b) => b !== a);
      others.sort((b, c) => table[a * 40 + b]! - table[a * 40 + c]! || b - c);
      expect([...near.subarray(a * 8, a * 8 + 8)]).toEqual(others.slice(0, 8));
    }
  });
});

it('the walk goes from one end of a line to the other', () => {
  expect([...chainFrom(0, distances(line, 5), 5)]).toEqual([0, 2, 1, 4, 3]);
});

describe('the plane', () => {
  it('has the longest direction first, centred, and the lengths of the codes in it', () => {
    const plane = planeOf(line, 5);
    expect([0, 2, 4, 6, 8].map((i) => plane[i]!)).toEqual([-4, -1, -3, 6, 2].map((x) => expect.closeTo(x, 5)));
    for (const i of [1, 3, 5, 7, 9]) expect(plane[i]).toBeCloseTo(0, 5);
  });

  it('keeps what lies in two dimensions as it is: distances are unchanged', () => {
    const flat = stream(4).normal(20 * 2);
    const lifted = new Float32Array(20 * 5); // the same points on a slanted plane in five dimensions
    for (let k = 0; k < 20; k++) {
      const [x, y] = [flat[2 * k]!, flat[2 * k + 1]!];
      lifted.set([0.6 * x, 0.8 * x, 0.28 * y, 0, 0.96 * y], k * 5);
    }
    const [before, after] = [distances(flat, 20), distances(planeOf(lifted, 20), 20)];
    after.forEach((value, i) => expect(value).toBeCloseTo(before[i]!, 3));
  });

  it('of codes that are all the same is a point', () => {
    expect([...planeOf(new Float32Array(12).fill(2), 4)]).toEqual(Array(8).fill(0));
  });
});
