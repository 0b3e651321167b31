/** How far a mean over items might have come out otherwise: intervals by drawing the items again (Efron 1979). */

export interface Interval {
  low: number;
  high: number;
}

/**
 * Percentile interval of the mean of `values`. random: uniform in [0, 1).
 *
 * For a share, values are 1 where an item counts and 0 where it does not.
 */
export function meanInterval(
  values: ArrayLike<number>,
  random: () => number,
  { times = 1000, level = 0.95 }: { times?: number; level?: number } = {},
): Interval {
  const n = values.length;
  if (n === 0) throw new Error('meanInterval: there must be at least one value, got none');
  const means = Float64Array.from({ length: times }, () => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[Math.floor(random() * n)]!;
    return sum / n;
  }).sort();
  const at = (share: number) => means[Math.round(share * (times - 1))]!;
  return { low: at((1 - level) / 2), high: at((1 + level) / 2) };
}
