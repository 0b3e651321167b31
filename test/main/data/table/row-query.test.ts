import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RowFilter } from '#app/records/table';
import { figuresOf, importDataset, openNewRows, openRows, selectRows, sortRows } from '#main/data';
import { fill, temporary } from '../make';

/** Rows 0 … 99: a rises by halves, b is one of three words and missing in every tenth row, the last ten rows are copies. */
const line = (i: number) =>
  `${i / 2},${i % 10 === 9 ? '' : ['red', 'green', 'blue'][i % 3]},${i % 4 === 0 ? 'yes' : 'no'}`;
const text = `a,b,class\n${Array.from({ length: 100 }, (_, i) => line(i < 90 ? i : i - 90)).join('\n')}\n`;
const none = () => undefined;

async function table() {
  const folder = fill(temporary(), { 'x.csv': text });
  const objects = join(folder, 'objects');
  const tell = { check: none, progress: none, items: none, problems: none };
  const record = await importDataset([join(folder, 'x.csv')], { columns: { b: 'category' } }, { objects, ...tell });
  if (record.modality !== 'table') throw new Error('this is no table');
  const dataset = { ...record, id: 'd-test1', version: 1, createdAt: 0, archived: false };
  const reader = openRows(objects, dataset);
  const find = async (filter: RowFilter) => [...(await selectRows(reader, dataset, filter, none))];
  return { dataset, reader, find, folder, word: (name: string) => dataset.table.columns[1]!.words!.indexOf(name) };
}
const all = Array.from({ length: 100 }, (_, i) => i);
const own = (i: number) => (i < 90 ? i : i - 90);

it('a filter keeps the rows for which all of it holds', async () => {
  const { find, reader, word } = await table();
  expect(await find({})).toEqual(all);
  expect(await find({ label: 1 })).toEqual(all.filter((i) => own(i) % 4 === 0));
  expect(await find({ split: 'test' })).toEqual([...reader.indices('test')]);
  expect(await find({ columns: [{ column: 0, from: 3, to: 4.5 }] })).toEqual([6, 7, 8, 9, 96, 97, 98, 99]);
  expect(await find({ columns: [{ column: 1, words: [word('blue')] }] })).toEqual(
    all.filter((i) => own(i) % 3 === 2 && own(i) % 10 !== 9),
  );
  const both: RowFilter = {
    label: 1,
    columns: [
      { column: 0, to: 10 },
      { column: 1, missing: false },
    ],
  };
  expect(await find(both)).toEqual([0, 4, 8, 12, 16, 20, 90, 94, 98]);
  expect(await find({ missing: true })).toEqual(all.filter((i) => own(i) % 10 === 9));
  expect(await find({ columns: [{ column: 1, missing: true }], label: 1 })).toEqual([]);
  reader.close();
});

it('search finds words, classes, numbers and rows by their number', async () => {
  const { find, reader } = await table();
  expect(await find({ text: 'GRE' })).toEqual(all.filter((i) => own(i) % 3 === 1 && own(i) % 10 !== 9));
  expect(await find({ text: 'yes' })).toEqual(all.filter((i) => own(i) % 4 === 0));
  expect(await find({ text: '44.5' })).toEqual([89]);
  expect(await find({ text: '3' })).toEqual([2, 6, 96]); // row 3, and the rows where a is 3
  reader.close();
});

it('copies stand beside the row that they are copies of', async () => {
  const { find, reader } = await table();
  expect(await find({ duplicates: true })).toEqual(Array.from({ length: 10 }, (_, i) => [i, 90 + i]).flat());
  expect(await find({ duplicates: false })).toEqual(all.filter((i) => i >= 10 && i < 90));
  reader.close();
});

it('rows are sorted by number, by word and by label, missing ones last either way, equal ones in order', async () => {
  const { dataset, reader, find } = await table();
  const indices = Uint32Array.from(await find({ columns: [{ column: 0, to: 5.5 }] }));
  const sorted = async (by: number | 'label', descending = false) => [
    ...(await sortRows(reader, dataset.table.columns, indices, { by, descending }, none)),
  ];
  expect((await sorted(0, true)).slice(0, 6)).toEqual([11, 10, 9, 99, 8, 98]);
  const words = await sorted(1);
  expect(words.slice(0, 4)).toEqual([2, 5, 8, 11]); // blue, green, red
  expect(words.slice(-2)).toEqual([9, 99]);
  expect((await sorted(1, true)).slice(-2)).toEqual([9, 99]);
  expect((await sorted('label')).slice(-6)).toEqual([0, 4, 8, 90, 94, 98]);
  reader.close();
});

it('what fits is counted in the bins of the whole, by class and by split', async () => {
  const { dataset, reader } = await table();
  const { columns } = dataset.table;
  const whole = await figuresOf(reader, dataset, Uint32Array.from(all), none);
  expect(whole.histograms).toEqual(columns.map(({ histogram }) => histogram));
  const some = await figuresOf(reader, dataset, Uint32Array.from([0, 9, 89]), none);
  expect(some.total).toBe(3);
  expect(some.histograms[0]![31]).toBe(1);
  expect(some.histograms[1]!.reduce((sum, n) => sum + n, 0)).toBe(1); // rows 9 and 89 have no word
  expect(some.counts.flat().reduce((sum, n) => sum + n, 0)).toBe(3);
  reader.close();
});

it('new rows are read as the training rows were: by the names of columns, unknown words as missing', async () => {
  const { dataset, reader, folder } = await table();
  fill(folder, {
    'new.csv': 'b,extra,a,class\nred,1,2,yes\npink,2,3,\nblue,3,?,no\n',
    'bad.csv': 'b,c\nred,1\nblue,2\n',
  });
  const rows = await openNewRows(join(folder, 'new.csv'), dataset.table.columns, { check: none });
  expect(rows.count).toBe(3);
  const batches = [];
  for await (const batch of rows.batches(8)) batches.push(batch);
  const [batch] = batches;
  rows.close();
  const { mean, std } = dataset.table.columns[0]!.training!;
  const hot = (name: string) => dataset.table.columns[1]!.words!.map((word) => Number(word === name));
  const close = (value: number) => expect.closeTo((value - mean) / std, 5);
  expect([...batch!.x]).toEqual([close(2), ...hot('red'), close(3), ...hot('pink'), 0, ...hot('blue')]);
  expect(batch).toMatchObject({ labels: ['yes', '', 'no'], rows: [1, 2, 3] });
  await expect(openNewRows(join(folder, 'bad.csv'), dataset.table.columns, { check: none })).rejects.toThrow(
    'has no column “a”.',
  );
  reader.close();
});
