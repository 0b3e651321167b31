import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawSplits, firstTwins, notGiven } from '#main/data/split';

/** Draws for items with the given content and labels; split per item. */
function draw(
  contents: readonly string[],
  labels: readonly number[],
  plan = {},
  given?: readonly number[],
): Uint8Array {
  const free = contents.map(() => notGiven);
  return drawSplits(contents, firstTwins(contents), Int32Array.from(labels), Uint8Array.from(given ?? free), {
    seed: 0,
    validation: 0.1,
    test: 0.1,
    ...plan,
  });
}
const names = (n: number, prefix = 'item'): string[] => Array.from({ length: n }, (_, i) => `${prefix}${i}`);
const counted = (splits: Uint8Array, of: (i: number) => boolean = () => true): number[] =>
  [0, 1, 2].map((split) => splits.filter((value, i) => value === split && of(i)).length);

describe('the drawn split', () => {
  it('has the shares asked for, in every class', () => {
    const labels = names(300).map((_, i) => (i < 200 ? 0 : 1));
    const splits = draw(names(300), labels);
    expect(counted(splits, (i) => i < 200)).toEqual([160, 20, 20]);
    expect(counted(splits, (i) => i >= 200)).toEqual([80, 10, 10]);
  });

  it('has them as a whole, however small the classes', () => {
    const labels = names(100).map((_, i) => i >> 1); // 50 classes of two
    expect(counted(draw(names(100), labels))).toEqual([80, 10, 10]);
  });

  it('depends on content and seed, not on the order of the items', () => {
    const items = names(50);
    const labels = items.map(() => 0);
    const splits = draw(items, labels);
    expect([...draw([...items].reverse(), labels)].reverse()).toEqual([...splits]);
    expect(draw(items, labels, { seed: 1 })).not.toEqual(splits);
  });

  it('moves hardly any item when more are added', () => {
    const before = draw(
      names(1000),
      names(1000).map(() => 0),
    );
    const after = draw(
      names(1100),
      names(1100).map(() => 0),
    );
    expect(before.filter((split, i) => after[i] !== split).length).toBeLessThan(50);
  });

  it('keeps at least one item to train on, and gives validation before test', () => {
    const few = (n: number): number[] =>
      counted(
        draw(
          names(n),
          names(n).map(() => 0),
        ),
      );
    expect([1, 2, 3].map(few)).toEqual([
      [1, 0, 0],
      [1, 1, 0],
      [1, 1, 1],
    ]);
  });

  it('gives none where the share is nought', () => {
    expect(
      counted(
        draw(
          names(40),
          names(40).map(() => 0),
          { validation: 0, test: 0 },
        ),
      ),
    ).toEqual([40, 0, 0]);
  });

  it('never parts items of the same pixels, also across classes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(12), fc.nat(3)), { minLength: 1, maxLength: 60 }),
        fc.nat(5),
        (items, seed) => {
          const contents = items.map(([content]) => `c${content}`);
          const splits = draw(
            contents,
            items.map(([, label]) => label),
            { seed, validation: 0.2, test: 0.2 },
          );
          for (let i = 0; i < items.length; i++) expect(splits[i]).toBe(splits[contents.indexOf(contents[i]!)]);
        },
      ),
      { seed: 7, numRuns: 200 },
    );
  });

  it('keeps what the source gives and takes only what it lacks', () => {
    const given = names(100).map((_, i) => (i < 80 ? 0 : 2));
    const splits = draw(
      names(100),
      names(100).map(() => 0),
      {},
      given,
    );
    expect(counted(splits)).toEqual([72, 8, 20]);
    expect(splits.subarray(80).every((split) => split === 2)).toBe(true);
  });
});
