/**
 * Reads the rows of a table from its blobs as a model takes them: numbers standardised by the training rows, a missing
 * number as their mean, a category as one number for each of its words.
 *
 * n rows, c columns that are kept, f features.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { Split } from '#app/records/common';
import type { TableDataset } from '#app/records/dataset';
import type { Column, Table } from '#app/records/table';
import { Records } from '../records';
import { isKept } from './survey-table';

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

/** The rows of one data set. Letters: n rows, c columns that are kept, f features. */
export interface RowReader {
  readonly count: number;
  /** int32 [n], −1 where there is none. */
  readonly labels: Int32Array;
  /** 0 train, 1 validation, 2 test; [n]. */
  readonly splits: Uint8Array;
  /** The same for the same rows, whatever they are called. */
  readonly key: string;
  indices(split: Split): Uint32Array;
  /** Float32 [n, f], as models take them. Throws where an index lies outside the data set. */
  read(indices: ArrayLike<number>): Promise<Float32Array>;
  /** Float32 [n, c], as stored. */
  readValues(indices: ArrayLike<number>): Float32Array;
  verify(check?: () => void): Promise<void>;
  close(): void;
}

/**
 * `like`: the table that a model was trained on, whose means, deviations and words then count; its columns must be
 * these. Throws PretextError where a blob is missing or has the wrong length.
 */
export function openRows(objects: string, dataset: TableDataset, like: Table = dataset.table): RowReader {
  const { name, count, table, blobs } = dataset;
  const { values, labels, splits } = blobs;
  const itemBytes = 4 * table.columns.filter(isKept).length;
  const records = new Records({ objects, name, count, itemBytes, blobs: { items: values, labels, splits } });
  const adapt = adapter(table.columns, like.columns);
  const readValues = (indices: ArrayLike<number>) => new Float32Array(records.readBytes(indices).buffer);
  return {
    ...{ count, labels: records.labels, splits: records.splits, key: `${values} ${labels}`, readValues },
    indices: (split) => records.indices(split),
    read: async (indices) => standardise(adapt(readValues(indices)), like.columns),
    verify: (check) => records.verify(check),
    close: () => records.close(),
  };
}

/** Stored rows of one table as another with the same columns would have stored them: in its order, with its words. */
export function adapter(own: readonly Column[], like: readonly Column[]): (rows: Float32Array) => Float32Array {
  if (own === like) return (rows) => rows;
  const mine = own.filter(isKept);
  const columns = like.filter(isKept).map((wanted) => {
    const at = mine.findIndex(({ name }) => name === wanted.name);
    const places = new Map(wanted.words?.map((word, place) => [word, place]));
    return { at, words: wanted.words && mine[at]?.words?.map((word) => places.get(word) ?? Number.NaN) };
  });
  return (rows) => {
    const n = rows.length / mine.length;
    const found = new Float32Array(n * columns.length);
    for (let row = 0; row < n; row++)
      for (let c = 0; c < columns.length; c++) {
        const { at, words } = columns[c]!;
        const value = rows[row * mine.length + at]!;
        found[row * columns.length + c] = words ? (words[value] ?? Number.NaN) : value;
      }
    return found;
  };
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
