/**
 * How well a score tells positives from the rest (anomalies from normal items): areas under the ROC and the
 * precision-recall curve, and what a threshold gives. Equal scores are one step of each curve.
 */

/** scores: [n], higher = more likely positive; positive: [n], 1 or 0. */
export interface Ranked {
  scores: ArrayLike<number>;
  positive: ArrayLike<number>;
}

/** What lies at or above a threshold. */
export interface Confusion {
  threshold: number;
  truePositives: number;
  falsePositives: number;
}

export interface Curve {
  positives: number;
  negatives: number;
  /** Thresholds from high to low, one for each different score, after a first one that nothing reaches. */
  steps: Confusion[];
}

/** Throws where one of the two kinds is absent: no curve can be drawn then. */
export function curveOf({ scores, positive }: Ranked): Curve {
  const n = scores.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  let truePositives = 0;
  let falsePositives = 0;
  const steps: Confusion[] = [{ threshold: Number.POSITIVE_INFINITY, truePositives, falsePositives }];
  for (let at = 0; at < n; ) {
    const threshold = scores[order[at]!]!;
    for (; at < n && scores[order[at]!] === threshold; at++) positive[order[at]!] ? truePositives++ : falsePositives++;
    steps.push({ threshold, truePositives, falsePositives });
  }
  if (truePositives === 0 || falsePositives === 0)
    throw new Error(`curveOf: there must be positives and negatives, got ${truePositives} and ${falsePositives}`);
  return { positives: truePositives, negatives: falsePositives, steps };
}

/** Area under the ROC curve: the chance that a positive scores above a negative, a tie counting half (Mann–Whitney U). */
export function auroc({ positives, negatives, steps }: Curve): number {
  let area = 0;
  for (let i = 1; i < steps.length; i++) {
    const [before, now] = [steps[i - 1]!, steps[i]!];
    area += ((now.truePositives + before.truePositives) / 2) * (now.falsePositives - before.falsePositives);
  }
  return area / (positives * negatives);
}

/** Average precision Σ (Rᵢ − Rᵢ₋₁) Pᵢ: the area under the precision-recall curve without interpolation. */
export function averagePrecision({ positives, steps }: Curve): number {
  let sum = 0;
  for (let i = 1; i < steps.length; i++) {
    const { truePositives, falsePositives } = steps[i]!;
    const gained = truePositives - steps[i - 1]!.truePositives;
    sum += (gained / positives) * (truePositives / (truePositives + falsePositives));
  }
  return sum;
}

/** The largest share of positives found while at most this share of negatives raises a false alarm. */
export function recallAt({ positives, negatives, steps }: Curve, falsePositiveRate: number): number {
  let best = 0;
  for (const { truePositives, falsePositives } of steps)
    if (falsePositives <= falsePositiveRate * negatives) best = Math.max(best, truePositives / positives);
  return best;
}

/** F₁ = 2TP / (2TP + FP + FN) at or above a threshold. */
export const f1Of = ({ truePositives, falsePositives }: Confusion, positives: number): number =>
  (2 * truePositives) / (truePositives + falsePositives + positives);

/** The threshold with the largest F₁: an upper bound, since labels are needed to find it. */
export function bestF1({ positives, steps }: Curve): { threshold: number; f1: number } {
  let best = { threshold: Number.POSITIVE_INFINITY, f1: 0 };
  for (const step of steps) {
    const f1 = f1Of(step, positives);
    if (f1 > best.f1) best = { threshold: step.threshold, f1 };
  }
  return best;
}

/** What a threshold gives: the last step at or above it. */
export function confusionAt({ steps }: Curve, threshold: number): Confusion {
  let found = steps[0]!;
  for (const step of steps) if (step.threshold >= threshold) found = step;
  return { ...found, threshold };
}

/**
 * Percentile interval of a figure over resampled items (bootstrap, Efron 1979). Samples in which one kind is absent
 * are drawn again. random: uniform in [0, 1).
 */
export function bootstrap(
  ranked: Ranked,
  figure: (curve: Curve) => number,
  random: () => number,
  { times = 200, level = 0.95 }: { times?: number; level?: number } = {},
): { low: number; high: number } {
  const n = ranked.scores.length;
  const found: number[] = [];
  while (found.length < times) {
    const chosen = Uint32Array.from({ length: n }, () => Math.floor(random() * n));
    const positive = Uint8Array.from(chosen, (i) => (ranked.positive[i] ? 1 : 0));
    if (!positive.includes(1) || !positive.includes(0)) continue;
    found.push(figure(curveOf({ scores: Float64Array.from(chosen, (i) => ranked.scores[i]!), positive })));
  }
  found.sort((a, b) => a - b);
  const at = (share: number) => found[Math.min(times - 1, Math.max(0, Math.round(share * (times - 1))))]!;
  return { low: at((1 - level) / 2), high: at((1 + level) / 2) };
}
