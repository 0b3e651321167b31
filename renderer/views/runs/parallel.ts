/** Parallel coordinates: one axis a fact, one line a run; where the lines go and which of them the brushes hold. */
import { scaleLinear, scaleLog } from 'd3';
import type { Run } from '#app/records/run';
import { axisTicks, tickLabel } from '../../charts/axis';
import type { RunFact } from './facts';
import { variedSettings } from './facts';

export interface Axis {
  fact: RunFact;
  /** 0 at the foot, 1 at the head; undefined where the run has no value. */
  at: (run: Run) => number | undefined;
  ticks: { at: number; text: string }[];
}
/** Parts of axes: fact id → [low, high] in 0–1. A run is held when it lies in all of them. */
export type Brushes = Readonly<Record<string, readonly [number, number]>>;

/** A range wider than this has a logarithmic axis, if all of it is positive. */
const WIDE = 20;
/** Ticks nearer to one another than this share of the axis are left out. */
const APART = 0.07;

/** Facts worth an axis: the settings in which the runs differ, then the figure they are judged by, and one more. */
export function axisFacts(facts: readonly RunFact[], runs: readonly Run[]): RunFact[] {
  const varied = new Set(variedSettings(runs).map((path) => `set:${path}`));
  const figures = facts.filter(({ id, headline }) => !headline && /^metric:validation\/(?!loss$)/.test(id));
  const settings = facts.filter(({ id }) => varied.has(id)).slice(0, 6);
  return [...settings, ...figures.slice(0, 1), ...facts.filter(({ headline }) => headline)].filter((fact) =>
    runs.some((run) => fact.value(run) !== undefined),
  );
}

export function makeAxis(fact: RunFact, runs: readonly Run[]): Axis {
  const values = runs.map(fact.value).filter((value) => value !== undefined);
  const numbers = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  return numbers.length > 0 && numbers.length === values.length
    ? numberAxis(fact, numbers)
    : wordAxis(fact, values, runs);
}

function numberAxis(fact: RunFact, numbers: number[]): Axis {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const log = low > 0 && high / low > WIDE;
  const interval = low === high ? ([low - 1, high + 1] as const) : ([low, high] as const);
  const scale = (log ? scaleLog() : scaleLinear()).domain(interval).range([0, 1]);
  const own = [...new Set(numbers)].sort((a, b) => a - b);
  // few values are named one by one; many are read off round ticks
  const round = axisTicks(interval, log ? 'log' : 'linear', 4);
  const few = own.length <= 6;
  const named = few ? own : [low, ...round, high];
  // a setting is what was typed; a measured value has three digits that say something
  const exact = few && fact.group !== 'Metrics';
  const text = (value: number) => tickLabel(exact ? value : Number(value.toPrecision(3)));
  return {
    fact,
    at: (run) => {
      const value = fact.value(run);
      return typeof value === 'number' && Number.isFinite(value) ? scale(value) : undefined;
    },
    ticks: apart(named.map((value) => ({ at: scale(value), text: text(value) }))),
  };
}

function wordAxis(fact: RunFact, values: (number | string)[], runs: readonly Run[]): Axis {
  const words = [...new Set(values.map(String))].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const said = (word: string) => {
    const run = runs.find((one) => String(fact.value(one)) === word);
    return run ? fact.text(run, 0) : word;
  };
  const place = (word: string) => (words.length === 1 ? 0.5 : words.indexOf(word) / (words.length - 1));
  return {
    fact,
    at: (run) => {
      const value = fact.value(run);
      return value === undefined ? undefined : place(String(value));
    },
    ticks: words.map((word) => ({ at: place(word), text: said(word) })),
  };
}

/** The ends stay; of the others those that have room. */
function apart(ticks: Axis['ticks']): Axis['ticks'] {
  const [first, last] = [ticks[0], ticks.at(-1)];
  const kept: Axis['ticks'] = [];
  for (const tick of ticks) {
    const end = tick === first || tick === last;
    const near = [...kept, ...(last ? [last] : [])].some((one) => one !== tick && Math.abs(one.at - tick.at) < APART);
    if (end ? !kept.some((one) => one.at === tick.at) : !near) kept.push(tick);
  }
  return kept;
}

/** Pixels of one letter at 11 px. */
const LETTER = 6.4;
export const fits = (text: string, pixels: number): boolean => text.length * LETTER <= pixels;
/** As much of a text as there is room for. */
export const fitted = (text: string, pixels: number): string =>
  fits(text, pixels) ? text : `${text.slice(0, Math.max(1, Math.floor(pixels / LETTER) - 1)).trimEnd()}…`;

/** Whether the run lies in every brush; without a value it lies in none. */
export const held = (run: Run, axes: readonly Axis[], brushes: Brushes): boolean =>
  axes.every(({ fact, at }) => {
    const brush = brushes[fact.id];
    const place = at(run);
    return !brush || (place !== undefined && place >= brush[0] - 1e-9 && place <= brush[1] + 1e-9);
  });

/** A line through the axes, bent so that it meets each of them squarely; broken where a value is missing. */
export function linePath(
  run: Run,
  axes: readonly Axis[],
  x: (axis: number) => number,
  y: (at: number) => number,
  offset = 0,
): string {
  let path = '';
  let before: { x: number; y: number } | undefined;
  axes.forEach(({ at }, i) => {
    const place = at(run);
    const here = place === undefined ? undefined : { x: x(i), y: y(place) + offset };
    if (here && before) {
      const middle = (before.x + here.x) / 2;
      path += `C${round(middle)} ${round(before.y)} ${round(middle)} ${round(here.y)} ${round(here.x)} ${round(here.y)}`;
    } else if (here) path += `M${round(here.x)} ${round(here.y)}`;
    before = here;
  });
  return path;
}
const round = (pixel: number) => Math.round(pixel * 10) / 10;

/** How far each of the chosen runs is moved, in pixels, so that lines that coincide stay side by side: 3 px apart. */
export const offsets = (count: number): number[] => Array.from({ length: count }, (_, i) => (i - (count - 1) / 2) * 3);

/** A brush moved by `by`, or made longer (`grow`), kept inside the axis. */
export function nudge([low, high]: readonly [number, number], by: number, grow: boolean): [number, number] {
  if (grow) return [low, Math.min(1, Math.max(low + 0.02, high + by))];
  const move = Math.max(-low, Math.min(1 - high, by));
  return [low + move, high + move];
}
