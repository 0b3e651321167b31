/** Rows of a file that is in no data set, as a model that was trained on a table takes them: for heads on new data. */
import { PretextError } from '#app/contract';
import type { Column } from '#app/records/table';
import { survey } from '../survey';
import { encoder } from './columns';
import { isKept, shortList } from './survey-table';
import type { BadRow, TableFile } from './table-file';
import { standardise } from './table-reader';

export interface NewRows {
  count: number;
  /** x: float32 [m, features]; labels: as the file has them, empty where it has none; rows: their numbers, from 1. */
  batches(size: number): AsyncIterable<{ x: Float32Array; labels: string[]; rows: number[] }>;
  close(): void;
}

/**
 * Columns are found by name; a word that training did not know counts as missing. Throws PretextError where the file is
 * no table, a column is not there or a row is ragged: nothing that a user asks about may just be missing in the answer.
 */
export async function openNewRows(
  path: string,
  columns: readonly Column[],
  { limit = Number.POSITIVE_INFINITY, check }: { limit?: number | undefined; check(): void },
): Promise<NewRows> {
  const found = await survey([path], { check });
  try {
    const { table } = found;
    if (!table)
      throw new PretextError(`${path} holds pictures, but the run was trained on a table.`, { kind: 'usage' });
    const places = placesIn(table, columns);
    let count = 0;
    for await (const rows of table.rows(refuse(table))) {
      check();
      count += rows.length;
      if (count >= limit) break;
    }
    return {
      count: Math.min(count, limit),
      batches: (size) => encoded(table, columns, places, Math.min(count, limit), size),
      close: () => found.close(),
    };
  } catch (error) {
    found.close();
    throw error;
  }
}

interface Places {
  kept: number[];
  label: number;
}

function placesIn({ header, where }: TableFile, columns: readonly Column[]): Places {
  const wanted = columns.filter(isKept).map(({ name }) => name);
  const missing = wanted.filter((name) => !header.includes(name));
  if (missing.length > 0)
    throw new PretextError(`${where} has no column ${shortList(missing.map((name) => `“${name}”`))}.`, {
      kind: 'usage',
      advice: `The run was trained on: ${shortList(wanted)}. The file has: ${shortList(header)}.`,
    });
  const label = columns.find(({ kind }) => kind === 'label')?.name;
  return { kept: wanted.map((name) => header.indexOf(name)), label: label === undefined ? -1 : header.indexOf(label) };
}

const refuse =
  ({ where }: TableFile) =>
  ({ row, reason }: BadRow): never => {
    throw new PretextError(`${where}, row ${row}: ${reason}`, {
      kind: 'usage',
      advice: 'Mend the row or take it out.',
    });
  };

async function* encoded(
  file: TableFile,
  columns: readonly Column[],
  { kept, label }: Places,
  count: number,
  size: number,
): AsyncGenerator<{ x: Float32Array; labels: string[]; rows: number[] }> {
  const encoders = columns.filter(isKept).map(encoder);
  let row = 0;
  for await (const cells of file.rows(refuse(file)))
    for (let from = 0; from < cells.length && row < count; from += size) {
      const some = cells.slice(from, Math.min(from + size, from + count - row));
      const values = Float32Array.from(some.flatMap((one) => kept.map((at, c) => encoders[c]!(one[at]!))));
      const rows = some.map((_, i) => row + i + 1);
      row += some.length;
      yield { x: standardise(values, columns), labels: some.map((one) => String(one[label] ?? '')), rows };
    }
}
