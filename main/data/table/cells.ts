/** What the text in a cell stands for: a number, nothing, or a word. */
import type { Cell } from './table-file';

/** How files write that a value is missing; compared in lower case. */
const missing = new Set(['', '?', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', 'nil', '-', '--', '.']);
const infinite = /^[+-]?inf(inity)?$/i;
const plainNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export const isMissing = (cell: Cell): boolean =>
  cell === null || (typeof cell === 'number' ? Number.isNaN(cell) : missing.has(cell.trim().toLowerCase()));

/** Only digits with a point, a sign or an exponent count, so that `0x1F`, `1_000` and a date stay words. */
export const isNumber = (text: string): boolean => plainNumber.test(text.trim());

const powers = Array.from({ length: 16 }, (_, i) => 10 ** i);

/**
 * A decimal of at most 15 digits and no exponent, which is most of what tables hold; `undefined` for all else. Such a
 * number is a quotient of two whole numbers below 2⁵³, so the division rounds as `Number` does, in a third of its time.
 */
function shortDecimal(text: string): number | undefined {
  let [mantissa, digits, point] = [0, 0, -1];
  const first = text.charCodeAt(0);
  const negative = first === 45; // -
  for (let i = negative || first === 43 ? 1 : 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      mantissa = mantissa * 10 + (code - 48);
      digits++;
    } else if (code === 46 && point < 0) point = digits;
    else return undefined;
  }
  if (digits === 0 || digits > 15) return undefined;
  const value = point < 0 ? mantissa : mantissa / powers[digits - point]!;
  return negative ? -value : value;
}

/** The number in a cell: NaN where it is missing, ±∞ where it says so, `undefined` where it is a word. */
export function numberIn(cell: Cell): number | undefined {
  if (cell === null) return Number.NaN;
  if (typeof cell === 'number') return cell;
  if (cell === '') return Number.NaN;
  const value = shortDecimal(cell);
  if (value !== undefined) return value;
  const text = cell.trim();
  if (missing.has(text.toLowerCase())) return Number.NaN;
  if (infinite.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return plainNumber.test(text) ? Number(text) : undefined;
}

/** A cell as the word it is. */
export const wordIn = (cell: Cell): string => (cell === null ? '' : String(cell).trim());
