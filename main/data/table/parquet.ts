/** Parquet, row group by row group: typed columns, so nothing is guessed but the meaning of words. */
import { open } from 'node:fs/promises';
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { PretextError } from '#app/contract';
import type { Entry } from '../source';
import type { Cell, DeclaredKind, TableFile } from './table-file';
import { mostColumns, rowsAtOnce, uniqueNames } from './table-file';
import type { BytesRead } from './text';

/** `entry` must lie on disk: the format starts with its end. Throws PretextError where it is damaged or all nested. */
export async function openParquet(entry: Entry): Promise<TableFile> {
  const { metadata, bytes } = await read(entry, async (file) => ({
    metadata: await parquetMetadataAsync(file),
    bytes: file.byteLength,
  }));
  const columns = parquetSchema(metadata).children;
  const plain = columns.filter(({ children }) => children.length === 0);
  const nested = columns.filter(({ children }) => children.length > 0).map(({ element }) => element.name);
  if (plain.length === 0) throw unfit(entry, 'all its columns are nested');
  if (plain.length > mostColumns) throw unfit(entry, `it has ${plain.length} columns, more than ${mostColumns}`);
  const names = plain.map(({ element }) => element.name);
  const declared = plain.map(({ element: { type, converted_type: converted } }): DeclaredKind | undefined => {
    if (converted === 'UTF8' || type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY') return undefined;
    return type === 'BOOLEAN' ? 'category' : 'number';
  });
  return {
    format: 'parquet',
    where: entry.where,
    header: uniqueNames(names),
    declared,
    leftOut: nested.map((name) => ({ name: `column ${name}`, reason: 'It is nested, which is not read.' })),
    notes: nested.length > 0 ? [`Nested columns are left out: ${nested.join(', ')}.`] : [],
    bytes,
    rows: (_bad, told) => parquetRows(entry, metadata, names, bytes, told),
  };
}

async function* parquetRows(
  entry: Entry,
  metadata: FileMetaData,
  names: string[],
  bytes: number,
  told?: BytesRead,
): AsyncGenerator<Cell[][]> {
  const total = Number(metadata.num_rows);
  const step = 4 * rowsAtOnce(names.length); // each asks for the row group's pages anew
  for (let rowStart = 0; rowStart < total; rowStart += step) {
    const rowEnd = Math.min(total, rowStart + step);
    const rows = await read(entry, (file) =>
      parquetReadObjects({ file, metadata, columns: names, rowStart, rowEnd, compressors }),
    );
    told?.(Math.round((bytes * rowEnd) / total));
    yield rows.map((row) => names.map((name) => cellOf(row[name])));
  }
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.getTime();
  return String(value);
}

/** Opens the file for one answer; whatever goes wrong inside is told with the file's name. */
async function read<T>(entry: Entry, use: (file: AsyncBuffer) => Promise<T>): Promise<T> {
  const handle = await open(entry.where);
  try {
    const { size } = await handle.stat();
    return await use({
      byteLength: size,
      async slice(start, end = size) {
        const bytes = new Uint8Array(Math.max(0, end - start));
        await handle.read(bytes, 0, bytes.length, start);
        return bytes.buffer;
      },
    });
  } catch (error) {
    throw unfit(entry, error instanceof Error ? error.message : String(error));
  } finally {
    await handle.close();
  }
}

const unfit = (entry: Entry, why: string): PretextError =>
  new PretextError(`${entry.where} cannot be read as Parquet: ${why}.`, {
    advice: 'Check that the file is whole; tables with plain columns (numbers, text, booleans) are read.',
  });
