/** A curve as charts read it, and looking up in it. The arrays may be longer than the curve: live curves grow in place. */

/** What a chart draws of one curve. `x` and `y` belong together, x ascends, and only the first `count` entries count. */
export interface Points {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly count: number;
}

export const points = (x: ArrayLike<number>, y: ArrayLike<number>): Points => ({
  x,
  y,
  count: Math.min(x.length, y.length),
});

/** The first index whose x is not below `x`; `count` where there is none. */
export function lowerBound({ x: xs, count }: Pick<Points, 'x' | 'count'>, x: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (xs[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the point nearest to `x`; −1 for a curve without points. */
export function nearest(curve: Points, x: number): number {
  if (curve.count === 0) return -1;
  const after = lowerBound(curve, x);
  if (after === 0) return 0;
  if (after === curve.count) return curve.count - 1;
  return x - curve.x[after - 1]! <= curve.x[after]! - x ? after - 1 : after;
}

/** The points inside [from, to] and one more on either side, so that a line runs on to the edges of the plot. */
export function window(curve: Points, from: number, to: number): { start: number; end: number } {
  const start = Math.max(0, lowerBound(curve, from) - 1);
  let end = lowerBound(curve, to);
  if (end < curve.count) end += 1;
  return { start, end };
}
