/** Fewer points for the same picture: a line of a hundred thousand points drawn into eight hundred pixels. */
import { type Points, window } from './series';

/**
 * Keeps of each of `columns` equal slices of [from, to] the first, the lowest, the highest and the last point, in
 * their order. A line drawn through them touches the same pixels, and no spike is lost (the M4 aggregation of
 * Jugel et al. 2014). A curve of at most 4 points a column is returned as it is.
 */
export function decimate(curve: Points, from: number, to: number, columns: number): Points {
  const { start, end } = window(curve, from, to);
  if (end - start <= columns * 4) return slice(curve, start, end);
  const x: number[] = [];
  const y: number[] = [];
  const width = (to - from) / columns || 1;
  let first = start;
  while (first < end) {
    const column = Math.floor((curve.x[first]! - from) / width);
    let last = first;
    let low = first;
    let high = first;
    for (let i = first; i < end && Math.floor((curve.x[i]! - from) / width) === column; i++) {
      last = i;
      if (curve.y[i]! < curve.y[low]! || Number.isNaN(curve.y[low]!)) low = i;
      if (curve.y[i]! > curve.y[high]! || Number.isNaN(curve.y[high]!)) high = i;
    }
    for (const index of [...new Set([first, Math.min(low, high), Math.max(low, high), last])]) {
      x.push(curve.x[index]!);
      y.push(curve.y[index]!);
    }
    first = last + 1;
  }
  return { x, y, count: x.length };
}

function slice(curve: Points, start: number, end: number): Points {
  if (start === 0 && end === curve.count) return curve;
  const x: number[] = [];
  const y: number[] = [];
  for (let i = start; i < end; i++) {
    x.push(curve.x[i]!);
    y.push(curve.y[i]!);
  }
  return { x, y, count: x.length };
}
