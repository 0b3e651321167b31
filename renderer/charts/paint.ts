/** The strokes of a line chart: as SVG text for few points, on a canvas for many. Both look the same. */
import { type DrawnLine, strokeOf } from './line';
import { type Plot, path } from './plot';
import type { Points } from './series';

/** Dots are drawn up to this many; beyond, they would touch. */
const DOTS = 120;
const lineWidth = (kind: DrawnLine['line']['kind'], small: boolean) => (kind === 'dots' || small ? 1.4 : 1.8);

/** The lines as SVG elements: paths, and circles for dots. */
export function linesMarkup(plot: Plot, drawn: readonly DrawnLine[], small: boolean): string {
  const parts = drawn.map(({ line, course, raw }) => {
    const colour = strokeOf(line.colour);
    const faint = raw ? `<path d="${path(plot, raw)}" stroke="${colour}" stroke-width="1" opacity=".26"/>` : '';
    const main = `<path d="${path(plot, course)}" stroke="${colour}" stroke-width="${lineWidth(line.kind, small)}"/>`;
    return faint + main + (line.kind === 'dots' && course.count <= DOTS ? circles(plot, course, colour, small) : '');
  });
  return `<g fill="none" stroke-linejoin="round">${parts.join('')}</g>`;
}

function circles(plot: Plot, curve: Points, colour: string, small: boolean): string {
  let text = '';
  for (let i = 0; i < curve.count; i++) {
    const [x, y] = [plot.x(curve.x[i]!), plot.y(curve.y[i]!)];
    if (Number.isFinite(y))
      text += `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${small ? 1.4 : 1.8}" fill="${colour}" stroke="none"/>`;
  }
  return text;
}

export function paintLines(
  context: CanvasRenderingContext2D,
  plot: Plot,
  drawn: readonly DrawnLine[],
  small: boolean,
  style: CSSStyleDeclaration,
): void {
  context.clearRect(0, 0, plot.width, plot.height);
  context.save();
  context.beginPath();
  context.rect(plot.margins.left, 0, plot.width - plot.margins.left - plot.margins.right, plot.height);
  context.clip();
  context.lineJoin = 'round';
  for (const { line, course, raw } of drawn) {
    const colour = style.getPropertyValue(strokeOf(line.colour).slice(4, -1)).trim();
    context.strokeStyle = colour;
    if (raw) {
      context.globalAlpha = 0.26;
      context.lineWidth = 1;
      stroke(context, plot, raw);
      context.globalAlpha = 1;
    }
    context.lineWidth = lineWidth(line.kind, small);
    stroke(context, plot, course);
    if (line.kind === 'dots' && course.count <= DOTS) dots(context, plot, course, colour, small ? 1.4 : 1.8);
  }
  context.restore();
}

function stroke(context: CanvasRenderingContext2D, plot: Plot, curve: Points): void {
  context.beginPath();
  let open = false;
  for (let i = 0; i < curve.count; i++) {
    const y = plot.y(curve.y[i]!);
    if (!Number.isFinite(y)) {
      open = false;
      continue;
    }
    if (open) context.lineTo(plot.x(curve.x[i]!), y);
    else context.moveTo(plot.x(curve.x[i]!), y);
    open = true;
  }
  context.stroke();
}

function dots(context: CanvasRenderingContext2D, plot: Plot, curve: Points, colour: string, radius: number): void {
  context.fillStyle = colour;
  for (let i = 0; i < curve.count; i++) {
    const y = plot.y(curve.y[i]!);
    if (!Number.isFinite(y)) continue;
    context.beginPath();
    context.arc(plot.x(curve.x[i]!), y, radius, 0, 2 * Math.PI);
    context.fill();
  }
}
