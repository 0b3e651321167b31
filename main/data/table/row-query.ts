/**
 * Finds rows of a stored table by what the browser asks for: filters, a sort, and how what fits is spread. The values
 * are scanned in pieces each time; what is kept are numbers of rows.
 *
 * n rows, c columns that are kept.
 */
import { splits } from '#app/records/common';
import type { TableDataset } from '#app/records/dataset';
import type { Column, ColumnFilter, RowFigures, RowFilter, RowSort } from '#app/records/table';
import { splitNumber } from '../split';
import { binOf } from './column-figures';
import { isKept } from './survey-table';
import type { RowReader } from './table-reader';

const scanned = 4096; // rows at once

type Check = () => void;

/** Numbers of the rows that fit, in order. */
export async function selectRows(
  reader: RowReader,
  { table, classes }: TableDataset,
  filter: RowFilter,
  check: Check,
): Promise<Uint32Array> {
  const { label, split, columns = [] } = filter;
  const text = textTest(filter.text, table.columns, classes);
  const tests = columns.flatMap((wanted) => columnTest(wanted, table.columns) ?? []);
  const needsValues = text !== undefined || tests.length > 0 || filter.missing !== undefined;
  const copies = filter.duplicates === undefined ? undefined : await firstCopies(reader, table.columns, check);
  const wantedSplit = split === undefined ? undefined : splitNumber(split);
  const found = new Uint32Array(reader.count);
  let count = 0;
  for await (const { from, rows, values } of scan(reader, needsValues, check))
    for (let i = 0; i < rows; i++) {
      const index = from + i;
      if (label !== undefined && reader.labels[index] !== label) continue;
      if (wantedSplit !== undefined && reader.splits[index] !== wantedSplit) continue;
      if (copies && copies[index]! >= 0 !== filter.duplicates) continue;
      const row = values?.row(i);
      if (row && !tests.every((test) => test(row))) continue;
      if (row && filter.missing !== undefined && row.some(Number.isNaN) !== filter.missing) continue;
      if (row && text && !text(row, index, reader.labels[index]!)) continue;
      found[count++] = index;
    }
  const chosen = found.slice(0, count);
  // Copies stand beside the row that they are copies of.
  if (copies && filter.duplicates === true) chosen.sort((a, b) => copies[a]! - copies[b]! || a - b);
  return chosen;
}

/** The same rows by a column, by label or by split; missing values come last either way, equal ones keep their order. */
export async function sortRows(
  reader: RowReader,
  columns: readonly Column[],
  indices: Uint32Array,
  { by, descending = false }: RowSort,
  check: Check,
): Promise<Uint32Array> {
  const keys = await keysOf(reader, columns, by, check);
  const sign = descending ? -1 : 1;
  return indices.slice().sort((a, b) => {
    const [x, y] = [keys[a]!, keys[b]!];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a - b;
    return sign * (x - y) || a - b;
  });
}

async function keysOf(
  reader: RowReader,
  columns: readonly Column[],
  by: RowSort['by'],
  check: Check,
): Promise<Float32Array> {
  if (by === 'split') return Float32Array.from(reader.splits);
  const column = by === 'label' ? undefined : columns[by];
  if (!column || column.kind === 'label')
    return Float32Array.from(reader.labels, (label) => (label < 0 ? Number.NaN : label));
  const at = keptAt(columns, columns.indexOf(column));
  const keys = new Float32Array(reader.count).fill(Number.NaN);
  if (at === undefined) return keys;
  // Words in the order of the alphabet, whatever number each has.
  const order =
    column.words && [...column.words].map((word, i) => ({ word, i })).sort((a, b) => (a.word < b.word ? -1 : 1));
  const ranks = order && Float32Array.from(column.words!, (_, i) => order.findIndex((one) => one.i === i));
  for await (const { from, rows, values } of scan(reader, true, check))
    for (let i = 0; i < rows; i++) {
      const value = values!.row(i)[at]!;
      keys[from + i] = ranks ? (ranks[value] ?? Number.NaN) : value;
    }
  return keys;
}

/** How these rows are spread. indices: any order. */
export async function figuresOf(
  reader: RowReader,
  { table, classes }: TableDataset,
  indices: Uint32Array,
  check: Check,
): Promise<RowFigures> {
  const { columns } = table;
  const histograms = columns.map(({ histogram }) => new Array<number>(histogram.length).fill(0));
  const counts = Array.from({ length: classes.length + 1 }, () => splits.map(() => 0));
  const kept = columns.flatMap((column, at) => (isKept(column) ? [{ column, bins: histograms[at]! }] : []));
  const labelBins = histograms[columns.findIndex(({ kind }) => kind === 'label')];
  const wanted = new Uint8Array(reader.count);
  for (const index of indices) wanted[index] = 1;
  for await (const { from, rows, values } of scan(reader, true, check))
    for (let i = 0; i < rows; i++) {
      if (wanted[from + i] === 0) continue;
      const label = reader.labels[from + i]!;
      counts[label < 0 ? classes.length : label]![reader.splits[from + i]!]!++;
      if (labelBins && label >= 0) labelBins[label]!++;
      const row = values!.row(i);
      for (let c = 0; c < kept.length; c++) {
        const value = row[c]!;
        if (!Number.isNaN(value)) kept[c]!.bins[binOf(kept[c]!.column, value)]!++;
      }
    }
  return { total: indices.length, histograms, counts };
}

interface Piece {
  from: number;
  rows: number;
  values: { row(i: number): Float32Array } | undefined;
}

async function* scan(reader: RowReader, needsValues: boolean, check: Check): AsyncGenerator<Piece> {
  for (let from = 0; from < reader.count; from += scanned) {
    check();
    const rows = Math.min(scanned, reader.count - from);
    if (!needsValues) {
      yield { from, rows, values: undefined };
      continue;
    }
    const all = reader.readValues(Uint32Array.from({ length: rows }, (_, i) => from + i));
    const width = all.length / rows;
    yield { from, rows, values: { row: (i) => all.subarray(i * width, (i + 1) * width) } };
  }
}

/** Place among the kept columns. */
function keptAt(columns: readonly Column[], column: number): number | undefined {
  const wanted = columns[column];
  return wanted && isKept(wanted) ? columns.slice(0, column).filter(isKept).length : undefined;
}

type RowTest = (row: Float32Array) => boolean;

function columnTest(wanted: ColumnFilter, columns: readonly Column[]): RowTest | undefined {
  const at = keptAt(columns, wanted.column);
  if (at === undefined) return undefined;
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, words, missing } = wanted;
  if (missing !== undefined) return (row) => Number.isNaN(row[at]) === missing;
  if (words) {
    const set = new Set(words);
    return (row) => set.has(row[at]!);
  }
  // The ends are those of float32 values that were rounded on their way in.
  const [low, high] = [Math.fround(from), Math.fround(to)];
  return (row) => row[at]! >= low && row[at]! <= high;
}

function textTest(
  text: string | undefined,
  columns: readonly Column[],
  classes: readonly string[],
): ((row: Float32Array, index: number, label: number) => boolean) | undefined {
  const wanted = text?.trim().toLowerCase();
  if (!wanted) return undefined;
  const number = Math.fround(Number(wanted));
  const fits = (word: string) => word.toLowerCase().includes(wanted);
  const words = columns
    .filter(isKept)
    .map(({ words: all }) => all && new Set(all.flatMap((word, i) => (fits(word) ? [i] : []))));
  const labels = new Set(classes.flatMap((name, i) => (fits(name) ? [i] : [])));
  return (row, index, label) =>
    index + 1 === number || labels.has(label) || row.some((value, c) => words[c]?.has(value) ?? value === number);
}

const copiesOf = new Map<string, Int32Array>();

/** For each row the first row with the same values and label, −1 where it is the only one; int32 [n]. */
async function firstCopies(reader: RowReader, columns: readonly Column[], check: Check): Promise<Int32Array> {
  const known = copiesOf.get(reader.key);
  if (known) return known;
  const first = new Map<number, number>();
  const copies = new Int32Array(reader.count).fill(-1);
  const width = columns.filter(isKept).length;
  const bits = new Uint32Array(width);
  const bytes = new Float32Array(bits.buffer);
  for await (const { from, rows, values } of scan(reader, true, check))
    for (let i = 0; i < rows; i++) {
      bytes.set(values!.row(i));
      const key = hashOf(bits, reader.labels[from + i]!);
      const twin = first.get(key);
      if (twin === undefined) first.set(key, from + i);
      else copies[from + i] = copies[twin] = twin;
    }
  copiesOf.clear(); // of one table at a time: 4 bytes a row
  copiesOf.set(reader.key, copies);
  return copies;
}

/** 53 bits of a row: two multiplicative hashes. Two different rows of a million meet with a chance of 1 in 20,000. */
function hashOf(bits: Uint32Array, label: number): number {
  let [a, b] = [0x811c9dc5 ^ label, 0x9747b28c ^ label];
  for (const value of bits) {
    a = Math.imul(a ^ value, 0x01000193);
    a ^= a >>> 15;
    b = Math.imul(b ^ value, 0x85ebca6b);
    b ^= b >>> 13;
  }
  return (a >>> 0) * 0x20_0000 + (b >>> 11);
}
