import { expect, it } from 'vitest';
import { bookFigures, bookRows, sortedCounts } from '#renderer/explorers/codebook/figures';
import { codebookRecord } from '#test/dom/fake-codebook';

const book = {
  ...codebookRecord(500),
  size: 4,
  map: { height: 7, width: 7 },
  counts: Uint32Array.of(90, 0, 6, 4),
  used: 3,
  perplexity: 1.5,
  entropyBits: Math.log2(1.5),
  blank: { code: 0, share: 0.9, perplexity: 2 },
  neighbours: Int32Array.from({ length: 32 }, (_, i) => i % 4),
  plane: new Float32Array(8),
};

it('leaving out the blank code changes perplexity, its ceiling and the entropy, and says the other', () => {
  expect(bookFigures(book, false)).toMatchObject({
    perplexity: 1.5,
    of: 4,
    entropyBits: Math.log2(1.5),
    mostBits: 2,
    other: 2,
  });
  expect(bookFigures(book, true)).toMatchObject({ perplexity: 2, of: 3, entropyBits: 1, other: 1.5 });
});

it('an item is as many bits as its codes need', () => {
  expect(bookFigures(book, false).bits).toBe(49 * 2);
  expect(bookFigures({ ...book, size: 5 }, false).bits).toBe(49 * 3);
});

it('counts come from the most used down, without the blank code where it is left out', () => {
  expect(sortedCounts(book, false)).toEqual({ codes: [0, 2, 3, 1], counts: [90, 6, 4, 0] });
  expect(sortedCounts(book, true).codes).toEqual([2, 3, 1]);
});

it('the table has one row a code, shares adding up to one', () => {
  const [head, ...rows] = bookRows(book);
  expect(head?.[0]).toBe('code');
  expect(rows).toHaveLength(4);
  expect(rows.reduce((sum, row) => sum + Number(row[2]), 0)).toBeCloseTo(1, 12);
});
