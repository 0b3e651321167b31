/** The histogram of scores by group: a logarithmic scale where scores are errors, a linear one where they may be negative. */
import type { Anomalies } from '#app/records/anomaly';
import { type Kind, kindOf } from './ranked';

/** From scores to [0, 1] and back. */
export interface ScoreScale {
  log: boolean;
  min: number;
  max: number;
  at(score: number): number;
  score(at: number): number;
  ticks: number[];
}

/** At most three decades below the median are drawn: a few scores near 0 would take all the room. */
const decadesBelow = 3;

export function scaleOf(scores: Float32Array): ScoreScale {
  const sorted = Float32Array.from(scores).sort();
  const [least, most] = [sorted[0] ?? 0, sorted.at(-1) ?? 1];
  const median = sorted[sorted.length >> 1] ?? 1;
  const log = least >= 0 && most > 0;
  if (!log) return linear(least, most);
  const min = Math.max(least, median / 10 ** decadesBelow, most * 1e-9) || 1e-9;
  const [low, high] = [Math.log(min), Math.log(Math.max(most, min * 1.5))];
  return {
    ...{ log, min: Math.exp(low), max: Math.exp(high) },
    at: (score) => clamp((Math.log(Math.max(score, 1e-30)) - low) / (high - low)),
    score: (at) => Math.exp(low + clamp(at) * (high - low)),
    ticks: logTicks(Math.exp(low), Math.exp(high)),
  };
}

function linear(min: number, most: number): ScoreScale {
  const max = most > min ? most : min + 1;
  const step = 10 ** Math.floor(Math.log10((max - min) / 4));
  const wide = [1, 2, 5, 10].map((of) => of * step).find((of) => (max - min) / of <= 6)!;
  const first = Math.ceil(min / wide);
  return {
    ...{ log: false, min, max },
    at: (score) => clamp((score - min) / (max - min)),
    score: (at) => min + clamp(at) * (max - min),
    ticks: Array.from({ length: Math.floor(max / wide) - first + 1 }, (_, i) => (first + i) * wide),
  };
}

const clamp = (share: number): number => Math.min(1, Math.max(0, share));

/** 1, 2 and 5 of each decade, or the decades alone where there are many. */
function logTicks(min: number, max: number): number[] {
  const decades = Math.log10(max / min);
  const of = decades > 3.2 ? [1] : decades > 1.8 ? [1, 3] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.ceil(Math.log10(max)); power++)
    for (const one of of) {
      const tick = Number((one * 10 ** power).toPrecision(1));
      if (tick >= min && tick <= max) ticks.push(tick);
    }
  return ticks;
}

export interface Group {
  kind: Kind;
  count: number;
  /** Share of the group in each bin. */
  shares: number[];
}

export const bins = 56;

/** Groups that have items, normal first. */
export function groupsOf(anomalies: Pick<Anomalies, 'scores' | 'labels' | 'normal'>, scale: ScoreScale): Group[] {
  const kinds: Kind[] = ['normal', 'anomaly', 'unknown'];
  const counts = new Map(kinds.map((kind) => [kind, new Float64Array(bins)]));
  anomalies.scores.forEach((score, place) => {
    counts.get(kindOf(anomalies, place))![Math.min(bins - 1, Math.floor(scale.at(score) * bins))]!++;
  });
  return kinds.flatMap((kind) => {
    const own = counts.get(kind)!;
    const count = own.reduce((sum, n) => sum + n, 0);
    return count === 0 ? [] : [{ kind, count, shares: Array.from(own, (n) => n / count) }];
  });
}

/** A staircase as an SVG path over a box of width × height, from its bottom. */
export function stairs(shares: readonly number[], top: number, width: number, height: number): string {
  const x = (bin: number) => ((bin * width) / shares.length).toFixed(1);
  const y = (share: number) => (height - (share / top) * height).toFixed(1);
  return `M0 ${height}${shares.map((share, bin) => `L${x(bin)} ${y(share)}L${x(bin + 1)} ${y(share)}`).join('')}L${width} ${height}`;
}
