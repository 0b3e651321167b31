/** Axes: the interval they show, three to five ticks, and how numbers are written on them. */
import { ticks as linearTicks, tickIncrement } from 'd3';
import { Growth, offsetOf } from './growth';
import { type Points, window } from './series';

export type ScaleKind = 'linear' | 'log';
export type Interval = readonly [number, number];

/** A range of more than 30× is shown on a log scale unless the user says otherwise. */
export const LOG_FROM = 30;

/** Lowest and highest finite value of the curves inside [from, to]; null where there is none. */
export function extent(curves: readonly Points[], from = -Infinity, to = Infinity, positive = false): Interval | null {
  let low = Infinity;
  let high = -Infinity;
  for (const curve of curves) {
    const { start, end } = window(curve, from, to);
    for (let i = start; i < end; i++) {
      const value = curve.y[i]!;
      if (!Number.isFinite(value) || (positive && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : null;
}

interface Range {
  count: number;
  low: number;
  high: number;
}
const ranges = new Growth<Range>();

/** Lowest and highest finite value of a whole curve; one that has grown costs only its new points. */
function wholeRange(curve: Points): Range {
  const key = String(offsetOf(curve.y));
  const known = ranges.get(curve.y, key);
  const range = known && known.count <= curve.count ? known : { count: 0, low: Infinity, high: -Infinity };
  for (; range.count < curve.count; range.count++) {
    const value = curve.y[range.count]!;
    if (!Number.isFinite(value)) continue;
    if (value < range.low) range.low = value;
    if (value > range.high) range.high = value;
  }
  ranges.put(curve.y, key, range);
  return range;
}

/** Log needs positive values throughout; it is worth it where they differ by more than `LOG_FROM`. */
export function naturalScale(curves: readonly Points[]): ScaleKind {
  const all = curves.map(wholeRange);
  const low = all.reduce((least, range) => Math.min(least, range.low), Infinity);
  const high = all.reduce((most, range) => Math.max(most, range.high), -Infinity);
  return low > 0 && high / low > LOG_FROM ? 'log' : 'linear';
}

/**
 * The interval a y axis shows for values in `range`. Linear: from zero where the values come within a third of it,
 * else with a margin of 6 %. Log: a margin of 4 % of the decades on either side.
 */
export function yInterval(range: Interval | null, kind: ScaleKind): Interval {
  if (range === null) return kind === 'log' ? [0.1, 1] : [0, 1];
  const [low, high] = range;
  if (kind === 'log') {
    const pad = Math.max((high / low) ** 0.04, 1.02);
    return [low / pad, high * pad];
  }
  if (low === high) return low === 0 ? [0, 1] : [Math.min(low, 0), Math.max(low, 0) * 1.2];
  const pad = (high - low) * 0.06;
  if (low >= 0 && low <= high / 3) return [0, high + pad];
  return [low - pad, high + pad];
}

/** Three to five ticks inside the interval, at round numbers: 1, 2, 5 linearly, 1 and 3 (or 1, 2, 5) by decades. */
export function axisTicks([low, high]: Interval, kind: ScaleKind, wanted = 4): number[] {
  const found = kind === 'log' && low > 0 ? logTicks(low, high, wanted) : roundTicks(low, high, wanted);
  return [...new Set(found)]; // an interval near the resolution of floats rounds neighbours to one number
}

function roundTicks(low: number, high: number, wanted: number): number[] {
  if (!(high > low)) return [low];
  // d3 aims at a count and may give up to twice as many: ask for fewer until at most one more than wanted comes.
  for (let count = wanted; count > 1; count--) {
    const found = linearTicks(low, high, count);
    if (found.length <= wanted + 1 && tickIncrement(low, high, count) !== 0) return found;
  }
  return linearTicks(low, high, 2);
}

function logTicks(low: number, high: number, wanted: number): number[] {
  const decades = Math.log10(high / low);
  const choices =
    decades > 1.2
      ? [[1, 3], [1]]
      : [
          [1, 2, 3, 5, 7],
          [1, 2, 5],
          [1, 3],
        ];
  for (const digits of choices) {
    const found = decadeTicks(low, high, digits);
    if (found.length >= 2 && found.length <= wanted + 1) return found;
  }
  if (decades < 2) return roundTicks(low, high, wanted);
  // More decades than ticks: every second, third … power of ten.
  const every = Math.ceil(decades / wanted);
  return decadeTicks(low, high, [1]).filter((_, i) => i % every === 0);
}

/** digits × 10ⁿ inside [low, high]. */
function decadeTicks(low: number, high: number, digits: readonly number[]): number[] {
  const found: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const digit of digits) {
      const tick = Number(`${digit}e${power}`);
      if (tick >= low && tick <= high) found.push(tick);
    }
  }
  return found;
}

const MINUS = '−';

/** A number on an axis: 12k, 0.03, 2e-4, −5; as short as tells neighbouring ticks apart. */
export function tickLabel(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const sign = value < 0 ? MINUS : '';
  if (size === 0) return '0';
  if (size >= 1e9) return `${sign}${trim(size / 1e9)}G`;
  if (size >= 1e6) return `${sign}${trim(size / 1e6)}M`;
  if (size >= 1e4 || (size >= 1e3 && size % 100 === 0)) return `${sign}${trim(size / 1e3)}k`;
  if (size < 1e-3) return `${sign}${exponent(size)}`;
  return `${sign}${trim(size)}`;
}

const trim = (value: number) => String(Number(value.toPrecision(4)));
const exponent = (value: number) =>
  value
    .toExponential(2)
    .replace(/\.?0+e/, 'e')
    .replace('e+', 'e');
