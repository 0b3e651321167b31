/** CSV and its relatives (tabs, semicolons, bars), in a stream: quotes, gzip, encodings, with or without a header. */
import { Readable } from 'node:stream';
import Papa from 'papaparse';
import { PretextError } from '#app/contract';
import type { Entry } from '../source';
import { isNumber } from './cells';
import type { BadRow, Cell, TableFile } from './table-file';
import { madeUpNames, mostColumns, uniqueNames } from './table-file';
import type { BytesRead } from './text';
import { firstText, textOf } from './text';

const looked = 256 * 1024; // bytes from which delimiter and header are guessed
const delimiters = [',', '\t', ';', '|'];

/** Throws PretextError where the file holds no table. */
export async function openCsv(entry: Entry): Promise<TableFile> {
  const { text, encoding, whole } = await firstText(entry, looked);
  const head = Papa.parse<string[]>(text, { delimitersToGuess: delimiters, skipEmptyLines: true });
  const sure = whole ? head.data : head.data.slice(0, -1); // the last row may be cut off
  const rows = sure.length > 0 ? sure : head.data;
  const { delimiter } = head.meta;
  const width = commonLength(rows);
  if (width < 2)
    throw new PretextError(`${entry.where} has only one column, so it is not a table that can be trained on.`, {
      advice: 'Columns must be separated by commas, tabs, semicolons or bars; save the file again with one of them.',
    });
  if (width > mostColumns)
    throw new PretextError(`${entry.where} has ${width} columns; at most ${mostColumns} are read.`, {
      advice: 'Leave out the columns that are not needed.',
    });
  const classes = countedClasses(rows, width);
  const titled = !classes && hasHeader(rows, width);
  const header = titled ? uniqueNames(rows[0]!.slice(0, width)) : madeUpNames(width);
  if (classes) header[width - 1] = 'class';
  const notes = [
    ...(classes ? [`The first line names the classes: ${classes.join(', ')}.`] : []),
    ...(titled ? [] : ['The file has no header: the columns are named by their number.']),
    ...(delimiter === ',' ? [] : [`Columns are separated by ${spelled(delimiter)}.`]),
    ...(encoding === 'windows-1252' ? ['The text is not UTF-8 and was read as Windows-1252.'] : []),
  ];
  return {
    format: 'csv',
    where: entry.where,
    header,
    notes,
    bytes: entry.bytes ?? 0,
    rows: (bad, read) =>
      csvRows(entry, { encoding, delimiter, titled: titled || !!classes, width, classes }, bad, read),
  };
}

const spelled = (delimiter: string): string =>
  ({ '\t': 'tabs', ';': 'semicolons', '|': 'bars' })[delimiter] ?? `“${delimiter}”`;

/** The number of cells that most rows have. */
function commonLength(rows: readonly string[][]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || b - a)[0]?.[0] ?? 0;
}

/**
 * A first row of names: no number among them, all different, none of them a value of its own column, and below at least
 * one of them numbers, or other text.
 */
function hasHeader([first, ...below]: readonly string[][], width: number): boolean {
  if (!first || first.length !== width) return false;
  const names = first.map((cell) => cell.trim());
  if (names.some((name) => isNumber(name)) || new Set(names).size < names.length) return false;
  if (below.length === 0) return true;
  const columns = names.map((_, column) => below.slice(0, 100).map((row) => (row[column] ?? '').trim()));
  if (names.some((name, column) => name !== '' && columns[column]!.includes(name))) return false;
  return names.some((name, column) => name !== '' || columns[column]!.some(isNumber));
}

/**
 * scikit-learn's own tables begin with a line of counts and class names: `150,4,setosa,versicolor,virginica`. The last
 * column then holds the number of each row's class.
 */
function countedClasses([first]: readonly string[][], width: number): string[] | undefined {
  const [rows, columns, ...names] = first ?? [];
  if (!isNumber(rows ?? '') || Number(columns) !== width - 1 || names.length < 2) return undefined;
  return names.every((name) => name.trim() !== '' && !isNumber(name)) ? names.map((name) => name.trim()) : undefined;
}

interface Layout {
  encoding: string;
  delimiter: string;
  /** The first line is no row. */
  titled: boolean;
  width: number;
  /** What the numbers in the last column stand for. */
  classes: readonly string[] | undefined;
}

async function* csvRows(
  entry: Entry,
  { encoding, delimiter, titled, width, classes }: Layout,
  bad: (row: BadRow) => void,
  read?: BytesRead,
): AsyncGenerator<Cell[][]> {
  let row = titled ? -1 : 0;
  for await (const batch of parsed(textOf(entry, encoding, read), delimiter)) {
    const good: Cell[][] = [];
    for (const cells of batch) {
      if (++row === 0) continue; // the header
      while (cells.length > width && cells.at(-1) === '') cells.pop(); // a delimiter at the end of the line
      if (classes && cells.length === width) cells[width - 1] = classes[Number(cells[width - 1])] ?? '';
      if (cells.length === width) good.push(cells);
      else bad({ row, reason: `It has ${cells.length} cells where the table has ${width} columns.` });
    }
    if (good.length > 0) yield good;
  }
}

/** Papa Parse calls back chunk by chunk; here each chunk is waited for, so that no more than one is in memory. */
async function* parsed(text: AsyncIterable<string>, delimiter: string): AsyncGenerator<string[][]> {
  const stream = Readable.from(text, { objectMode: true });
  const queue: string[][][] = [];
  let wake: () => void = () => undefined;
  const end: { reached: boolean; error?: unknown } = { reached: false };
  let goOn: (() => void) | undefined;
  Papa.parse<string[]>(stream, {
    delimiter,
    skipEmptyLines: true,
    chunk({ data }, parser) {
      queue.push(data);
      parser.pause();
      goOn = () => parser.resume();
      wake();
    },
    complete() {
      end.reached = true;
      wake();
    },
    error(error) {
      end.reached = true;
      end.error = error;
      wake();
    },
  });
  try {
    for (;;) {
      const batch = queue.shift();
      if (batch) {
        yield batch;
        goOn?.();
      } else if (end.error !== undefined) throw end.error;
      else if (end.reached) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    stream.destroy();
  }
}
