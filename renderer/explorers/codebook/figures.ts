/** The figures of a codebook, with the blank code or without it. */
import type { Codebook } from '#app/records/codebook';

export interface BookFigures {
  dead: number;
  perplexity: number;
  /** The largest the perplexity could be. */
  of: number;
  entropyBits: number;
  mostBits: number;
  /** The other perplexity, with or without the blank code. */
  other: number;
  /** Bits of one item as codes. */
  bits: number;
}

export function bookFigures(book: Codebook, withoutBlank: boolean): BookFigures {
  const of = withoutBlank ? book.size - 1 : book.size;
  const perplexity = withoutBlank ? book.blank.perplexity : book.perplexity;
  return {
    dead: book.size - book.used,
    perplexity,
    of,
    // H = log₂ perplexity
    entropyBits: withoutBlank ? Math.log2(Math.max(1, perplexity)) : book.entropyBits,
    mostBits: Math.log2(Math.max(1, of)),
    other: withoutBlank ? book.perplexity : book.blank.perplexity,
    bits: book.map.height * book.map.width * Math.ceil(Math.log2(Math.max(2, book.size))),
  };
}

/** Counts from the most used down, and the code each belongs to; the blank code left out if so wanted. */
export function sortedCounts(book: Codebook, withoutBlank: boolean): { codes: number[]; counts: number[] } {
  const codes = Array.from({ length: book.size }, (_, code) => code)
    .filter((code) => !withoutBlank || code !== book.blank.code)
    .sort((a, b) => book.counts[b]! - book.counts[a]! || a - b);
  return { codes, counts: codes.map((code) => book.counts[code]!) };
}

/** The codebook as rows of a table, the head first. */
export function bookRows(book: Codebook): (string | number)[][] {
  const total = book.counts.reduce((sum, count) => sum + count, 0);
  return [
    ['code', 'times', 'share', 'nearest_code', 'component_1', 'component_2'],
    ...Array.from({ length: book.size }, (_, code) => [
      code,
      book.counts[code]!,
      total > 0 ? book.counts[code]! / total : 0,
      book.neighbours[code * 8] ?? '',
      book.plane[code * 2] ?? '',
      book.plane[code * 2 + 1] ?? '',
    ]),
  ];
}
