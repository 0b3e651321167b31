/** The third pass, over the stored numbers: how each column is spread, and what its training rows are standardised by. */
import type { Column } from '#app/records/table';
import type { Typed } from './columns';
import { isKept } from './survey-table';

export const histogramBins = 32;

/**
 * Completes the columns. values: float32 rows [m, c] in order, in batches; splits: [n]; labels: int32 [n].
 *
 * Means and standard deviations are of the training rows alone (Welford), so that nothing of the others leaks into
 * training; histograms are of all rows.
 */
export async function columnFigures(
  columns: readonly Typed[],
  values: AsyncIterable<Float32Array>,
  splits: Uint8Array,
  labels: Int32Array,
): Promise<Column[]> {
  const kept = columns.filter(isKept);
  const bins = kept.map(({ words }) => new Array<number>(words?.length ?? histogramBins).fill(0));
  const counts = new Float64Array(kept.length);
  const means = new Float64Array(kept.length);
  const squares = new Float64Array(kept.length);
  let row = 0;
  for await (const batch of values)
    for (let start = 0; start < batch.length; start += kept.length, row++)
      for (let c = 0; c < kept.length; c++) {
        const value = batch[start + c]!;
        if (Number.isNaN(value)) continue;
        bins[c]![binOf(kept[c]!, value)]!++;
        if (splits[row] !== 0 || kept[c]!.kind !== 'number') continue;
        const delta = value - means[c]!;
        counts[c]!++;
        means[c]! += delta / counts[c]!;
        squares[c]! += delta * (value - means[c]!);
      }
  let at = -1;
  return columns.map((column) => {
    if (column.kind === 'label') return { ...column, histogram: labelCounts(column, labels) };
    if (!isKept(column)) return { ...column, histogram: [] };
    at++;
    const histogram = bins[at]!;
    if (column.kind === 'category') return { ...column, histogram };
    const std = counts[at]! > 1 ? Math.sqrt(squares[at]! / counts[at]!) : 0;
    return { ...column, histogram, training: { mean: means[at]!, std } };
  });
}

/** The bin of a value in a column's histogram. */
export function binOf({ range, words }: Pick<Typed, 'range' | 'words'>, value: number): number {
  if (words) return value;
  const { min, max } = range!;
  return Math.min(histogramBins - 1, Math.max(0, Math.floor(((value - min) / (max - min || 1)) * histogramBins)));
}

function labelCounts({ words = [] }: Typed, labels: Int32Array): number[] {
  const counts = new Array<number>(words.length).fill(0);
  for (const label of labels) if (label >= 0) counts[label]!++;
  return counts;
}
