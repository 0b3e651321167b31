import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  dataset as datasetSchema,
  type ImportOptions,
  type Item,
  type Problem,
  type TableDataset,
} from '#app/records/dataset';
import { type ImportContext, importDataset, inspect, openImages, openRows } from '#main/data';
import { fill, namesIn, temporary, zip } from '../make';
import { npy } from './npy-file';
import { parquet } from './parquet-file';

async function bring(source: string, options: ImportOptions = {}, context: Partial<ImportContext> = {}) {
  const objects = join(temporary(), 'objects');
  const problems: Problem[] = [];
  const items: Item[] = [];
  const tell = {
    items: (all: Item[]) => void items.push(...all),
    problems: (all: Problem[]) => void problems.push(...all),
  };
  const found = importDataset([source], options, { objects, check() {}, progress() {}, ...tell, ...context });
  const record = await found.catch((error: unknown) => {
    expect(namesIn(objects)).toEqual([]); // whatever went wrong, nothing is left behind
    throw error;
  });
  const dataset = { ...record, id: 'd-test1', version: 1, createdAt: 0, archived: false };
  expect(datasetSchema.parse(dataset)).toEqual(dataset);
  return { dataset, objects, problems, items };
}

async function bringTable(name: string, content: string | Uint8Array, options: ImportOptions = {}) {
  const path = join(fill(temporary(), { [name]: Buffer.from(content) }), name);
  const { dataset, ...rest } = await bring(path, options);
  if (dataset.modality !== 'table') throw new Error('this is no table');
  return { ...rest, dataset: dataset satisfies TableDataset };
}
const reasons = (problems: readonly Problem[]) => problems.map(({ reason }) => reason);
const kinds = ({ table }: TableDataset) => table.columns.map(({ kind }) => kind);

const numbers = Array.from({ length: 200 }, (_, i) => [i % 17, (i * 37) % 101, i % 10 === 0 ? 'odd' : 'even'] as const);
const csv = `a,b,class\n${numbers.map((row) => row.join(',')).join('\n')}\n`;

describe('a table', () => {
  it('becomes a data set: columns, classes, splits and float32 rows, with the label apart', async () => {
    const { dataset, objects } = await bringTable('x.csv', csv);
    expect(dataset).toMatchObject({ format: 'csv', name: 'x', count: 200, classes: ['even', 'odd'] });
    expect(dataset.splitCounts).toEqual({ train: 160, validation: 20, test: 20 });
    expect(dataset.table.features).toBe(2);
    const rows = openRows(objects, dataset);
    expect([...rows.readValues([0, 199])]).toEqual([0, 0, 199 % 17, (199 * 37) % 101]);
    expect([...rows.labels.subarray(0, 3)]).toEqual([1, 0, 0]);
    await rows.verify();
    rows.close();
  });

  it('means and deviations are those of the training rows alone', async () => {
    const { dataset, objects } = await bringTable('x.csv', csv);
    const rows = openRows(objects, dataset);
    const train = await rows.read(rows.indices('train'));
    for (const c of [0, 1]) {
      const column = train.filter((_, i) => i % 2 === c);
      const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
      expect(mean).toBeCloseTo(0, 5);
      expect(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / column.length).toBeCloseTo(1, 5);
    }
    rows.close();
  });

  it('has the same hash wherever it lies and however it is packed, and another with another row, seed or kind', async () => {
    const hash = async (name: string, content: string | Uint8Array, options: ImportOptions = {}) =>
      (await bringTable(name, content, options)).dataset.hash;
    const first = await hash('x.csv', csv);
    expect(await hash('other name.data.gz', gzipSync(csv))).toBe(first);
    expect(await hash('x.tsv', csv.replaceAll(',', '\t'))).toBe(first);
    expect(await hash('x.csv', csv.replace('0,0,odd', '0,1,odd'))).not.toBe(first);
    expect(await hash('x.csv', csv, { seed: 1 })).not.toBe(first);
    expect(await hash('x.csv', csv, { columns: { a: 'category' } })).not.toBe(first);
  });

  it('follows the kinds and the label that the user chose', async () => {
    const { dataset } = await bringTable('x.csv', csv, { columns: { class: 'category' }, label: 'a' });
    expect(kinds(dataset)).toEqual(['label', 'number', 'category']);
    expect(dataset.classes).toHaveLength(17);
    expect(dataset.table.features).toBe(3);
  });

  it('in a folder with a README is found; two of them are asked about', async () => {
    const folder = fill(temporary(), { 'x.csv': Buffer.from(csv), 'README.txt': Buffer.from('about x') });
    const { problems } = await bring(folder);
    expect(reasons(problems)[0]).toMatch(/^Not the table/);
    fill(folder, { 'y.csv': Buffer.from(csv) });
    await expect(bring(folder)).rejects.toThrow('There are 2 tables: x.csv, y.csv.');
  });

  it('another data set read as a run knows it: its means, its words, its order of columns', async () => {
    const columns = { c: 'category' as const };
    const one = await bringTable('x.csv', 'n,c\n1,red\n2,blue\n3,red\n4,blue\n', {
      columns,
      split: { validation: 0, test: 0 },
    });
    const other = await bringTable('y.csv', 'c,n\nblue,9\nblue,2.5\nblue,7\nred,1\nred,2\ngreen,3\ngreen,4\n', {
      columns,
    });
    const rows = openRows(other.objects, other.dataset, one.dataset.table);
    const deviation = Math.sqrt(1.25);
    const [n, words] = [(x: number) => expect.closeTo((x - 2.5) / deviation, 5), one.dataset.table.columns[1]!.words!];
    const hot = (word: string) => words.map((known) => Number(known === word));
    expect([...(await rows.read([0, 3, 5]))]).toEqual([
      n(9),
      ...hot('blue'),
      n(1),
      ...hot('red'),
      n(3),
      ...hot('green'),
    ]);
    rows.close();
  });

  it('is stopped at any moment without a trace', async () => {
    const path = join(fill(temporary(), { 'x.csv': Buffer.from(csv) }), 'x.csv');
    for (const stopAt of [1, 2, 3, 4, 5]) {
      let asked = 0;
      const check = () => {
        if (++asked === stopAt) throw new Error('stopped');
      };
      await expect(bring(path, {}, { check })).rejects.toThrow('stopped');
    }
  });
});

describe('bad tables', () => {
  it('ragged rows are left out by number, the others are imported', async () => {
    const { dataset, problems } = await bringTable('x.csv', csv.replace('1,37,even\n', '1,37\n'));
    expect(dataset.count).toBe(199);
    expect(problems[0]).toMatchObject({ kind: 'skipped', file: expect.stringMatching(/x\.csv, row 2$/) });
    expect(reasons(problems)[0]).toBe('It has 2 cells where the table has 3 columns. It was left out.');
  });

  it('a delimiter that is none is said to be what is wrong', async () => {
    await expect(bringTable('x.csv', csv.replaceAll(',', '#'))).rejects.toMatchObject({
      message: expect.stringContaining('has only one column'),
      advice: expect.stringContaining('commas, tabs, semicolons or bars'),
    });
  });

  it('numbers with a decimal comma are left out and told, and are never taken for words', async () => {
    const text = `a;b;c\n${numbers.map(([a, b]) => `${a};${b % 4},5;${b}`).join('\n')}\n`;
    const { dataset, problems } = await bringTable('x.csv', text);
    expect(kinds(dataset)).toEqual(['number', 'skipped', 'number']);
    expect(reasons(problems)[0]).toBe(
      'Its numbers seem to have a decimal comma (“0,5”); save them with a decimal point. The column is left out.',
    );
  });

  it('a column of all one value is left out and told, and a table of nothing else is refused', async () => {
    const { dataset, problems } = await bringTable('x.csv', csv.replaceAll(/^\d+,/gm, '5,'));
    expect(kinds(dataset)).toEqual(['skipped', 'number', 'label']);
    expect(reasons(problems)[0]).toBe('All its values are 5. The column is left out.');
    await expect(bringTable('y.csv', 'a,b\n1,2\n1,2\n1,2\n')).rejects.toThrow('nothing can be learnt from it');
  });

  it('NaN and infinite values are missing, and are counted', async () => {
    const odd = csv.replace('3,10,', 'NaN,10,').replace('4,47,', '-inf,Infinity,');
    const { dataset, problems, objects } = await bringTable('x.csv', odd);
    expect(dataset.table.columns.map(({ missing }) => missing)).toEqual([2, 1, 0]);
    expect(reasons(problems).filter((reason) => reason.includes('infinite'))).toHaveLength(2);
    const rows = openRows(objects, dataset);
    expect((await rows.read([4])).slice(0, 2)).toEqual(new Float32Array(2)); // as the means
    rows.close();
  });

  it('10,000 columns are imported', async () => {
    const wide = Array.from({ length: 6 }, (_, r) => Array.from({ length: 10_000 }, (_, c) => (r * 31 + c * 7) % 97));
    const text = `${wide[0]!.map((_, c) => `v${c}`).join(',')}\n${wide.map((row) => row.join(',')).join('\n')}\n`;
    const { dataset } = await bringTable('wide.csv', text);
    expect(dataset.table.features).toBe(10_000);
  });

  it('one row is refused with the reason', async () => {
    await expect(bringTable('x.csv', 'a,b\n1,2\n')).rejects.toThrow('has only one row');
  });

  it('a category of too many words, a label that is no column, a file as label: each is told', async () => {
    const many = `a,b\n${Array.from({ length: 400 }, (_, i) => `w${i},${i}`).join('\n')}\n`;
    await expect(bringTable('x.csv', many, { columns: { a: 'category' } })).rejects.toThrow(
      'the column “a” cannot be a category: it has more than 256 different values',
    );
    await expect(bringTable('x.csv', csv, { label: 'kind' })).rejects.toMatchObject({
      message: expect.stringContaining('has no column “kind”'),
      advice: 'Its columns are: a, b, class.',
    });
    await expect(bringTable('x.csv', csv, { labels: '/some/labels.csv' })).rejects.toThrow('one of its columns');
  });

  it('rows without a label are counted', async () => {
    const { problems } = await bringTable('x.csv', csv.replace('2,74,even', '2,74,'));
    expect(problems).toContainEqual(expect.objectContaining({ kind: 'unlabelled', reason: '1 rows have no label.' }));
  });
});

describe('Parquet', () => {
  const a = numbers.map(([value]) => value / 4);
  const word = numbers.map((row) => row[2] as string);

  it('is read with the kinds that it tells itself', async () => {
    const file = parquet([
      { path: ['a'], values: a },
      { path: ['class'], values: word },
    ]);
    const { dataset, objects } = await bringTable('x.parquet', file);
    expect(dataset).toMatchObject({ format: 'parquet', count: 200, classes: ['even', 'odd'] });
    expect(dataset.table.columns[0]).toMatchObject({ kind: 'number', reason: 'The file says that it is a number.' });
    const rows = openRows(objects, dataset);
    expect([...rows.readValues([3, 199])]).toEqual([0.75, a[199]]);
    rows.close();
  });

  it('leaves nested columns out and says so; with nothing else it is refused', async () => {
    const nested = [
      { path: ['place', 'x'], values: a },
      { path: ['place', 'y'], values: a },
    ] as const;
    const file = parquet([
      { path: ['a'], values: a },
      ...nested.map(({ path, values }) => ({ path: [...path] as [string, string], values })),
    ]);
    const { dataset, problems } = await bringTable('x.parquet', file);
    expect(dataset.table.columns.map(({ name }) => name)).toEqual(['a']);
    expect(reasons(problems)[0]).toBe('It is nested, which is not read. It is left out.');
    const { notes } = await inspect([join(fill(temporary(), { 'x.parquet': file }), 'x.parquet')]);
    expect(notes).toEqual(['Nested columns are left out: place.']);
    const alone = parquet([{ path: ['place', 'x'], values: a }]);
    await expect(bringTable('y.parquet', alone)).rejects.toThrow('all its columns are nested');
  });

  it('that is none, or is cut short, is named', async () => {
    await expect(bringTable('x.parquet', 'PAR1 nonsense PAR1')).rejects.toThrow(/x\.parquet cannot be read as Parquet/);
    const file = parquet([
      { path: ['a'], values: a },
      { path: ['class'], values: word },
    ]);
    await expect(bringTable('x.parquet', file.subarray(0, 900))).rejects.toThrow(
      /x\.parquet cannot be read as Parquet/,
    );
  });
});

describe('npz', () => {
  const x = Float64Array.from({ length: 60 }, (_, i) => (i * 13) % 29);
  const y = Int32Array.from({ length: 20 }, (_, i) => i % 2);
  const archive = async (files: Record<string, Buffer>) =>
    join(fill(temporary(), { 'd.npz': await zip(files) }), 'd.npz');

  it('X and y are a table, whichever way round the numbers lie', async () => {
    const turned = Float64Array.from({ length: 60 }, (_, i) => x[(i % 20) * 3 + Math.floor(i / 20)]!);
    const plain = await bring(await archive({ 'X.npy': npy(x, [20, 3]), 'y.npy': npy(y, [20]) }));
    const other = await bring(await archive({ 'X.npy': npy(turned, [20, 3], true), 'y.npy': npy(y, [20]) }));
    expect(plain.dataset).toMatchObject({ modality: 'table', count: 20, classes: ['0', '1'] });
    expect(other.dataset.hash).toBe(plain.dataset.hash);
  });

  it('imgs are pictures, with the factors that they are made from', async () => {
    const imgs = Uint8Array.from({ length: 12 * 64 }, (_, i) => Number((i * 7) % 11 < 5));
    const classes = BigInt64Array.from({ length: 36 }, (_, i) =>
      BigInt([0, Math.floor(i / 3) % 3, Math.floor(i / 9)][i % 3]!),
    );
    const files = { 'imgs.npy': npy(imgs, [12, 8, 8]), 'latents_classes.npy': npy(classes, [12, 3]) };
    const names = npy(['still', 'shape', 'x'], [3]);
    const { dataset, objects } = await bring(await archive({ ...files, 'latents_names.npy': names }));
    if (dataset.modality !== 'image') throw new Error('these are no pictures');
    expect(dataset.factors).toEqual({ names: ['shape', 'x'], sizes: [3, 4] });
    const reader = openImages(objects, dataset);
    expect([...(await reader.readBytes([0]))]).toEqual([...imgs.subarray(0, 64)].map((value) => 255 * value));
    expect([...reader.factors()!.subarray(8, 10)]).toEqual([1, 1]);
    await reader.verify();
    reader.close();
    const labelled = await bring(await archive(files), { label: 'factor 2' });
    expect(labelled.dataset.classes).toEqual(['factor 2 0', 'factor 2 1', 'factor 2 2']);
  });

  it('splits and labels go by the names of the arrays; planes before rows and shares of one are understood', async () => {
    const train = Float32Array.from({ length: 6 * 3 * 16 }, (_, i) => (i % 48) / 48);
    const files = { 'x_train.npy': npy(train, [6, 3, 4, 4]), 'x_test.npy': npy(train.slice(0, 96), [2, 3, 4, 4]) };
    const labels = { 'y_train.npy': npy(y.slice(0, 6), [6]), 'y_test.npy': npy(y.slice(0, 2), [2]) };
    const { dataset, objects } = await bring(await archive({ ...files, ...labels }));
    if (dataset.modality !== 'image') throw new Error('these are no pictures');
    expect(dataset.splitCounts.test).toBe(2);
    expect(dataset.classes).toEqual(['0', '1']);
    const reader = openImages(objects, dataset);
    const [pixel] = [await reader.readBytes([0])];
    expect([...pixel.subarray(0, 3)]).toEqual([0, Math.round((255 * 16) / 48), Math.round((255 * 32) / 48)]);
    reader.close();
  });

  it('an archive that is damaged, or an array that is cut short, is named', async () => {
    const path = await archive({ 'X.npy': npy(x, [20, 3]).subarray(0, 300), 'y.npy': npy(y, [20]) });
    await expect(bring(path)).rejects.toThrow(/d\.npz › X cannot be read: it ends after \d+ of 20 rows/);
    const torn = fill(temporary(), { 'd.npz': readFileSync(path).subarray(0, 200) });
    await expect(bring(join(torn, 'd.npz'))).rejects.toThrow(/d\.npz/);
    await expect(bring(await archive({ 'z.npy': npy(y, [20]) }))).rejects.toThrow('holds no array of rows and columns');
  });
});

describe('rows of pixels', () => {
  const row = (i: number) => [...Array.from({ length: 16 }, (_, p) => (i * 5 + p * 3) % 17), i % 3];
  const text = Array.from({ length: 30 }, (_, i) => row(i).join(',')).join('\n');

  it('are pictures of the size that is told, the column left over their label', async () => {
    const path = join(fill(temporary(), { 'd.csv': Buffer.from(text) }), 'd.csv');
    const { dataset, objects, items } = await bring(path, { pixels: { height: 4, width: 4 } });
    if (dataset.modality !== 'image') throw new Error('these are no pictures');
    expect(dataset).toMatchObject({
      format: 'csv',
      count: 30,
      classes: ['0', '1', '2'],
      image: { height: 4, channels: 1 },
    });
    const reader = openImages(objects, dataset);
    expect([...(await reader.readBytes([7]))]).toEqual(
      row(7)
        .slice(0, 16)
        .map((value) => Math.round((255 * value) / 16)),
    );
    expect(items[7]).toMatchObject({ label: 1, name: 'd/00007' });
    reader.close();
    await expect(bring(path, { pixels: { height: 5, width: 5 } })).rejects.toThrow('need 25 columns of pixels');
  });
});

describe('a look before the import', () => {
  it('tells each column with kind, reason, missing and examples', async () => {
    const path = join(fill(temporary(), { 'x.csv': Buffer.from(csv.replace('3,10,', '?,10,')) }), 'x.csv');
    const { table, classes, notes, format } = await inspect([path]);
    expect({ classes, notes, format }).toEqual({ classes: ['even', 'odd'], notes: [], format: 'csv' });
    expect(table).toMatchObject({ rows: 200, all: true });
    expect(table!.columns[0]).toMatchObject({
      ...{ name: 'a', kind: 'number', missing: 1, examples: ['0', '1', '2'], range: { min: 0, max: 16 } },
      reason: 'All its values are numbers.',
    });
    expect(table!.columns.map(({ kind }) => kind)).toEqual(['number', 'number', 'label']);
  });

  it('of a long table stops early and says so', async () => {
    const long = `a,b\n${Array.from({ length: 60_000 }, (_, i) => `${i},${i % 7}`).join('\n')}\n`;
    const { table, notes } = await inspect([join(fill(temporary(), { 'x.csv': Buffer.from(long) }), 'x.csv')]);
    expect(table!.all).toBe(false);
    expect(notes.at(-1)).toMatch(/^Only the first \d+ rows were looked at/);
  });
});
