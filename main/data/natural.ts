/** File names in the order a person expects (`2.png` before `10.png`), the same on every machine and in every locale. */

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Compares by runs: digits by their value, all else by code unit. Equal values fall back to plain string order. */
export function naturalCompare(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (isDigit(a.charCodeAt(i)) && isDigit(b.charCodeAt(j))) {
      const [iEnd, jEnd] = [runEnd(a, i), runEnd(b, j)];
      const [x, y] = [withoutZeros(a, i, iEnd), withoutZeros(b, j, jEnd)];
      if (x.length !== y.length) return x.length - y.length;
      if (x !== y) return x < y ? -1 : 1;
      i = iEnd;
      j = jEnd;
    } else {
      const difference = a.charCodeAt(i++) - b.charCodeAt(j++);
      if (difference !== 0) return difference;
    }
  }
  const rest = a.length - i - (b.length - j);
  return rest !== 0 ? rest : a < b ? -1 : a > b ? 1 : 0;
}

function runEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && isDigit(text.charCodeAt(end))) end++;
  return end;
}

function withoutZeros(text: string, from: number, to: number): string {
  let start = from;
  while (start < to - 1 && text.charCodeAt(start) === 48) start++;
  return text.slice(start, to);
}
