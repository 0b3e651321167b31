/** Which rows of a long list must be drawn: the pure part of every virtual scroller. */

/** rowHeight, top, height in pixels; over: rows kept ready above and below. Gives [first, last) among `count`. */
export function visibleRows(
  count: number,
  rowHeight: number,
  top: number,
  height: number,
  over = 2,
): { first: number; last: number } {
  if (count === 0 || rowHeight <= 0) return { first: 0, last: 0 };
  const first = Math.max(0, Math.floor(top / rowHeight) - over);
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + over);
  return { first: Math.min(first, count), last: Math.max(last, Math.min(first, count)) };
}

/** Scroll position that shows row `row` wholly, moved as little as may be. */
export function scrollFor(row: number, rowHeight: number, top: number, height: number): number {
  if (row * rowHeight < top) return row * rowHeight;
  if ((row + 1) * rowHeight > top + height) return (row + 1) * rowHeight - height;
  return top;
}
