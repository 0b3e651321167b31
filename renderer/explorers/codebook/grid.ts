/** Where each code stands: in a grid by usage, likeness or number, or on the plane of two principal components. */
import type { Codebook } from '#app/records/codebook';

export type Order = 'usage' | 'similarity' | 'index';

/** The codes in the order they are shown in; by usage, equal ones by number. [K] */
export function orderCodes(book: Pick<Codebook, 'size' | 'counts' | 'similarityOrder'>, order: Order): Int32Array {
  if (order === 'similarity') return book.similarityOrder;
  const codes = Int32Array.from({ length: book.size }, (_, code) => code);
  return order === 'index' ? codes : codes.sort((a, b) => book.counts[b]! - book.counts[a]! || a - b);
}

export interface CodeGridShape {
  columns: number;
  rows: number;
  /** Side of a code, and the distances from one to the next, in pixels. */
  cell: number;
  pitchX: number;
  pitchY: number;
  height: number;
}

const GAP = 4;
/** Below each code: 2 px of air, its bar of 3 px, 6 px of air. */
const BELOW = 11;

/** Smaller codes where there are many, so that 512 fit on a screen. */
export const cellFor = (size: number): number => (size <= 160 ? 26 : size <= 320 ? 22 : 18);

export function codeGrid(size: number, width: number): CodeGridShape {
  const wish = cellFor(size);
  const columns = Math.max(1, Math.min(size, Math.floor((width + GAP) / (wish + GAP))));
  const cell = Math.min(wish + 6, Math.max(4, (width - GAP * (columns - 1)) / columns));
  const rows = Math.ceil(size / columns);
  return { columns, rows, cell, pitchX: cell + GAP, pitchY: cell + BELOW, height: rows * (cell + BELOW) };
}

/** The place in the order under a point of the grid's content; undefined between codes. */
export function placeAt(
  { columns, cell, pitchX, pitchY }: CodeGridShape,
  size: number,
  x: number,
  y: number,
): number | undefined {
  const column = Math.floor(x / pitchX);
  const row = Math.floor(y / pitchY);
  if (x < 0 || y < 0 || column >= columns || x - column * pitchX > cell || y - row * pitchY > cell + 5)
    return undefined;
  const place = row * columns + column;
  return place < size ? place : undefined;
}

/** The place a key leads to, or undefined for another key. */
export function movePlace(
  { columns }: Pick<CodeGridShape, 'columns'>,
  size: number,
  now: number,
  key: string,
): number | undefined {
  const moves: Record<string, number> = {
    ArrowRight: now + 1,
    ArrowLeft: now - 1,
    ArrowDown: now + columns,
    ArrowUp: now - columns,
    PageDown: now + columns * 5,
    PageUp: now - columns * 5,
    Home: 0,
    End: size - 1,
  };
  const to = moves[key];
  if (to === undefined) return undefined;
  return to >= 0 && to < size ? to : key.startsWith('Page') ? Math.max(0, Math.min(size - 1, to)) : now;
}

/** Top left corners of the codes on the plane, [K, 2] in pixels, inside a box with room for `cell` at the edges. */
export function layPlane(plane: Float32Array, width: number, height: number, cell: number): Float32Array {
  const size = plane.length / 2;
  const range = (axis: 0 | 1) => {
    let low = Infinity;
    let high = -Infinity;
    for (let i = 0; i < size; i++) {
      low = Math.min(low, plane[i * 2 + axis]!);
      high = Math.max(high, plane[i * 2 + axis]!);
    }
    return { low, span: high - low || 1 };
  };
  const [x, y] = [range(0), range(1)];
  const corners = new Float32Array(plane.length);
  for (let i = 0; i < size; i++) {
    corners[i * 2] = ((plane[i * 2]! - x.low) / x.span) * Math.max(0, width - cell);
    corners[i * 2 + 1] = (1 - (plane[i * 2 + 1]! - y.low) / y.span) * Math.max(0, height - cell);
  }
  return corners;
}

/** The topmost code under a point of the plane: the last one drawn. */
export function codeOnPlane(corners: Float32Array, cell: number, x: number, y: number): number | undefined {
  for (let code = corners.length / 2 - 1; code >= 0; code--) {
    const [left, top] = [corners[code * 2]!, corners[code * 2 + 1]!];
    if (x >= left && x <= left + cell && y >= top && y <= top + cell) return code;
  }
  return undefined;
}

/** How full a usage bar is: by the logarithm, for counts differ by thousands. */
export const usageShare = (count: number, most: number): number =>
  count <= 0 ? 0 : Math.max(0.06, Math.log1p(count) / Math.log1p(Math.max(1, most)));
