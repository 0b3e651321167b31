/** Laws of what is made of the turns of a run. */
import { describe, expect, it } from 'vitest';
import { difference, LEAST, quietest, ratio, spread, type Turn, wall } from '../../bench/measure';

const turn = (milliseconds: number, foreign = 0): Turn => ({ wall: milliseconds, cpu: 2 * milliseconds, foreign });

describe('spread', () => {
  it('is the middle and the ends, whatever the order', () => {
    expect(spread([3, 1, 2])).toEqual({ median: 2, low: 1, high: 3 });
  });

  it('takes the mean of the two in the middle of an even number', () => {
    expect(spread([4, 1, 2, 10]).median).toBe(3);
  });

  it('refuses no values', () => {
    expect(() => spread([])).toThrow('internal');
  });
});

describe('quietest', () => {
  it('leaves out what others disturbed when enough is left', () => {
    const turns = [turn(1), turn(2), turn(3), turn(90, 0.5)];
    expect(quietest(turns, ({ foreign }) => foreign, 3)).toEqual(turns.slice(0, 3));
  });

  it('fills up with the least disturbed when too little is left', () => {
    const turns = [turn(1, 0.9), turn(2), turn(3, 0.4)];
    expect(quietest(turns, ({ foreign }) => foreign, 2).map((one) => one.wall)).toEqual([2, 3]);
  });
});

it('the time of a step ignores disturbed turns', () => {
  const turns = [...Array.from({ length: LEAST }, () => turn(10)), turn(500, 1)];
  expect(wall(turns)).toEqual({ median: 10, low: 10, high: 10 });
});

describe('ratio', () => {
  const same = (milliseconds: number) => Array.from({ length: LEAST }, () => turn(milliseconds));

  it('says how many times as fast the second is', () => {
    expect(ratio({ turns: same(50), work: 1 }, { turns: same(10), work: 1 }).median).toBe(5);
  });

  it('compares by work: half the batch in the same time is half as fast', () => {
    expect(ratio({ turns: same(10), work: 64 }, { turns: same(10), work: 128 }).median).toBe(2);
  });

  it('is not moved by a machine that slows down for both in the same rounds', () => {
    const slowed = [1, 1, 3, 3, 1];
    const slow = slowed.map((factor) => turn(40 * factor));
    const fast = slowed.map((factor) => turn(10 * factor));
    expect(ratio({ turns: slow, work: 1 }, { turns: fast, work: 1 })).toEqual({ median: 4, low: 4, high: 4 });
  });

  it('leaves out a round in which either side was disturbed', () => {
    const slow = [...same(20), turn(20)];
    const fast = [...same(10), turn(1, 0.8)];
    expect(ratio({ turns: slow, work: 1 }, { turns: fast, work: 1 }).high).toBe(2);
  });

  it('by CPU time asks for CPU time', () => {
    const slow = same(10).map((one) => ({ ...one, cpu: 90 }));
    const fast = same(10).map((one) => ({ ...one, cpu: 30 }));
    expect(ratio({ turns: slow, work: 1 }, { turns: fast, work: 1 }, 'cpu').median).toBe(3);
  });
});

it('the difference of losses is relative to the expected one', () => {
  expect(difference(2, 2.02)).toBeCloseTo(0.01, 12);
  expect(difference(-2, -2.02)).toBeCloseTo(0.01, 12);
  expect(difference(0, 0)).toBe(0);
});
