/** The geometry of a line chart: margins, scales and their inverses, paths, what lies under the pointer. */
import { scaleLinear, scaleLog } from 'd3';
import { axisTicks, extent, type Interval, type ScaleKind, yInterval } from './axis';
import { nearest, type Points } from './series';

export interface Margins {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

export interface Plot {
  width: number;
  height: number;
  margins: Margins;
  /** Data to CSS pixels and back. y grows downwards; values that a log scale cannot show give NaN. */
  x(value: number): number;
  y(value: number): number;
  invertX(pixel: number): number;
  xInterval: Interval;
  yInterval: Interval;
  xTicks: number[];
  yTicks: number[];
}

export interface PlotOptions {
  width: number;
  height: number;
  margins: Margins;
  curves: readonly Points[];
  xInterval: Interval;
  scale: ScaleKind;
  yTicks?: number;
}

export function layPlot({ width, height, margins, curves, xInterval, scale, yTicks = 4 }: PlotOptions): Plot {
  const range = extent(curves, xInterval[0], xInterval[1], scale === 'log');
  const yShown = yInterval(range, scale);
  const right = Math.max(width - margins.right, margins.left + 1);
  const bottom = Math.max(height - margins.bottom, margins.top + 1);
  const x = scaleLinear(xInterval, [margins.left, right]);
  const y = (scale === 'log' ? scaleLog() : scaleLinear()).domain(yShown).range([bottom, margins.top]);
  const wide = right - margins.left;
  return {
    width,
    height,
    margins,
    x: (value) => x(value),
    y: (value) => (scale === 'log' && value <= 0 ? Number.NaN : y(value)),
    invertX: (pixel) => x.invert(pixel),
    xInterval,
    yInterval: yShown,
    xTicks: axisTicks(xInterval, 'linear', wide > 480 ? 6 : wide > 240 ? 4 : 2),
    yTicks: axisTicks(yShown, scale, yTicks),
  };
}

/** An SVG path through the points; where one cannot be shown the line breaks. Pixels to a tenth. */
export function path({ x, y }: Pick<Plot, 'x' | 'y'>, curve: Points): string {
  const parts: string[] = [];
  let open = false;
  for (let i = 0; i < curve.count; i++) {
    const px = x(curve.x[i]!);
    const py = y(curve.y[i]!);
    if (!Number.isFinite(px) || !Number.isFinite(py)) {
      open = false;
      continue;
    }
    parts.push(`${open ? 'L' : 'M'}${round(px)} ${round(py)}`);
    open = true;
  }
  return parts.join('');
}

const round = (pixel: number) => Math.round(pixel * 10) / 10;

export interface Hit {
  index: number;
  x: number;
  y: number;
}

/** Of each curve the point nearest to x. A curve that ended more than `reach` before x has none: it says nothing of x. */
export function hits(curves: readonly Points[], x: number, reach = Infinity): (Hit | null)[] {
  return curves.map((curve) => {
    const index = nearest(curve, x);
    if (index < 0) return null;
    const hit = { index, x: curve.x[index]!, y: curve.y[index]! };
    return Math.abs(hit.x - x) <= reach ? hit : null;
  });
}

/**
 * Labels at line ends, moved apart until none overlaps its neighbour, kept inside [top, bottom] and in the order of
 * their wishes. wishes: y of each label in pixels.
 */
export function spread(wishes: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = wishes.map((_, i) => i).sort((a, b) => wishes[a]! - wishes[b]!);
  const placed = [...wishes];
  let floor = top;
  for (const i of order) {
    placed[i] = Math.max(placed[i]!, floor);
    floor = placed[i]! + gap;
  }
  let ceiling = bottom;
  for (const i of order.reverse()) {
    placed[i] = Math.min(placed[i]!, ceiling);
    ceiling = placed[i]! - gap;
  }
  return placed;
}
