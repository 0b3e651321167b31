/**
 * How far the figures of a ranking might have come out otherwise: items are drawn again with replacement (bootstrap,
 * Efron 1979). Scores are sorted once, and a sample is how often each item was drawn, so a sample costs O(n).
 */
import type { Interval } from './bootstrap';
import type { Confusion, Curve, Ranked } from './ranking';

export type RankingFigures = Record<string, (curve: Curve) => number>;

/** Percentile intervals of all figures over the same samples; samples without one of the two kinds are drawn again. */
export function rankingIntervals<F extends RankingFigures>(
  { scores, positive }: Ranked,
  figures: F,
  random: () => number,
  { times = 200, level = 0.95 }: { times?: number; level?: number } = {},
): Record<keyof F & string, Interval> {
  const n = scores.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const sorted = {
    scores: Float64Array.from(order, (i) => scores[i]!),
    positive: Uint8Array.from(order, (i) => (positive[i] ? 1 : 0)),
  };
  const names = Object.keys(figures);
  const found = new Map(names.map((name) => [name, [] as number[]]));
  for (let made = 0; made < times; ) {
    const counts = new Uint32Array(n);
    for (let i = 0; i < n; i++) counts[Math.floor(random() * n)]!++;
    const curve = weightedCurve(sorted, counts);
    if (curve.positives === 0 || curve.negatives === 0) continue;
    for (const name of names) found.get(name)!.push(figures[name]!(curve));
    made++;
  }
  const intervals = names.map((name) => {
    const values = found.get(name)!.sort((a, b) => a - b);
    const at = (share: number) => values[Math.round(share * (times - 1))]!;
    return [name, { low: at((1 - level) / 2), high: at((1 + level) / 2) }] as const;
  });
  return Object.fromEntries(intervals) as Record<keyof F & string, Interval>;
}

/** The curve of items sorted from the highest score down, each counted so often. */
function weightedCurve(
  { scores, positive }: { scores: Float64Array; positive: Uint8Array },
  counts: Uint32Array,
): Curve {
  let [truePositives, falsePositives] = [0, 0];
  const steps: Confusion[] = [{ threshold: Number.POSITIVE_INFINITY, truePositives, falsePositives }];
  for (let at = 0; at < scores.length; ) {
    const threshold = scores[at]!;
    let drawn = 0;
    for (; at < scores.length && scores[at] === threshold; at++) {
      const count = counts[at]!;
      drawn += count;
      if (positive[at]) truePositives += count;
      else falsePositives += count;
    }
    if (drawn > 0) steps.push({ threshold, truePositives, falsePositives });
  }
  return { positives: truePositives, negatives: falsePositives, steps };
}
