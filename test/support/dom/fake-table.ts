/** A generated table for the window's tests: card payments of 1,000 rows with a number, a word and a label in each. */
import type { Inspection, TableDataset } from '#app/records/dataset';
import type { RowFigures, RowFilter, RowPage, RowSort } from '#app/records/table';
import { datasetRecord } from './fake-records';

const words = ['shop', 'web', 'phone'];
const rows = 1000;
const amountOf = (row: number) => ((row * 37) % 500) / 2;
const wordOf = (row: number) => row % words.length;
const labelOf = (row: number) => Number(row % 50 === 0);
const splitOf = (row: number) => (['train', 'train', 'train', 'validation', 'test'] as const)[row % 5]!;

export function tableRecord(id = 'd-cards', name = 'cards'): TableDataset {
  const { image: _, blobs, ...common } = datasetRecord(id, name, { count: rows, classes: ['0', '1'] });
  const bins = Array.from({ length: 32 }, () => 31);
  return {
    ...common,
    modality: 'table',
    format: 'csv',
    blobs: { values: blobs.pixels, labels: blobs.labels, splits: blobs.splits },
    table: {
      features: 4,
      columns: [
        {
          ...{ name: 'amount', kind: 'number', reason: 'All its values are numbers.', missing: 0, histogram: bins },
          range: { min: 0, max: 249.5 },
          training: { mean: 124.75, std: 72.17 },
        },
        {
          name: 'place',
          kind: 'category',
          reason: 'It holds 3 different words.',
          missing: 2,
          words,
          histogram: [334, 333, 333],
        },
        {
          name: 'id',
          kind: 'skipped',
          reason: 'Its name says that it only tells rows apart.',
          missing: 0,
          histogram: [],
        },
        {
          name: 'fraud',
          kind: 'label',
          reason: 'Its name says so.',
          missing: 0,
          words: ['0', '1'],
          histogram: [980, 20],
        },
      ],
    },
  };
}

function fitting({ text, label, split, columns = [] }: RowFilter): number[] {
  return Array.from({ length: rows }, (_, row) => row).filter(
    (row) =>
      (label === undefined || labelOf(row) === label) &&
      (split === undefined || splitOf(row) === split) &&
      (!text || words[wordOf(row)]!.includes(text)) &&
      columns.every(({ column, from = 0, to = 1e9, words: wanted }) =>
        column === 0 ? amountOf(row) >= from && amountOf(row) <= to : (wanted?.includes(wordOf(row)) ?? true),
      ),
  );
}

export function rowPageRecord(filter: RowFilter, sort: RowSort | undefined, offset: number, limit: number): RowPage {
  const all = fitting(filter);
  if (sort?.by === 0) all.sort((a, b) => (sort.descending ? -1 : 1) * (amountOf(a) - amountOf(b)));
  const page = all.slice(offset, offset + limit);
  return {
    total: all.length,
    rows: page.map((index) => ({ index, label: labelOf(index), split: splitOf(index) })),
    values: Float32Array.from(page.flatMap((row) => [amountOf(row), wordOf(row)])),
  };
}

export function rowFiguresRecord(filter: RowFilter): RowFigures {
  const all = fitting(filter);
  const amounts = Array.from({ length: 32 }, () => 0);
  for (const row of all) amounts[Math.min(31, Math.floor((amountOf(row) / 249.5) * 32))]!++;
  const of = (label: number) => all.filter((row) => labelOf(row) === label).length;
  const places = words.map((_, word) => all.filter((row) => wordOf(row) === word).length);
  return {
    total: all.length,
    histograms: [amounts, places, [], [of(0), of(1)]],
    counts: [
      [of(0), 0, 0],
      [of(1), 0, 0],
      [0, 0, 0],
    ],
  };
}

export const tableInspection = (sources: string[]): Inspection => ({
  ...{ sources, format: 'csv', name: 'cards', files: 1, classes: ['0', '1'], sizes: [], bytes: 41_000, notes: [] },
  table: {
    ...{ rows, all: true },
    columns: tableRecord().table.columns.map(({ histogram: _, training: __, ...column }) => ({
      ...column,
      examples: ['1', '2', '3'],
    })),
  },
});
