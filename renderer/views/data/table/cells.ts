/** Rows of a table in words: values as they are shown, columns as they lie side by side, bins as ranges. Pure. */
import type { Column, ColumnKind } from '#app/records/table';

/** A column with its place among all columns of the table and among those whose values are stored. */
export interface Shown {
  column: Column;
  at: number;
  kept: number;
}

export const shownColumns = (columns: readonly Column[]): Shown[] => {
  let kept = -1;
  return columns.flatMap((column, at): Shown[] => {
    if (column.kind !== 'number' && column.kind !== 'category') return [];
    kept++;
    return [{ column, at, kept }];
  });
};

export const kindWords: Record<ColumnKind, string> = {
  number: 'number',
  category: 'category',
  label: 'label',
  skipped: 'left out',
};

/** Whole numbers as they are, others with at most six significant digits, without trailing zeros; far from 1 with an exponent. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  const plain = Number.isInteger(value) ? value : Number(value.toPrecision(6));
  const text = size >= 1e7 || size < 1e-4 ? value.toExponential(3) : String(plain);
  return text.replace('-', '−').replace(/\.?0+e/, 'e');
}

/** What stands in one cell; `–` where nothing does. */
export function cellText({ kind, words }: Column, value: number): string {
  if (Number.isNaN(value)) return '–';
  return kind === 'category' ? (words?.[value] ?? '–') : numberText(value);
}

/** How many deviations a value lies from the training mean; undefined where that says nothing. */
export function deviations({ training }: Column, value: number): number | undefined {
  if (!training || training.std === 0 || Number.isNaN(value)) return undefined;
  return (value - training.mean) / training.std;
}

/** The range of values of bins first … last, both included. */
export function rangeOfBins({ range, histogram }: Column, first: number, last: number): { from: number; to: number } {
  const { min, max } = range ?? { min: 0, max: 0 };
  const step = (max - min) / histogram.length;
  return {
    from: first <= 0 ? min : min + first * step,
    to: last >= histogram.length - 1 ? max : min + (last + 1) * step,
  };
}

/** The first and last bin that a range reaches into, for drawing it. */
export function binsOfRange(
  { range, histogram }: Column,
  { from, to }: { from?: number | undefined; to?: number | undefined },
): [number, number] {
  const { min, max } = range ?? { min: 0, max: 0 };
  const bin = (value: number) => ((value - min) / (max - min || 1)) * histogram.length;
  const last = histogram.length - 1;
  const first = from === undefined ? 0 : Math.max(0, Math.min(last, Math.floor(bin(from) + 1e-6)));
  return [first, to === undefined ? last : Math.max(first, Math.min(last, Math.ceil(bin(to) - 1e-6) - 1))];
}
