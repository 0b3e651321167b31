/** JSON Lines: one object (or array) a line; what is nested is spelled `outer.inner`. */
import { PretextError } from '#app/contract';
import type { Entry } from '../source';
import type { BadRow, Cell, TableFile } from './table-file';
import { batchRows, madeUpNames, mostColumns, uniqueNames } from './table-file';
import type { BytesRead } from './text';
import { firstText, linesOf, textOf } from './text';

const looked = 256 * 1024;
const deepest = 4;

/** Throws PretextError where no line of the beginning is an object or an array of plain values. */
export async function openJsonl(entry: Entry): Promise<TableFile> {
  const { text, encoding, whole } = await firstText(entry, looked);
  const lines = text.split(/\r?\n/);
  const sure = whole ? lines : lines.slice(0, -1);
  const rows = sure.flatMap((line) => parsedLine(line) ?? []);
  const keys = new Set<string>();
  for (const row of rows) for (const key of row.keys()) keys.add(key);
  if (keys.size === 0)
    throw new PretextError(`${entry.where} holds no JSON objects, one a line.`, {
      advice: 'Each line must be an object such as {"amount": 12.5, "kind": "card"}.',
    });
  if (keys.size > mostColumns)
    throw new PretextError(`${entry.where} has ${keys.size} different fields; at most ${mostColumns} are read.`, {
      advice: 'Leave out the fields that are not needed.',
    });
  const fields = [...keys];
  const positional = fields.every((field) => /^\d+$/.test(field));
  return {
    format: 'jsonl',
    where: entry.where,
    header: positional ? madeUpNames(fields.length) : uniqueNames(fields),
    notes: [],
    bytes: entry.bytes ?? 0,
    rows: (bad, read) => jsonRows(entry, encoding, fields, bad, read),
  };
}

async function* jsonRows(
  entry: Entry,
  encoding: string,
  fields: readonly string[],
  bad: (row: BadRow) => void,
  read?: BytesRead,
): AsyncGenerator<Cell[][]> {
  let row = 0;
  let batch: Cell[][] = [];
  const known = new Set(fields);
  for await (const line of linesOf(textOf(entry, encoding, read))) {
    if (line.trim() === '') continue;
    row++;
    const values = parsedLine(line);
    const stranger = values && [...values.keys()].find((key) => !known.has(key));
    if (!values) bad({ row, reason: 'It is not a JSON object or array of plain values.' });
    else if (stranger !== undefined)
      bad({ row, reason: `It has a field ${stranger} that the first rows do not have.` });
    else batch.push(fields.map((field) => values.get(field) ?? null));
    if (batch.length === batchRows) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** The plain values of one line by their path; `undefined` where the line is none. */
function parsedLine(line: string): Map<string, Cell> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const cells = new Map<string, Cell>();
  flatten(value, '', 0, cells);
  return cells;
}

function flatten(value: object, path: string, depth: number, into: Map<string, Cell>): void {
  for (const [key, inner] of Object.entries(value)) {
    const name = path === '' ? key : `${path}.${key}`;
    if (typeof inner === 'object' && inner !== null) {
      if (depth < deepest) flatten(inner, name, depth + 1, into);
    } else into.set(name, typeof inner === 'boolean' ? String(inner) : (inner as Cell));
  }
}
