/** The charts of a report as SVG text: drawn once, readable on paper, without a script. */
import { ticks as roundTicks } from 'd3';
import { figure, whole } from './format';

export interface ChartLine {
  label: string;
  /** Colour slot, 1–8. */
  color: number;
  steps: ArrayLike<number>;
  values: ArrayLike<number>;
  /** Noisy lines are drawn faint, with their smoothed course on top. */
  noisy: boolean;
}

export interface LineFigure {
  title: string;
  lines: ChartLine[];
  /** The steps planned; what is not done yet is hatched. */
  steps: number;
  done: number;
  events: { step: number; text: string }[];
}

const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 52;
const RIGHT = 118;
const TOP = 12;
const BOTTOM = 30;
/** Points a line is thinned to: more than the pixels it has. */
const MOST = 500;
const SMOOTHING = 0.86;

/** What the picture of a line shows: at most `MOST` points, the last one always among them. */
export function thin(line: ChartLine): { steps: number[]; values: number[] } {
  const count = Math.min(line.steps.length, line.values.length);
  const every = Math.max(1, Math.ceil(count / MOST));
  const keep = Array.from({ length: count }, (_, i) => i).filter((i) => i % every === 0 || i === count - 1);
  return { steps: keep.map((i) => line.steps[i]!), values: keep.map((i) => line.values[i]!) };
}

/** Debiased exponential average, as the window draws it (Kingma & Ba 2014, section 3). */
function smoothed(values: ArrayLike<number>): number[] {
  let mean = 0;
  let power = 1;
  return Array.from(values, (value) => {
    if (!Number.isFinite(value)) return Number.NaN;
    mean = SMOOTHING * mean + (1 - SMOOTHING) * value;
    power *= SMOOTHING;
    return mean / (1 - power);
  });
}

interface YAxis {
  log: boolean;
  ticks: number[];
  at(value: number): number;
}

function yAxis(lines: ChartLine[]): YAxis {
  const all = lines.flatMap((line) => Array.from(line.values)).filter(Number.isFinite);
  const [low, high] = [all.reduce((a, b) => Math.min(a, b), Infinity), all.reduce((a, b) => Math.max(a, b), -Infinity)];
  const inner = HEIGHT - TOP - BOTTOM;
  if (low > 0 && high / low > 30) {
    const [from, to] = [Math.log10(low / 1.1), Math.log10(high * 1.1)];
    const ticks: number[] = [];
    for (let power = Math.floor(from); power <= Math.ceil(to); power++)
      for (const digit of to - from > 2.2 ? [1] : [1, 3]) ticks.push(Number(`${digit}e${power}`));
    return {
      log: true,
      ticks: ticks.filter((tick) => Math.log10(tick) >= from && Math.log10(tick) <= to),
      at: (value) => TOP + inner * (1 - (Math.log10(value) - from) / (to - from)),
    };
  }
  const empty = !(low <= high);
  const pad = empty ? 1 : (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  const from = empty ? 0 : low >= 0 && low <= high / 3 ? 0 : low - pad;
  const to = empty ? 1 : high + pad;
  return {
    log: false,
    ticks: roundTicks(from, to, 4),
    at: (value) => TOP + inner * (1 - (value - from) / (to - from)),
  };
}

const round = (pixel: number) => Math.round(pixel * 10) / 10;
export const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

function path(steps: ArrayLike<number>, values: ArrayLike<number>, x: (step: number) => number, y: YAxis): string {
  let open = false;
  let text = '';
  for (let i = 0; i < steps.length; i++) {
    const py = y.at(values[i]!);
    if (!Number.isFinite(py)) {
      open = false;
      continue;
    }
    text += `${open ? 'L' : 'M'}${round(x(steps[i]!))} ${round(py)}`;
    open = true;
  }
  return text;
}

/** Labels at the line ends, moved apart to one line of text each. */
function endLabels(lines: ChartLine[], x: (step: number) => number, y: YAxis): string {
  const ends = lines
    .map((line) => ({ line, ...lastFinite(line) }))
    .filter((end): end is typeof end & { step: number; value: number } => end.step !== undefined)
    .map((end) => ({ ...end, y: y.at(end.value) }))
    .sort((a, b) => a.y - b.y);
  let floor = TOP;
  return ends
    .map(({ line, step, value, y: wish }) => {
      const at = Math.max(wish, floor);
      floor = at + 14;
      return `<circle class="f${line.color}" cx="${round(x(step))}" cy="${round(wish)}" r="2.6"/><text class="t${line.color} end" x="${round(x(step) + 8)}" y="${round(at + 4)}">${escapeXml(line.label)} ${figure(value)}</text>`;
    })
    .join('');
}

function lastFinite(line: ChartLine): { step?: number; value?: number } {
  const smooth = line.noisy ? smoothed(line.values) : line.values;
  for (let i = line.values.length - 1; i >= 0; i--)
    if (Number.isFinite(smooth[i]!)) return { step: line.steps[i]!, value: smooth[i]! };
  return {};
}

/** An SVG element. Colours come from the page's classes; `style` puts them inside for a file that stands alone. */
export function lineChart(chart: LineFigure, style = ''): string {
  const last = Math.max(chart.steps, chart.done, 1);
  const x = (step: number) => LEFT + ((WIDTH - LEFT - RIGHT) * step) / last;
  const y = yAxis(chart.lines);
  const bottom = HEIGHT - BOTTOM;
  const right = WIDTH - RIGHT;
  const parts: string[] = [];
  for (const tick of y.ticks)
    parts.push(
      `<line class="grid" x1="${LEFT}" x2="${right}" y1="${round(y.at(tick))}" y2="${round(y.at(tick))}"/><text x="${LEFT - 7}" y="${round(y.at(tick) + 4)}" text-anchor="end">${tickText(tick)}</text>`,
    );
  for (const tick of roundTicks(0, last, 5))
    parts.push(`<text x="${round(x(tick))}" y="${bottom + 18}" text-anchor="middle">${tickText(tick)}</text>`);
  parts.push(`<line class="axis" x1="${LEFT}" x2="${right}" y1="${bottom}" y2="${bottom}"/>`);
  parts.push(`<text x="${right}" y="${bottom - 5}" text-anchor="end">step</text>`);
  if (chart.done < last)
    parts.push(
      `<rect class="todo" x="${round(x(chart.done))}" y="${TOP}" width="${round(right - x(chart.done))}" height="${bottom - TOP}"/><text x="${round(x(chart.done) + 6)}" y="${TOP + 10}">not trained yet</text>`,
    );
  for (const [i, { step, text }] of chart.events.slice(0, 6).entries())
    parts.push(
      `<line class="event" x1="${round(x(step))}" x2="${round(x(step))}" y1="${TOP}" y2="${bottom}"/><text x="${round(x(step) + 4)}" y="${TOP + 10 + (i % 2) * 14}">${escapeXml(text.slice(0, 40))}</text>`,
    );
  for (const line of chart.lines) {
    const raw = thin(line);
    if (!line.noisy) parts.push(`<path class="l${line.color}" d="${path(raw.steps, raw.values, x, y)}"/>`);
    else {
      const smooth = thin({ ...line, values: smoothed(line.values) });
      parts.push(`<path class="l${line.color} raw" d="${path(raw.steps, raw.values, x, y)}"/>`);
      parts.push(`<path class="l${line.color}" d="${path(smooth.steps, smooth.values, x, y)}"/>`);
    }
  }
  parts.push(endLabels(chart.lines, x, y));
  const label = `${chart.title} by step${y.log ? ', log scale' : ''}: ${chart.lines.map((line) => `${line.label} ${figure(lastFinite(line).value)}`).join(', ')}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escapeXml(label)}">${style}${parts.join('')}</svg>`;
}

/** Vertical bars of counts on a log scale, highest first; what is zero has no bar. */
export function usageChart(counts: ArrayLike<number>, style = ''): string {
  const sorted = Array.from(counts).sort((a, b) => b - a);
  const top = Math.log10(Math.max(sorted[0] ?? 1, 10) * 1.2);
  const bottom = HEIGHT - BOTTOM;
  const inner = WIDTH - LEFT - 16;
  const width = inner / Math.max(sorted.length, 1);
  const y = (count: number) => bottom - ((bottom - TOP) * Math.log10(count)) / top;
  const parts: string[] = [];
  for (let power = 1; power <= top; power++)
    parts.push(
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - 16}" y1="${round(y(10 ** power))}" y2="${round(y(10 ** power))}"/><text x="${LEFT - 7}" y="${round(y(10 ** power) + 4)}" text-anchor="end">${tickText(10 ** power)}</text>`,
    );
  for (const [i, count] of sorted.entries()) {
    if (count === 0) break;
    const height = Math.max(1, bottom - y(count));
    parts.push(
      `<rect class="bar" x="${round(LEFT + i * width)}" y="${round(bottom - height)}" width="${round(Math.max(width - Math.min(1, width * 0.15), 0.5))}" height="${round(height)}"/>`,
    );
  }
  parts.push(`<line class="axis" x1="${LEFT}" x2="${WIDTH - 16}" y1="${bottom}" y2="${bottom}"/>`);
  parts.push(
    `<text x="${LEFT}" y="${bottom + 18}">1</text><text x="${WIDTH - 16}" y="${bottom + 18}" text-anchor="end">${sorted.length}</text>`,
  );
  parts.push(`<text x="${LEFT + inner / 2}" y="${bottom + 18}" text-anchor="middle">codes, most used first</text>`);
  const used = sorted.filter((count) => count > 0).length;
  const label = `Times each code was chosen, log scale: ${used} of ${sorted.length} codes are in use, the most used ${whole(sorted[0] ?? 0)} times`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escapeXml(label)}">${style}${parts.join('')}</svg>`;
}

function tickText(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential().replace('e+', 'e');
  if (Math.abs(value) >= 1000 && value % 100 === 0) return `${value / 1000}k`;
  return String(Number(value.toPrecision(6)));
}
