/** A table inside .npz, NumPy's zip of arrays: `X` [n, columns] of numbers and, where there is one, `y` [n] of labels. */
import { PretextError } from '#app/contract';
import { ByteReader } from '../bytes';
import type { Entry } from '../source';
import { type NpyHeader, npyRows, readNpy, readNpyHeader, textAt, valueReader } from './npy';
import type { Cell, TableFile } from './table-file';
import { mostColumns, rowsAtOnce } from './table-file';

/** What an .npz holds, by the names of its arrays. */
export interface NpzArray {
  name: string;
  entry: Entry;
  shape: number[];
  kind: NpyHeader['kind'];
  /** Of one value. */
  bytes: number;
}

const readerOf = async (entry: Entry): Promise<ByteReader> =>
  new ByteReader((await entry.open()) as AsyncIterable<Buffer>);

/** The arrays that can be read; what cannot is told to `bad`. */
export async function npzArrays(
  entries: readonly Entry[],
  bad: (entry: Entry, reason: string) => void,
): Promise<NpzArray[]> {
  const arrays: NpzArray[] = [];
  for (const entry of entries) {
    if (!entry.name.endsWith('.npy')) continue;
    const reader = await readerOf(entry);
    try {
      const { shape, kind, bytes } = await readNpyHeader(reader);
      arrays.push({ name: entry.name.replace(/^.*\//, '').replace(/\.npy$/, ''), entry, shape, kind, bytes });
    } catch (error) {
      bad(entry, error instanceof Error ? error.message : String(error));
    } finally {
      await reader.close();
    }
  }
  return arrays;
}

/** Throws PretextError where there is no array of rows. */
export function openNpzTable(where: string, arrays: readonly NpzArray[]): TableFile {
  const matrices = arrays.filter(({ shape, kind }) => shape.length === 2 && kind !== 'U' && kind !== 'S');
  const x = matrices.find(({ name }) => /^(x|data|features)$/i.test(name)) ?? matrices[0];
  if (!x)
    throw new PretextError(`${where} holds no array of rows and columns.`, {
      advice: 'Save a two-dimensional array as X (and labels as y): numpy.savez("data.npz", X=X, y=y).',
    });
  const [rows, columns] = x.shape as [number, number];
  if (columns > mostColumns)
    throw new PretextError(`${where} has ${columns} columns; at most ${mostColumns} are read.`);
  const labels = arrays.filter(({ name, shape }) => /^(y|labels?|targets?)$/i.test(name) && shape[0] === rows);
  const y = labels.find(({ shape }) => shape.length === 1 || shape[1] === 1);
  const others = arrays.filter((array) => array !== x && array !== y).map(({ name }) => name);
  return {
    format: 'npz',
    where,
    header: [...Array.from({ length: columns }, (_, i) => `x${i + 1}`), ...(y ? ['y'] : [])],
    declared: [...Array.from({ length: columns }, () => 'number' as const), ...(y ? [undefined] : [])],
    leftOut: others.map((name) => ({ name: `array ${name}`, reason: 'It is neither X nor y.' })),
    notes: others.length > 0 ? [`Arrays left out: ${others.join(', ')}.`] : [],
    bytes: x.entry.bytes ?? 0,
    rows: (_bad, read) => npzRows(where, x, y, read),
  };
}

async function* npzRows(
  where: string,
  x: NpzArray,
  y: NpzArray | undefined,
  read: ((bytes: number) => void) | undefined,
): AsyncGenerator<Cell[][]> {
  const labels = y && (await wholeArray(y.entry));
  const reader = await readerOf(x.entry);
  try {
    const header = await readNpyHeader(reader);
    const columns = header.shape[1] ?? 1;
    const value = valueReader(header);
    let row = 0;
    let used = 0;
    for await (const { bytes, rows } of npyRows(reader, header, rowsAtOnce(columns))) {
      const cell = (at: number): Cell => (value ? value(bytes, at) : textAt(bytes, at, header));
      const batch = Array.from({ length: rows }, (_, i) => {
        const cells: Cell[] = [];
        for (let column = 0; column < columns; column++) cells.push(cell((i * columns + column) * header.bytes));
        if (labels) cells.push(String(labels[row + i]));
        return cells;
      });
      row += rows;
      used += bytes.length;
      read?.(used);
      yield batch;
    }
  } catch (error) {
    throw new PretextError(`${where} › ${x.name} cannot be read: ${error instanceof Error ? error.message : error}.`, {
      advice: 'The file is cut short or damaged: save it again.',
      cause: error,
    });
  } finally {
    await reader.close();
  }
}

export async function wholeArray(entry: Entry): Promise<(number | string)[]> {
  const reader = await readerOf(entry);
  try {
    return (await readNpy(reader)).values;
  } finally {
    await reader.close();
  }
}
