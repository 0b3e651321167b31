/** A detector that was trained on a table scores rows of a file that it has never seen: `apply <run> score --input`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newWorld } from './cli-process';

const world = newWorld({ PRETEXT_ELECTRON: undefined });
afterAll(() => world.remove());
const at = (name: string) => join(world.folder, name);
const pretext = (...args: string[]) => world.run(...args, '--project', world.project, '--json');

const [header = '', ...lines] = readFileSync(resolve('out/samples/cards.csv'), 'utf8').trimEnd().split('\n');
const columns = header.split(',');
/** The first rows train the detector; it never sees the others. */
const known = lines.slice(0, 1000);
const unseen = lines.slice(3000, 3060);

function write(name: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  writeFileSync(at(name), `${[head, ...rows].map((row) => row.join(',')).join('\n')}\n`);
  return at(name);
}

interface Row {
  item: string;
  label: string;
  score: number;
}
async function scoresOf(input: string, name: string): Promise<Row[]> {
  const output = at(name);
  const { code, err, json } = await pretext('apply', 'detector', 'score', '--input', input, '--output', output);
  expect(code, err).toBe(0);
  expect(json()).toMatchObject({ head: 'score', files: [output] });
  const [head, ...rows] = readFileSync(output, 'utf8').trimEnd().split('\n');
  expect(head).toBe('item,label,score');
  return rows.map((row) => {
    const [item = '', label = '', score] = row.split(',');
    return { item, label, score: Number(score) };
  });
}

beforeAll(async () => {
  const data = write(
    'known.csv',
    [header],
    [...known].map((line) => [line]),
  );
  const ways = ['--preset', 'tiny', '--steps', '400', '--seed', '1', '--device', 'cpu', '--name', 'detector'];
  const { code, err } = await pretext('train', 'anomaly-autoencoder', '--data', data, ...ways);
  expect(code, err).toBe(0);
});

describe('rows that a detector has never seen', () => {
  it('get one score each, in their order, whatever the order of columns and what stands beside them', async () => {
    const rows = unseen.map((line) => line.split(','));
    const plain = await scoresOf(write('rows.csv', columns, rows), 'scores.csv');
    expect(plain.map(({ item }) => item)).toEqual(rows.map((_, i) => String(i + 1)));
    expect(plain.map(({ label }) => label)).toEqual(rows.map((row) => row.at(-1)));
    expect(plain.every(({ score }) => Number.isFinite(score) && score >= 0)).toBe(true);
    expect(new Set(plain.map(({ score }) => score)).size).toBeGreaterThan(50);

    const turned = rows.map((row) => ['a note', ...row.slice(0, -1).reverse()]); // no label, a column more
    const others = await scoresOf(
      write('turned.csv', ['note', ...columns.slice(0, -1).reverse()], turned),
      'turned-scores.csv',
    );
    expect(others.map(({ score }) => score)).toEqual(plain.map(({ score }) => score));
    expect(others.every(({ label }) => label === '')).toBe(true);
  });

  it('are scored as the same rows are in a data set of their own', async () => {
    const file = write(
      'again.csv',
      columns,
      unseen.map((line) => line.split(',')),
    );
    const fromFile = await scoresOf(file, 'again-scores.csv');
    const { json } = await pretext('apply', 'detector', 'score', '--data', file, '--split', 'train');
    const { values } = json() as unknown as { values: Row[] };
    expect(values.length).toBeGreaterThan(30);
    for (const { item, score } of values) expect(score).toBeCloseTo(fromFile[Number(item)]!.score, 5);
  });

  it('that no shop would have are more unlike the normal ones than nearly all others', async () => {
    const row = unseen[0]!.split(',');
    const odd = columns.map(
      (name, c) => ({ amount: '25000', distance_km: '9000', limit_used: '0.99' })[name] ?? row[c]!,
    );
    const scores = await scoresOf(
      write('odd.csv', columns, [odd, ...unseen.map((line) => line.split(','))]),
      'odd-scores.csv',
    );
    expect(scores.slice(1).filter(({ score }) => score > scores[0]!.score).length).toBeLessThanOrEqual(1);
  });

  it('are refused with what to do where a column is missing, a row is ragged, or nothing is there', async () => {
    const short = write(
      'short.csv',
      columns.slice(1, -1),
      unseen.map((line) => line.split(',').slice(1, -1)),
    );
    const missing = await pretext('apply', 'detector', 'score', '--input', short, '--output', at('none.csv'));
    expect(missing.code).toBe(2);
    expect(missing.err).toContain('has no column “amount”');
    const ragged = write(
      'ragged.csv',
      columns,
      [...unseen.slice(0, 5), '1,2,3'].map((line) => line.split(',')),
    );
    const refused = await pretext('apply', 'detector', 'score', '--input', ragged, '--output', at('none.csv'));
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('row 6: It has 3 cells where the table has 9 columns');
    expect((await pretext('apply', 'detector', 'score', '--input', at('gone.csv'))).err).toContain(
      'gone.csv does not exist',
    );
    expect(() => readFileSync(at('none.csv'))).toThrow('ENOENT');
  });
});
