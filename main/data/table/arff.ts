/** ARFF, Weka's format: `@attribute` lines that name and type the columns, then CSV rows after `@data`. */
import Papa from 'papaparse';
import { PretextError } from '#app/contract';
import type { Entry } from '../source';
import type { BadRow, Cell, DeclaredKind, TableFile } from './table-file';
import { batchRows, mostColumns, uniqueNames } from './table-file';
import type { BytesRead } from './text';
import { firstText, linesOf, textOf } from './text';

const largestHeader = 4 << 20; // bytes
const attribute = /^@attribute\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\S+)\s+(.+)$/i;

/** Throws PretextError where the header is not one, or the rows are sparse. */
export async function openArff(entry: Entry): Promise<TableFile> {
  const { text, encoding } = await firstText(entry, largestHeader);
  const names: string[] = [];
  const declared: (DeclaredKind | undefined)[] = [];
  let started = false;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    if (/^@data\b/i.test(line)) {
      started = true;
      continue;
    }
    if (line === '' || line.startsWith('%')) continue;
    if (started) {
      if (line.startsWith('{')) throw unfit(entry, 'its rows are sparse, which is not read');
      break;
    }
    const [, name, type] = attribute.exec(line) ?? [];
    if (name === undefined || type === undefined) continue;
    names.push(name.replace(/^(['"])(.*)\1$/, '$2'));
    declared.push(kindOf(type));
  }
  if (!started || names.length === 0) throw unfit(entry, 'it has no @attribute and @data lines');
  if (names.length > mostColumns) throw unfit(entry, `it has ${names.length} columns, more than ${mostColumns}`);
  return {
    format: 'arff',
    where: entry.where,
    header: uniqueNames(names),
    declared,
    notes: [],
    bytes: entry.bytes ?? 0,
    rows: (bad, read) => arffRows(entry, encoding, names.length, bad, read),
  };
}

const unfit = (entry: Entry, why: string): PretextError =>
  new PretextError(`${entry.where} cannot be read as ARFF: ${why}.`, { advice: 'Save it as CSV with a header.' });

function kindOf(type: string): DeclaredKind | undefined {
  if (/^\{/.test(type)) return 'category';
  return /^(numeric|real|integer)\b/i.test(type) ? 'number' : undefined;
}

async function* arffRows(
  entry: Entry,
  encoding: string,
  width: number,
  bad: (row: BadRow) => void,
  read?: BytesRead,
): AsyncGenerator<Cell[][]> {
  let started = false;
  let row = 0;
  let batch: Cell[][] = [];
  for await (const raw of linesOf(textOf(entry, encoding, read))) {
    const line = raw.trim();
    if (!started) started = /^@data\b/i.test(line);
    else if (line !== '' && !line.startsWith('%')) {
      row++;
      const cells = Papa.parse<string[]>(line, { delimiter: ',', quoteChar: line.includes('"') ? '"' : "'" }).data[0];
      if (cells?.length === width) batch.push(cells);
      else bad({ row, reason: `It has ${cells?.length ?? 0} cells where the table has ${width} columns.` });
      if (batch.length === batchRows) {
        yield batch;
        batch = [];
      }
    }
  }
  if (batch.length > 0) yield batch;
}
