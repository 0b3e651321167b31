/** A curve that grows while a run trains: points are appended in place, so that live charts never copy their history. */

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

export class GrowingPoints implements Points {
  x = new Float64Array(256);
  y = new Float64Array(256);
  count = 0;

  static from(x: ArrayLike<number>, y: ArrayLike<number>): GrowingPoints {
    const grown = new GrowingPoints();
    for (let i = 0; i < Math.min(x.length, y.length); i++) grown.append(x[i]!, y[i]!);
    return grown;
  }

  /** A run resumed from a checkpoint tells some steps again: what it had told of them before is dropped. */
  append(x: number, y: number): void {
    if (this.count > 0 && x <= this.x[this.count - 1]!) this.count = lowerBound(this, x);
    if (this.count === this.x.length) {
      const longer = (old: Float64Array) => {
        const copy = new Float64Array(old.length * 2);
        copy.set(old);
        return copy;
      };
      this.x = longer(this.x);
      this.y = longer(this.y);
    }
    this.x[this.count] = x;
    this.y[this.count] = y;
    this.count += 1;
  }
}

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
