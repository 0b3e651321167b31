/**
 * Reads the rows of a table from its blobs as a model takes them: numbers standardised by the training rows, a missing
 * number as their mean, a category as one number for each of its words.
 *
 * n rows, c columns that are kept, f features.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { Column } from '#app/records/table';
import { isKept } from './import-table';

/** What one feature stands for. */
export interface Feature {
  /** Position among all columns of the record. */
  column: number;
  name: string;
  /** The word that a one stands for; numbers have none. */
  word?: string;
}

export function featuresOf(columns: readonly Column[]): Feature[] {
  return columns.flatMap((column, at): Feature[] => {
    if (column.kind === 'number') return [{ column: at, name: column.name }];
    if (column.kind !== 'category') return [];
    return (column.words ?? []).map((word) => ({ column: at, name: `${column.name} = ${word}`, word }));
  });
}

/** Stored rows [m, c] → features [m, f]. A number that never changes in training is left at 0. */
export function standardise(rows: Float32Array, columns: readonly Column[]): Float32Array {
  const kept = columns.filter(isKept);
  const widths = kept.map(({ kind, words }) => (kind === 'number' ? 1 : (words?.length ?? 0)));
  const width = widths.reduce((sum, one) => sum + one, 0);
  const m = rows.length / kept.length;
  const features = new Float32Array(m * width);
  for (let row = 0; row < m; row++) {
    let to = row * width;
    kept.forEach(({ kind, training }, c) => {
      const value = rows[row * kept.length + c]!;
      if (kind === 'category') {
        if (!Number.isNaN(value)) features[to + value] = 1;
      } else if (training && training.std > 0 && !Number.isNaN(value))
        features[to] = (value - training.mean) / training.std;
      to += widths[c]!;
    });
  }
  return features;
}

/** Rows as stored, float32 [m, c]: for figures and for showing them. */
export async function* storedRows(
  path: string,
  columns: number,
  count: number,
  at = 4096,
): AsyncGenerator<Float32Array> {
  const handle = await open(path);
  try {
    for (let row = 0; row < count; row += at) yield await readRows(handle, columns, row, Math.min(at, count - row));
  } finally {
    await handle.close();
  }
}

async function readRows(handle: FileHandle, columns: number, from: number, rows: number): Promise<Float32Array> {
  const values = new Float32Array(rows * columns);
  const { bytesRead } = await handle.read(new Uint8Array(values.buffer), 0, values.byteLength, from * columns * 4);
  if (bytesRead < values.byteLength) throw new Error('it was cut short while it was open');
  return values;
}
