/**
 * What a threshold makes of scored items: counts, curves, and the four ways to set the line. Sorted once for a split, so
 * that a drag of the line is two binary searches.
 *
 * n items, sorted by score from high to low; positive = of a class that is not normal.
 */
import type { Anomalies } from '#app/records/anomaly';

export interface RankedScores {
  /** Places in the split, highest score first: uint32 [n] */
  order: Uint32Array;
  /** Scores in that order: float32 [n] */
  scores: Float32Array;
  /** Anomalies among the first i + 1 items: uint32 [n] */
  found: Uint32Array;
  /** The same of labelled normal items. */
  alarms: Uint32Array;
  anomalies: number;
  normals: number;
}

export interface Counts {
  found: number;
  missed: number;
  alarms: number;
  left: number;
  /** Items at or above the line, whatever their labels. */
  flagged: number;
}

export type Kind = 'normal' | 'anomaly' | 'unknown';

export const kindOf = ({ labels, normal }: Pick<Anomalies, 'labels' | 'normal'>, place: number): Kind => {
  const label = labels[place]!;
  if (label < 0 || normal.length === 0) return 'unknown';
  return normal.includes(label) ? 'normal' : 'anomaly';
};

export function rank(anomalies: Pick<Anomalies, 'scores' | 'labels' | 'normal'>): RankedScores {
  const { scores: all } = anomalies;
  const order = Uint32Array.from(all, (_, i) => i).sort((a, b) => all[b]! - all[a]! || a - b);
  const found = new Uint32Array(order.length);
  const alarms = new Uint32Array(order.length);
  let [a, b] = [0, 0];
  order.forEach((place, i) => {
    const kind = kindOf(anomalies, place);
    if (kind === 'anomaly') a++;
    if (kind === 'normal') b++;
    found[i] = a;
    alarms[i] = b;
  });
  return { order, scores: Float32Array.from(order, (i) => all[i]!), found, alarms, anomalies: a, normals: b };
}

/** How many items score at or above the line. */
export function above({ scores }: RankedScores, threshold: number): number {
  let [low, high] = [0, scores.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scores[middle]! >= threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function countsAt(ranked: RankedScores, threshold: number): Counts {
  const flagged = above(ranked, threshold);
  const found = flagged > 0 ? ranked.found[flagged - 1]! : 0;
  const alarms = flagged > 0 ? ranked.alarms[flagged - 1]! : 0;
  return { found, missed: ranked.anomalies - found, alarms, left: ranked.normals - alarms, flagged };
}

/** Without items of both kinds there is nothing to count right or wrong. */
export const isJudged = ({ anomalies, normals }: RankedScores): boolean => anomalies > 0 && normals > 0;

export interface Figures {
  precision: number | undefined;
  recall: number;
  f1: number;
}
export function figuresOf({ found, missed, alarms }: Counts): Figures {
  return {
    precision: found + alarms > 0 ? found / (found + alarms) : undefined,
    recall: found + missed > 0 ? found / (found + missed) : 0,
    f1: found > 0 ? (2 * found) / (2 * found + alarms + missed) : 0,
  };
}

/** A point of a curve, with the line that gives it. x and y in [0, 1]. */
export interface CurvePoint {
  x: number;
  y: number;
  threshold: number;
}

/** Ends of groups of equal scores: where a line can lie. */
function* steps({ scores }: RankedScores): Generator<number> {
  for (let i = 0; i < scores.length; i++) if (i === scores.length - 1 || scores[i + 1] !== scores[i]) yield i;
}

/** False alarms against what is found, from the strictest line to the most lenient. */
export function rocOf(ranked: RankedScores): CurvePoint[] {
  const points: CurvePoint[] = [{ x: 0, y: 0, threshold: Number.POSITIVE_INFINITY }];
  for (const i of steps(ranked))
    points.push({
      x: ranked.alarms[i]! / ranked.normals,
      y: ranked.found[i]! / ranked.anomalies,
      threshold: ranked.scores[i]!,
    });
  return points;
}

/** What is found against how much of what is flagged is right. */
export function precisionRecallOf(ranked: RankedScores): CurvePoint[] {
  const points: CurvePoint[] = [];
  for (const i of steps(ranked)) {
    const flagged = ranked.found[i]! + ranked.alarms[i]!;
    if (flagged > 0)
      points.push({
        x: ranked.found[i]! / ranked.anomalies,
        y: ranked.found[i]! / flagged,
        threshold: ranked.scores[i]!,
      });
  }
  return points;
}

/** The chance that an anomaly scores above a normal item, a tie counting half. */
export function aucOf(ranked: RankedScores): number {
  const points = rocOf(ranked);
  let area = 0;
  for (let i = 1; i < points.length; i++)
    area += ((points[i]!.y + points[i - 1]!.y) / 2) * (points[i]!.x - points[i - 1]!.x);
  return area;
}

/** Hanley & McNeil 1982: the standard error of an AUC, without drawing items again. */
export function aucError({ anomalies, normals }: RankedScores, auc: number): number {
  const [q1, q2] = [auc / (2 - auc), (2 * auc * auc) / (1 + auc)];
  const variance =
    (auc * (1 - auc) + (anomalies - 1) * (q1 - auc * auc) + (normals - 1) * (q2 - auc * auc)) / (anomalies * normals);
  return Math.sqrt(Math.max(0, variance));
}

export function averagePrecisionOf(ranked: RankedScores): number {
  let [sum, before] = [0, 0];
  for (const { x, y } of precisionRecallOf(ranked)) {
    sum += (x - before) * y;
    before = x;
  }
  return sum;
}

/** The lowest line with at most this share of false alarms among normal items. */
export function lineForAlarms(ranked: RankedScores, share: number): number {
  let line = Number.POSITIVE_INFINITY;
  for (const i of steps(ranked)) {
    if (ranked.alarms[i]! > share * ranked.normals) break;
    line = ranked.scores[i]!;
  }
  return Number.isFinite(line) ? line : justAbove(ranked.scores[0] ?? 0);
}

/** The line with the largest F1. */
export function lineForF1(ranked: RankedScores): number {
  let best = { f1: -1, line: ranked.scores[0] ?? 0 };
  for (const i of steps(ranked)) {
    const f1 = (2 * ranked.found[i]!) / (ranked.found[i]! + ranked.alarms[i]! + ranked.anomalies);
    if (f1 > best.f1) best = { f1, line: ranked.scores[i]! };
  }
  return best.line;
}

/** The score that a share q of normal items does not exceed. sorted: ascending */
export function quantileOf(sorted: Float32Array, q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? 0;
}

const justAbove = (score: number): number => score + Math.max(1e-6, Math.abs(score) * 1e-6);

/** The line with the least cost, when a miss costs so many times what a false alarm does. */
export function lineForCost(ranked: RankedScores, missCost: number): number {
  let best = { cost: missCost * ranked.anomalies, line: justAbove(ranked.scores[0] ?? 0) };
  for (const i of steps(ranked)) {
    const cost = missCost * (ranked.anomalies - ranked.found[i]!) + ranked.alarms[i]!;
    if (cost < best.cost) best = { cost, line: ranked.scores[i]! };
  }
  return best.line;
}
