/** Where the labels of a line chart stand: at the ends of their lines, on no other label and on no other line. */
import { type Plot, spread } from './plot';
import { lowerBound, type Points } from './series';

export interface LabelWish {
  /** The end of the line, in pixels. */
  x: number;
  y: number;
  /** Width of the text in pixels. */
  width: number;
}
export interface LabelPlace {
  x: number;
  /** Its base line. */
  y: number;
}

/** From the end of a line to its label, and between the base lines of two labels, in pixels. */
const gap = 9;
const lineHeight = 14;
/** Lines that end this close to the last one share one column of labels. */
const column = 80;

/**
 * Lines that end about together have their labels in one column at the right, spread until none overlaps its
 * neighbour. A line that ended early has its label beside its own end, moved up or down until no other line runs
 * through it; where there is no such place it joins the column.
 *
 * wishes: undefined where a line has no end in sight; curves: the lines as drawn, in the same order.
 */
export function placeLabels(
  plot: Plot,
  wishes: readonly (LabelWish | undefined)[],
  curves: readonly Points[],
): (LabelPlace | undefined)[] {
  const [top, bottom] = [plot.margins.top + 8, plot.height - plot.margins.bottom - 2];
  const last = Math.max(0, ...wishes.map((wish) => wish?.x ?? 0));
  const placed: (LabelPlace | undefined)[] = wishes.map(() => undefined);
  const boxes: Box[] = [];
  for (const [i, wish] of wishes.entries()) {
    if (!wish || last - wish.x < column) continue;
    const y = freeY(plot, wish, { curves, own: i, boxes, top, bottom });
    if (y === undefined) continue;
    placed[i] = { x: wish.x + gap, y };
    boxes.push(boxAt(wish, y));
  }
  const rest = wishes.flatMap((wish, i) => (wish && !placed[i] ? [{ i, y: wish.y + 4 }] : []));
  const ys = spread(
    rest.map(({ y }) => y),
    lineHeight,
    top,
    bottom,
  );
  rest.forEach(({ i }, at) => {
    placed[i] = { x: last + gap, y: ys[at]! };
  });
  return placed;
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}
const boxAt = ({ x, width }: LabelWish, y: number): Box => ({
  left: x + gap - 2,
  right: x + gap + width + 2,
  top: y - 11,
  bottom: y + 3,
});

interface Surroundings {
  curves: readonly Points[];
  own: number;
  boxes: readonly Box[];
  top: number;
  bottom: number;
}

/** The place nearest to the line's end that is free; undefined where there is none within three lines. */
function freeY(plot: Plot, wish: LabelWish, { curves, own, boxes, top, bottom }: Surroundings): number | undefined {
  for (const shift of [0, -1, 1, -1.5, 1.5, -2, 2, -3, 3]) {
    const y = Math.min(bottom, Math.max(top, wish.y + 4 + shift * lineHeight));
    const box = boxAt(wish, y);
    if (box.right > plot.width || boxes.some((other) => overlap(box, other))) continue;
    if (!curves.some((curve, i) => i !== own && crosses(plot, curve, box))) return y;
  }
  return undefined;
}

const overlap = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Whether a line runs through a box: its points inside, and where it enters and leaves the box's width. */
export function crosses(plot: Pick<Plot, 'x' | 'y' | 'invertX'>, curve: Points, box: Box): boolean {
  const [from, to] = [plot.invertX(box.left), plot.invertX(box.right)];
  const first = Math.max(0, lowerBound(curve, from) - 1);
  let before: { x: number; y: number } | undefined;
  for (let i = first; i < curve.count; i++) {
    const point = { x: plot.x(curve.x[i]!), y: plot.y(curve.y[i]!) };
    if (before && Number.isFinite(point.y) && Number.isFinite(before.y)) {
      const [a, b] = [at(before, point, box.left), at(before, point, box.right)];
      if (point.x >= box.left && before.x <= box.right && Math.min(a, b) <= box.bottom && Math.max(a, b) >= box.top)
        return true;
    }
    if (curve.x[i]! > to) return false;
    before = point;
  }
  return false;
}

/** Height of the piece from a to b at x, kept to the piece. */
function at(a: { x: number; y: number }, b: { x: number; y: number }, x: number): number {
  if (b.x <= a.x) return b.y;
  const share = Math.min(1, Math.max(0, (x - a.x) / (b.x - a.x)));
  return a.y + share * (b.y - a.y);
}
