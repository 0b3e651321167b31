/** What the text in a cell stands for: a number, nothing, or a word. */
import type { Cell } from './table-file';

/** How files write that a value is missing; compared in lower case. */
const missing = new Set(['', '?', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', 'nil', '-', '--', '.']);
const infinite = /^[+-]?inf(inity)?$/i;
const plainStart = /^[+-]?\.?\d(?![xbo])/i; // Number also takes 0x1F, 0b1 and blanks
const plainNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export const isMissing = (cell: Cell): boolean =>
  cell === null || (typeof cell === 'number' ? Number.isNaN(cell) : missing.has(cell.trim().toLowerCase()));

/** Only digits with a point, a sign or an exponent count, so that `0x1F`, `1_000` and a date stay words. */
export const isNumber = (text: string): boolean => plainNumber.test(text.trim());

/**
 * The number in a cell: NaN where it is missing, ±∞ where it says so, `undefined` where it is a word. The common case,
 * a short decimal, is told by `Number` alone.
 */
export function numberIn(cell: Cell): number | undefined {
  if (cell === null) return Number.NaN;
  if (typeof cell === 'number') return cell;
  if (cell === '') return Number.NaN;
  const value = Number(cell);
  if (Number.isFinite(value) && plainStart.test(cell)) return value;
  const text = cell.trim();
  if (missing.has(text.toLowerCase())) return Number.NaN;
  if (infinite.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return plainNumber.test(text) ? Number(text) : undefined;
}

/** A cell as the word it is. */
export const wordIn = (cell: Cell): string => (cell === null ? '' : String(cell).trim());
