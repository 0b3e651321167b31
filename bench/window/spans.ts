/** Samples of a time as the figures that are told of it. */
import type { Spans } from '../projector/result';
import { percentile } from './blocked';

/** values: milliseconds */
export function spans(values: readonly number[]): Spans {
  const sorted = values.toSorted((a, b) => a - b);
  return { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95), max: sorted.at(-1) ?? 0 };
}
