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
  /** Linear even where the values span decades: a schedule is read by its shape. */
  straight?: boolean;
  /** Half as wide, for one of many. */
  small?: boolean;
}

interface Frame {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}
/** Right and bottom are where the plot ends, if the labels of the lines ask for no more room beside it. */
const large: Frame = { width: 640, height: 220, left: 52, right: 522, top: 12, bottom: 190 };
const little: Frame = { width: 324, height: 150, left: 44, right: 228, top: 10, bottom: 124 };

/** Pixels of one letter of a label in the widest font that may stand in for Inter (DejaVu Sans Bold), and the gap before. */
const LETTER = 7.4;
const LABEL_GAP = 8;
/** The most of a chart's width that labels may take; longer names are cut. */
const LABEL_SHARE = 0.38;

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

function yAxis(lines: ChartLine[], { top, bottom }: Frame, wanted: number, straight: boolean): YAxis {
  const all = lines.flatMap((line) => Array.from(line.values)).filter(Number.isFinite);
  const low = all.reduce((a, b) => Math.min(a, b), Infinity);
  const high = all.reduce((a, b) => Math.max(a, b), -Infinity);
  if (!straight && low > 0 && high / low > 30) {
    const [from, to] = [Math.log10(low / 1.1), Math.log10(high * 1.1)];
    const ticks: number[] = [];
    for (let power = Math.floor(from); power <= Math.ceil(to); power++)
      for (const digit of to - from > 2.2 ? [1] : [1, 3]) ticks.push(Number(`${digit}e${power}`));
    return {
      log: true,
      ticks: ticks.filter((tick) => Math.log10(tick) >= from && Math.log10(tick) <= to),
      at: (value) => bottom - ((bottom - top) * (Math.log10(value) - from)) / (to - from),
    };
  }
  const empty = !(low <= high);
  const pad = empty ? 1 : (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  const from = empty ? 0 : low >= 0 && low <= high / 3 ? 0 : low - pad;
  const to = empty ? 1 : high + pad;
  return {
    log: false,
    ticks: roundTicks(from, to, wanted),
    at: (value) => bottom - ((bottom - top) * (value - from)) / (to - from),
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

interface LineEnd {
  line: ChartLine;
  step: number;
  value: number;
  /** Name and value, as short as the chart's width asks. */
  text: string;
}

/** Where the lines end, and the frame with as much room beside the plot as their names need. */
function lineEnds({ lines, small }: LineFigure): { ends: LineEnd[]; frame: Frame } {
  const frame = small ? little : large;
  const most = Math.floor((frame.width * LABEL_SHARE - LABEL_GAP) / LETTER);
  const ends = lines.flatMap((line): LineEnd[] => {
    const { step, value } = lastFinite(line);
    if (step === undefined || value === undefined) return [];
    const name = small && line.label === 'validation' ? 'val' : line.label;
    const room = most - figure(value).length - 1;
    return [
      {
        line,
        step,
        value,
        text: `${name.length > room ? `${name.slice(0, Math.max(1, room - 1))}…` : name} ${figure(value)}`,
      },
    ];
  });
  const longest = Math.max(0, ...ends.map(({ text }) => text.length));
  return {
    ends,
    frame: { ...frame, right: Math.min(frame.right, Math.floor(frame.width - LABEL_GAP - longest * LETTER)) },
  };
}

/** Labels at the line ends, moved apart to one line of text each, the lowest not below the axis. */
function endLabels(all: LineEnd[], x: (step: number) => number, y: YAxis, { top, bottom }: Frame): string {
  const ends = all.map((end) => ({ ...end, wish: y.at(end.value), at: 0 }));
  ends.sort((a, b) => a.wish - b.wish);
  const farthest = Math.max(...ends.map(({ step }) => x(step)));
  let floor = top;
  for (const end of ends) {
    end.at = Math.max(end.wish, floor);
    floor = end.at + 14;
  }
  let ceiling = bottom - 7;
  for (const end of ends.toReversed()) {
    end.at = Math.min(end.at, ceiling);
    ceiling = end.at - 14;
  }
  return ends
    .map(({ line, step, wish, at, text }) => {
      // One column of labels where the lines end close together, else each beside its own end.
      const left = farthest - x(step) < 60 ? farthest : x(step);
      return `<circle class="f${line.color}" cx="${round(x(step))}" cy="${round(wish)}" r="2.6"/><text class="t${line.color} end" x="${round(left + LABEL_GAP)}" y="${round(at + 4)}">${escapeXml(text)}</text>`;
    })
    .join('');
}

/** An average that has faded to less than a billionth of what was measured is zero: "6.7e-16" would say what nobody saw. */
function withoutDust(value: number, values: ArrayLike<number>): number {
  const most = Array.from(values).reduce((a, b) => (Math.abs(b) > a ? Math.abs(b) : a), 0);
  return Math.abs(value) < most * 1e-9 ? 0 : value;
}

function lastFinite(line: ChartLine): { step?: number; value?: number } {
  const smooth = line.noisy ? smoothed(line.values) : line.values;
  for (let i = line.values.length - 1; i >= 0; i--)
    if (Number.isFinite(smooth[i]!)) return { step: line.steps[i]!, value: withoutDust(smooth[i]!, line.values) };
  return {};
}

/** An SVG element. Colours come from the page's classes; `style` puts them inside for a file that stands alone. */
export function lineChart(chart: LineFigure, style = ''): string {
  const { ends, frame } = lineEnds(chart);
  const last = Math.max(chart.steps, chart.done, 1);
  const x = (step: number) => frame.left + ((frame.right - frame.left) * step) / last;
  const y = yAxis(chart.lines, frame, chart.small ? 3 : 4, chart.straight ?? false);
  const parts = [axes(frame, x, y, last, chart.small ?? false)];
  if (chart.done < last) parts.push(todo(frame, x(chart.done), chart.small ?? false));
  parts.push(eventMarks(chart, frame, x));
  for (const line of chart.lines) {
    const raw = thin(line);
    if (line.noisy) {
      const smooth = thin({ ...line, values: smoothed(line.values) });
      parts.push(`<path class="l${line.color} raw" d="${path(raw.steps, raw.values, x, y)}"/>`);
      parts.push(`<path class="l${line.color}" d="${path(smooth.steps, smooth.values, x, y)}"/>`);
    } else parts.push(`<path class="l${line.color}" d="${path(raw.steps, raw.values, x, y)}"/>`);
  }
  parts.push(endLabels(ends, x, y, frame));
  const said = chart.lines.map((line) => `${line.label} ${figure(lastFinite(line).value)}`).join(', ');
  return svg(frame, `${chart.title} by step${y.log ? ', log scale' : ''}: ${said}`, style + parts.join(''));
}

const svg = ({ width, height }: Pick<Frame, 'width' | 'height'>, label: string, inner: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(label)}">${inner}</svg>`;

function axes(frame: Frame, x: (step: number) => number, y: YAxis, last: number, small: boolean): string {
  const { left, right, bottom } = frame;
  const rules = y.ticks.map((tick) => {
    const at = round(y.at(tick));
    return `<line class="grid" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/><text x="${left - 7}" y="${at + 4}" text-anchor="end">${tickText(tick)}</text>`;
  });
  const steps = roundTicks(0, last, small ? 3 : 5).map(
    (tick) => `<text x="${round(x(tick))}" y="${bottom + 18}" text-anchor="middle">${tickText(tick)}</text>`,
  );
  // Beside the last number, where no line runs.
  const name = small ? '' : `<text x="${right + 22}" y="${bottom + 18}">step</text>`;
  return `${rules.join('')}${steps.join('')}<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>${name}`;
}

const todo = ({ top, right, bottom }: Frame, from: number, small: boolean) =>
  `<rect class="todo" x="${round(from)}" y="${top}" width="${round(right - from)}" height="${bottom - top}"/>${small || right - from < 90 ? '' : `<text x="${right - 6}" y="${top + 12}" text-anchor="end">not trained yet</text>`}`;

/** Dashed verticals; said in words only in the large chart, as far as there is room. */
function eventMarks({ events, small, done }: LineFigure, { top, bottom }: Frame, x: (step: number) => number): string {
  return events
    .slice(0, 6)
    .map(({ step, text }, i) => {
      const at = round(x(step));
      const room = Math.max(12, Math.floor((x(done) - at) / 6));
      const words = text.length > room ? `${text.slice(0, room - 1)}…` : text;
      return `<line class="event" x1="${at}" x2="${at}" y1="${top}" y2="${bottom}"/>${small ? '' : `<text x="${at + 4}" y="${top + 10 + (i % 2) * 14}">${escapeXml(words)}</text>`}`;
    })
    .join('');
}

/** Vertical bars of counts on a log scale, highest first; what is zero has no bar. */
export function usageChart(counts: ArrayLike<number>, style = ''): string {
  const sorted = Array.from(counts).sort((a, b) => b - a);
  const { left, top, bottom, width: wide, height: tall } = large;
  const right = wide - 16;
  const decades = Math.log10(Math.max(sorted[0] ?? 1, 10) * 1.2);
  const pitch = (right - left) / Math.max(sorted.length, 1);
  const y = (count: number) => bottom - ((bottom - top) * Math.log10(count)) / decades;
  const parts: string[] = [];
  for (let power = 1; power <= decades; power++) {
    const at = round(y(10 ** power));
    parts.push(
      `<line class="grid" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/><text x="${left - 7}" y="${at + 4}" text-anchor="end">${tickText(10 ** power)}</text>`,
    );
  }
  for (const [i, count] of sorted.entries()) {
    if (count === 0) break;
    const height = Math.max(1, bottom - y(count));
    const width = Math.max(pitch - Math.min(1, pitch * 0.15), 0.5);
    parts.push(
      `<rect class="bar" x="${round(left + i * pitch)}" y="${round(bottom - height)}" width="${round(width)}" height="${round(height)}"/>`,
    );
  }
  parts.push(`<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>`);
  parts.push(
    `<text x="${left}" y="${bottom + 18}">1</text><text x="${right}" y="${bottom + 18}" text-anchor="end">${sorted.length}</text>`,
  );
  parts.push(`<text x="${(left + right) / 2}" y="${bottom + 18}" text-anchor="middle">codes, most used first</text>`);
  const used = sorted.filter((count) => count > 0).length;
  const label = `Times each code was chosen, log scale: ${used} of ${sorted.length} codes are in use, the most used ${whole(sorted[0] ?? 0)} times`;
  return svg({ width: wide, height: tall }, label, style + parts.join(''));
}

function tickText(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential().replace('e+', 'e');
  if (Math.abs(value) >= 1000 && value % 100 === 0) return `${value / 1000}k`;
  return String(Number(value.toPrecision(6)));
}
