/** The items that come out worst: which they are, and what a head gave back for them as pictures. */
import type { Pictures } from '#app/records/common';
import type { Evaluation } from '#app/records/run';

export interface WorstItem {
  /** Its number in the data set. */
  item: number;
  label: string;
  error: number;
}

/** Worst first; empty where a measurement has no such table or does not name its items. */
export function worstItems({ tables }: Pick<Evaluation, 'tables'>): WorstItem[] {
  const table = tables['worst'];
  const at = (pattern: RegExp) => table?.columns.findIndex((name) => pattern.test(name)) ?? -1;
  const [item, label, error] = [at(/^item$/), at(/^class$/), at(/mse|error/)];
  if (!table || item < 0 || error < 0) return [];
  return table.rows.map((row) => ({
    item: Number(row[item]),
    label: String(row[label] ?? ''),
    error: Number(row[error]),
  }));
}

/**
 * What a head gives back for each item, [channels, height, width] in [0, 1], as pictures. values: records with `item`,
 * `label` and one nested list of numbers; undefined where they are no pictures of one or three channels.
 */
export function picturesOf(values: readonly unknown[], shape: readonly number[]): Pictures | undefined {
  const [channels, height, width] = shape;
  if (shape.length !== 3 || !height || !width || (channels !== 1 && channels !== 3)) return undefined;
  const size = height * width;
  const pixels = new Uint8Array(values.length * size * channels);
  for (const [i, value] of values.entries()) {
    const found = Object.values(value as Record<string, unknown>).find(Array.isArray);
    const flat = (found?.flat(2) ?? []) as number[];
    if (flat.length !== size * channels) return undefined;
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < size; p++)
        pixels[(i * size + p) * channels + c] = Math.round(255 * Math.min(1, Math.max(0, flat[c * size + p]!)));
  }
  return { count: values.length, height, width, channels, pixels };
}
