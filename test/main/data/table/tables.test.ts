import { createReadStream, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { ColumnKind } from '#app/records/table';
import { realDisk } from '#main/data/disk';
import { columnFigures } from '#main/data/table/column-figures';
import { openTableFile } from '#main/data/table/open-table';
import { prepareTable } from '#main/data/table/prepare-table';
import { isKept } from '#main/data/table/survey-table';
import type { BadRow, Cell } from '#main/data/table/table-file';
import { featuresOf, standardise } from '#main/data/table/table-reader';

const folder = mkdtempSync(join(tmpdir(), 'pretext-tables-'));
afterAll(() => rmSync(folder, { recursive: true }));

const entryOf = (path: string) => ({ name: basename(path), where: path, open: async () => createReadStream(path) });

async function opened(name: string, content: string | Uint8Array) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return openTableFile(entryOf(path));
}

async function all(name: string, content: string | Uint8Array) {
  const file = await opened(name, content);
  const rows: Cell[][] = [];
  const bad: BadRow[] = [];
  for await (const batch of file.rows((row) => bad.push(row))) rows.push(...batch);
  return { file, rows, bad };
}

async function prepared(name: string, content: string, columns: Record<string, ColumnKind> = {}, label?: string) {
  const file = await opened(name, content);
  const options = { columns, label, seed: 0, validation: 0.1, test: 0.1 };
  const context = { objects: join(folder, 'objects'), disk: realDisk, check() {}, progress() {} };
  const parts = await prepareTable(file, options, context);
  await parts.values.abort();
  return parts;
}
const kinds = ({ columns }: { columns: { name: string; kind: string }[] }) =>
  Object.fromEntries(columns.map(({ name, kind }) => [name, kind]));

describe('CSV', () => {
  it('finds the delimiter, the header and quoted cells', async () => {
    const { file, rows, bad } = await all('a.csv', 'x;name;y\n1;"a; b";2\n3;"c ""d""\nline";4\n');
    expect(file.header).toEqual(['x', 'name', 'y']);
    expect(rows).toEqual([
      ['1', 'a; b', '2'],
      ['3', 'c "d"\nline', '4'],
    ]);
    expect(bad).toEqual([]);
    expect(file.notes).toEqual(['Columns are separated by semicolons.']);
  });

  it('names the columns of a file without a header, and reads gzip, a byte order mark and Windows line ends', async () => {
    const { file, rows } = await all('b.data', gzipSync('\ufeff1,tcp,2\r\n3,udp,4\r\n'));
    expect(file.header).toEqual(['column 1', 'column 2', 'column 3']);
    expect(rows).toHaveLength(2);
  });

  it('leaves out ragged rows by number and goes on', async () => {
    const { rows, bad } = await all('c.csv', 'x,y\n1,2\n3\n4,5,6\n7,8,\n9,10\n');
    expect(rows.map(([x]) => x)).toEqual(['1', '7', '9']);
    expect(bad).toEqual([
      { row: 2, reason: 'It has 1 cells where the table has 2 columns.' },
      { row: 3, reason: 'It has 3 cells where the table has 2 columns.' },
    ]);
  });

  it('refuses a file of one column with what to do', async () => {
    await expect(all('d.csv', 'x\n1\n2\n')).rejects.toThrow('has only one column');
    await expect(all('e.csv', `${Array.from({ length: 30_000 }, (_, i) => `c${i}`).join(',')}\n`)).rejects.toThrow(
      'at most 20000 are read',
    );
  });
});

describe('other formats', () => {
  it('JSON Lines: nested values by their path, bad lines by number', async () => {
    const { file, rows, bad } = await all('a.jsonl', '{"a":1,"b":{"c":"x"}}\nnot json\n{"a":2}\n{"a":3,"z":1}\n');
    expect(file.header).toEqual(['a', 'b.c', 'z']);
    expect(rows).toEqual([
      [1, 'x', null],
      [2, null, null],
      [3, null, 1],
    ]);
    expect(bad).toEqual([{ row: 2, reason: 'It is not a JSON object or array of plain values.' }]);
  });

  it('ARFF: names and kinds come from the header', async () => {
    const text = "% a comment\n@relation t\n@attribute 'the x' real\n@attribute kind {a,'b c'}\n@data\n1,a\n?,'b c'\n";
    const { file, rows } = await all('a.arff', text);
    expect(file.header).toEqual(['the x', 'kind']);
    expect(file.declared).toEqual(['number', 'category']);
    expect(rows).toEqual([
      ['1', 'a'],
      ['?', 'b c'],
    ]);
  });

  it('a damaged Parquet file is named', async () => {
    await expect(all('a.parquet', 'PAR1 nonsense')).rejects.toThrow(/a\.parquet cannot be read as Parquet/);
  });
});

const rows = Array.from({ length: 400 }, (_, i) => i);

describe('types of columns', () => {
  it('are found, with the reason', async () => {
    const text = rows.map((i) => `${i},${i % 7},${i / 3},${i % 3 ? 'red' : 'blue'},n${i},5,${i % 50 ? 'ok' : 'odd'}`);
    const parts = await prepared('k.csv', `id,count,x,colour,name,same,class\n${text.join('\n')}\n`);
    expect(kinds(parts)).toEqual({
      ...{ id: 'skipped', count: 'number', x: 'number', colour: 'category' },
      ...{ name: 'skipped', same: 'skipped', class: 'label' },
    });
    expect(parts.columns[5]!.reason).toBe('All its values are 5.');
    expect(parts.classes).toEqual(['odd', 'ok']);
    expect(parts.count).toBe(400);
  });

  it('follow the user where he says otherwise, and a column that is not there is named', async () => {
    const text = `a,b,c\n${rows.map((i) => `${i % 5},${i},${i % 2 ? 'p' : 'q'}`).join('\n')}\n`;
    expect(kinds(await prepared('m.csv', text, { b: 'skipped' }, 'a'))).toEqual({
      ...{ a: 'label', b: 'skipped', c: 'category' },
    });
    await expect(prepared('n.csv', text, {}, 'd')).rejects.toThrow('has no column “d”');
  });

  it('missing, infinite and stray values are missing, and are told', async () => {
    const text = rows.map((i) => `${i === 3 ? '?' : i === 4 ? 'inf' : i === 5 ? 'n.a' : i},${i % 9}`);
    const parts = await prepared('o.csv', `x,y\n${text.join('\n')}\n`);
    expect(parts.columns[0]).toMatchObject({ kind: 'number', missing: 3, range: { min: 0, max: 399 } });
    expect(parts.problems.map(({ reason }) => reason)).toEqual([
      '1 infinite values count as missing.',
      '1 cells are no numbers (“n.a”) and count as missing.',
    ]);
  });

  it('a table from which nothing can be learnt is refused with the reasons', async () => {
    await expect(prepared('p.csv', 'a,b\n1,1\n1,1\n1,1\n')).rejects.toThrow('nothing can be learnt from it');
    await expect(prepared('q.csv', 'a,b\n')).rejects.toThrow('has a header but no rows');
  });
});

describe('splits of rows', () => {
  const text = (count: number) =>
    `x,y,class\n${Array.from({ length: count }, (_, i) => `${(i * 37) % 101},${i},${i % 10 ? 'n' : 'a'}`).join('\n')}\n`;

  it('keep the shares in each class, and are the same for the same content', async () => {
    const { splits, labels } = await prepared('r.csv', text(1000));
    const share = (split: number, label: number) =>
      splits.filter((value, i) => value === split && labels[i] === label).length;
    expect([share(1, 0), share(2, 0), share(1, 1), share(2, 1)]).toEqual([10, 10, 90, 90]);
    expect((await prepared('s.csv', text(1000))).splits).toEqual(splits);
  });

  it('twins go the same way, and a crowd of twins does not fill a split', async () => {
    const twins = Array.from({ length: 900 }, () => '1,2').join('\n');
    const others = Array.from({ length: 100 }, (_, i) => `${i},${i * i + 3}`).join('\n');
    const { splits, problems } = await prepared('t.csv', `x,y\n${twins}\n${others}\n`);
    expect(new Set(splits.slice(0, 900))).toEqual(new Set([0]));
    expect(splits.filter((split) => split === 2).length).toBe(100);
    expect(problems.at(-1)!.reason).toMatch(/^899 rows are the same/);
  });
});

describe('what a model is given', () => {
  it('numbers standardised by the training rows, missing ones as the mean, categories one by one', async () => {
    const parts = await prepared('u.csv', `x,c\n${rows.map((i) => `${i},${i % 3 ? 'p' : 'q'}`).join('\n')}\n`, {
      c: 'category',
    });
    const stored = Float32Array.from(rows.flatMap((i) => [i, i % 3 ? 0 : 1]));
    const columns = await columnFigures(
      parts.columns,
      (async function* () {
        yield stored.subarray(0, 200);
        yield stored.subarray(200);
      })(),
      parts.splits,
      parts.labels,
    );
    const training = rows.filter((i) => parts.splits[i] === 0);
    const mean = training.reduce((sum, i) => sum + i, 0) / training.length;
    expect(columns[0]!.training!.mean).toBeCloseTo(mean, 4);
    expect(columns[0]!.histogram.reduce((sum, n) => sum + n, 0)).toBe(400);
    expect(columns[1]!.histogram).toEqual([266, 134]);
    expect(featuresOf(columns).map(({ name }) => name)).toEqual(['x', 'c = p', 'c = q']);
    const features = standardise(Float32Array.from([Number.NaN, 1, mean, 0]), columns);
    expect([...features]).toEqual([0, 0, 1, expect.closeTo(0, 5), 1, 0]);
    expect(columns.filter(isKept)).toHaveLength(2);
  });
});

it('leaves nothing behind', () => {
  expect(readdirSync(join(folder, 'objects'))).toEqual([]);
});
