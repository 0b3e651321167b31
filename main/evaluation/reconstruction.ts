/** Reconstruction error: how far what a model gives back is from what it was given, overall, by class, item by item. */

/** Mean squared error of each of `count` items. x, y: [count, size] → [count]. */
export function errorsOf(x: Float32Array, y: Float32Array, count: number): Float64Array {
  const size = x.length / count;
  const errors = new Float64Array(count);
  for (let i = 0; i < count; i++)
    for (let j = i * size; j < (i + 1) * size; j++) errors[i]! += (x[j]! - y[j]!) ** 2 / size;
  return errors;
}

export interface ErrorSummary {
  n: number;
  mean: number;
  median: number;
  /** 95 % of the items have at most this error. */
  percentile95: number;
  /** Signal-to-noise of pixels in [0, 1]: −10 log₁₀ of the mean, in dB. */
  psnr: number;
  /** One entry for each class that occurs. */
  byClass: { label: number; n: number; mean: number }[];
  /** The items with the largest error, worst first. */
  worst: { index: number; label: number; error: number }[];
}

/** errors: of n items; labels: [n], −1 where unknown. */
export function summarise(errors: Float64Array, labels: Int32Array, { worst = 24 } = {}): ErrorSummary {
  const n = errors.length;
  const order = Array.from(errors.keys()).sort((a, b) => errors[b]! - errors[a]! || a - b);
  const at = (share: number) => (n ? errors[order[n - 1 - Math.min(n - 1, Math.floor(share * n))]!]! : 0);
  const mean = n ? errors.reduce((sum, error) => sum + error, 0) / n : 0;
  const classes = new Map<number, { n: number; sum: number }>();
  errors.forEach((error, i) => {
    const label = labels[i]!;
    if (label < 0) return;
    const entry = classes.get(label) ?? { n: 0, sum: 0 };
    classes.set(label, { n: entry.n + 1, sum: entry.sum + error });
  });
  return {
    n,
    mean,
    median: at(0.5),
    percentile95: at(0.95),
    psnr: mean > 0 ? -10 * Math.log10(mean) : Number.POSITIVE_INFINITY,
    byClass: [...classes].sort(([a], [b]) => a - b).map(([label, { n, sum }]) => ({ label, n, mean: sum / n })),
    worst: order.slice(0, worst).map((index) => ({ index, label: labels[index]!, error: errors[index]! })),
  };
}
