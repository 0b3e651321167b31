/** Where each unit of a network lies in its picture: one under the other, as wide as it is large, arrows between them. */
import type { Link, Measure, Piece, Unit } from './units';
import { piecesOf, sizeOf } from './units';

export const rowHeight = 26;
export const pitch = 52;
const top = 14;
const least = 3; // a unit of nothing is still there, px
const lane = 13; // between two arcs, px

export interface FlowRow {
  unit: Unit;
  value: number;
  /** Of all units together. */
  share: number;
  y: number;
  x: number;
  width: number;
  pieces: (Piece & { x: number; width: number })[];
}

export interface FlowArrow {
  link: Link;
  path: string;
  /** Where its shape is written; arcs are not labelled, their detail is. */
  label?: { x: number; y: number };
}

export interface Flow {
  rows: FlowRow[];
  arrows: FlowArrow[];
  height: number;
}

export interface FlowFrame {
  /** Between these lie the widest boxes. */
  left: number;
  right: number;
  /** Arcs that pass other units stay to the right of this. */
  gutter: number;
}

/** Widths are in proportion to the measure, the largest one filling the frame. */
export function layoutFlow(units: readonly Unit[], links: readonly Link[], measure: Measure, frame: FlowFrame): Flow {
  const values = units.map((unit) => sizeOf(unit, measure));
  const largest = Math.max(...values, 0);
  const sum = values.reduce((all, value) => all + value, 0);
  const middle = (frame.left + frame.right) / 2;
  const rows = units.map((unit, at): FlowRow => {
    const value = values[at]!;
    const width = Math.max(least, largest > 0 ? ((frame.right - frame.left) * value) / largest : 0);
    const x = middle - width / 2;
    return {
      unit,
      value,
      share: sum > 0 ? value / sum : 0,
      y: top + at * pitch,
      x,
      width,
      pieces: pieces(unit, measure, x, width),
    };
  });
  return {
    rows,
    arrows: arrowsOf(links, rows, frame, middle),
    height: 2 * top + units.length * pitch - (pitch - rowHeight),
  };
}

function pieces(unit: Unit, measure: Measure, left: number, width: number): FlowRow['pieces'] {
  const all = piecesOf(unit, measure);
  const sum = all.reduce((total, { value }) => total + value, 0);
  let x = left;
  return all
    .map((piece) => {
      const own = sum > 0 ? (width * piece.value) / sum : width / all.length;
      const placed = { ...piece, x, width: own };
      x += own;
      return placed;
    })
    .filter((piece) => piece.width > 0);
}

const head = 'm-3.5 -4 3.5 4 3.5 -4';

/** Straight down to the next unit; around the units between otherwise, each in a lane where nothing else runs. */
function arrowsOf(
  links: readonly Link[],
  rows: readonly FlowRow[],
  { gutter }: FlowFrame,
  middle: number,
): FlowArrow[] {
  const straight = links.filter(({ from, to }) => to === from + 1);
  const around = links.filter(({ from, to }) => to !== from + 1);
  const lanes: { from: number; to: number }[][] = [];
  const arcs = [...around]
    .sort((a, b) => Math.abs(a.to - a.from) - Math.abs(b.to - b.from))
    .map((link): FlowArrow => {
      const span = { from: Math.min(link.from, link.to), to: Math.max(link.from, link.to) };
      let free = lanes.findIndex((taken) => taken.every((other) => other.to <= span.from || other.from >= span.to));
      if (free < 0) free = lanes.push([]) - 1;
      lanes[free]!.push(span);
      const [source, target] = [rows[link.from]!, rows[link.to]!];
      const x = Math.max(4, gutter - lane * (free + 1));
      const [y1, y2] = [source.y + rowHeight * 0.7, target.y + rowHeight * 0.3];
      const r = Math.min(6, Math.abs(y2 - y1) / 2);
      const down = y2 > y1 ? 1 : -1;
      return {
        link,
        path: `M${source.x - 2} ${y1}H${x + r}q${-r} 0 ${-r} ${down * r}V${y2 - down * r}q0 ${down * r} ${r} ${down * r}H${target.x - 3}m-4 -3.500 4 3.500 -4 3.500`,
      };
    });
  return [
    ...straight.map((link): FlowArrow => {
      const y = rows[link.from]!.y + rowHeight + 2;
      return {
        link,
        path: `M${middle} ${y}v${pitch - rowHeight - 5}${head}`,
        label: { x: middle + 9, y: y + (pitch - rowHeight) / 2 + 2 },
      };
    }),
    ...arcs,
  ];
}

/** Which unit lies at a height; none above the first and below the last. */
export function rowAt({ rows }: Flow, y: number): number | undefined {
  const at = Math.floor((y - top + (pitch - rowHeight) / 2) / pitch);
  return at >= 0 && at < rows.length ? at : undefined;
}
