/** Fewer points for the same picture: a line of a hundred thousand points drawn into eight hundred pixels. */
import { Growth, offsetOf } from './growth';
import { type Points, window } from './series';

interface Thinned {
  /** The arrays that x was read from, and where they begin: in another unit everything is different. */
  xs: ArrayBufferLike | undefined;
  start: number;
  x: number[];
  y: number[];
  /** The columns before this index are complete; `kept` points stand for them. */
  next: number;
  kept: number;
}
const growth = new Growth<Thinned>();

/**
 * Keeps of each of `columns` equal slices of [from, to] the first, the lowest, the highest and the last point, in
 * their order. A line drawn through them touches the same pixels, and no spike is lost (the M4 aggregation of
 * Jugel et al. 2014). A curve of at most 4 points a column is returned as it is; one that has grown since the last
 * time costs only its new points.
 */
export function decimate(curve: Points, from: number, to: number, columns: number): Points {
  const { start, end } = window(curve, from, to);
  if (end - start <= columns * 4) return slice(curve, start, end);
  const key = `${offsetOf(curve.y)} ${from} ${to} ${columns}`;
  const xs = ArrayBuffer.isView(curve.x) ? curve.x.buffer : undefined;
  const known = growth.get(curve.y, key);
  const state =
    known && xs !== undefined && known.xs === xs && known.start === start && known.next <= end
      ? known
      : { xs, start, x: [], y: [], next: start, kept: 0 };
  state.x.length = state.kept;
  state.y.length = state.kept;
  const width = (to - from) / columns || 1;
  let first = state.next;
  while (first < end) {
    state.next = first;
    state.kept = state.x.length;
    first = column(curve, first, end, (x) => Math.floor((x - from) / width), state);
  }
  growth.put(curve.y, key, state);
  return { x: state.x, y: state.y, count: state.x.length };
}

/** Keeps the extremes of the column that begins at `first`; gives the index at which the next one begins. */
function column(curve: Points, first: number, end: number, columnOf: (x: number) => number, into: Thinned): number {
  const here = columnOf(curve.x[first]!);
  let last = first;
  let low = first;
  let high = first;
  for (let i = first; i < end && columnOf(curve.x[i]!) === here; i++) {
    last = i;
    if (curve.y[i]! < curve.y[low]! || Number.isNaN(curve.y[low]!)) low = i;
    if (curve.y[i]! > curve.y[high]! || Number.isNaN(curve.y[high]!)) high = i;
  }
  let before = -1;
  for (const index of [first, Math.min(low, high), Math.max(low, high), last]) {
    if (index === before) continue;
    into.x.push(curve.x[index]!);
    into.y.push(curve.y[index]!);
    before = index;
  }
  return last + 1;
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
