/** A walk through the product as a researcher takes it, without a window: each step uses what the one before made. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { newWorld, type Printed } from './product/cli-process';

const world = newWorld();
afterAll(() => world.remove());
const at = (name: string) => join(world.folder, name);

/** Runs a verb in the project, expects it to succeed, and gives its JSON. */
async function pretext(...args: string[]) {
  const { code, err, json } = await world.run(...args, '--project', world.project, '--json');
  expect(code, err).toBe(0);
  return json();
}
/** The loss of each step of a run. */
async function losses(run: string): Promise<number[]> {
  const { metrics } = await pretext('metrics', run);
  return metrics.filter(({ name }) => name === 'train/loss').map(({ value }) => value);
}

it('1. looks around: what there is to train, and to train on', async () => {
  const recipes = (await world.run('recipes', '--json')).json().recipes.map(({ id }) => id);
  expect(recipes).toEqual(expect.arrayContaining(['autoencoder', 'vq-vae']));
  expect((await world.run('samples', '--json')).json().samples[0]?.id).toBe('sample:digits');
});

it('2. brings data in', async () => {
  const data = await pretext('import', 'sample:digits', '--name', 'digits');
  expect(data).toMatchObject({ name: 'digits', version: 1, count: 10_000, problemCount: 0 });
  expect(data.classes).toHaveLength(10);
  const { train, validation, test } = data.splitCounts;
  expect(train + validation + test).toBe(data.count);
});

it('3. trains, and the loss goes down', async () => {
  const run = await pretext(
    'train',
    'vq-vae',
    '--data',
    'digits',
    '--preset',
    'tiny',
    '--steps',
    '30',
    '--seed',
    '1',
    '--device',
    'cpu',
    '--name',
    'tour',
  );
  expect(run).toMatchObject({ status: 'finished', steps: 30, device: 'cpu' });
  const curve = await losses('tour');
  expect(curve).toHaveLength(30);
  expect(curve.at(-1)!).toBeLessThan(curve[0]! * 0.8);
  const [{ metrics }] = (await pretext('runs')).runs as [Printed['runs'][number]];
  expect(metrics['validation/mse']?.last).toBeGreaterThan(0);
});

it('4. is stopped in the middle and goes on as if it had not been', async () => {
  const started = world.start(
    ...['train', 'vq-vae', '--data', 'digits', '--preset', 'tiny', '--steps', '30', '--seed', '1', '--device', 'cpu'],
    ...['--name', 'broken', '--project', world.project],
  );
  await started.says(/step \d+:/);
  started.child.kill('SIGKILL');
  await started.ended;
  expect((await pretext('show', 'broken')).status).toBe('interrupted');
  expect((await pretext('resume', 'broken')).status).toBe('finished');
  expect(await losses('broken')).toEqual(await losses('tour'));
});

it('5. compares the two: nothing differs but their names', async () => {
  const { settings, runs } = await pretext('compare', 'tour', 'broken');
  expect(settings.filter(({ differ }) => differ)).toEqual([]);
  expect(runs[0]?.metrics).toEqual(runs[1]?.metrics);
});

it('6. measures what was learned, against raw pixels', async () => {
  const { figures, n, split } = await pretext('evaluate', 'tour', 'knn', '--split', 'test');
  expect(split).toBe('test');
  expect(n).toBeGreaterThan(0);
  for (const name of ['accuracy', 'accuracy_raw', 'accuracy_random_init']) {
    expect(figures[name]).toBeGreaterThan(0.1); // ten classes: better than guessing
    expect(figures[name]).toBeLessThanOrEqual(1);
  }
});

it('7. uses it: each picture becomes a map of codes', async () => {
  const { count, shape } = await pretext('apply', 'tour', 'codes', '--split', 'test', '--limit', '5');
  expect(count).toBe(5);
  expect(shape.length).toBeGreaterThan(0);
});

it('8. takes it elsewhere, as ONNX and as plain weights', async () => {
  for (const file of ['model.onnx', 'model.safetensors']) {
    const { files } = await pretext('export', 'tour', '--to', at(file));
    expect(files.length).toBeGreaterThan(0);
    for (const { path, bytes } of files) expect(readFileSync(path).length).toBe(bytes);
  }
  const weights = readFileSync(at('model.safetensors'));
  const header = JSON.parse(weights.toString('utf8', 8, 8 + Number(weights.readBigUInt64LE(0))));
  expect(Object.keys(header).length).toBeGreaterThan(2);
});

it('9. writes it up: one page that needs nothing else', async () => {
  await pretext('report', 'tour', 'broken', '--to', at('report.html'), '--title', 'A tour', '--figure-data');
  const html = readFileSync(at('report.html'), 'utf8');
  for (const text of ['A tour', 'tour', 'broken', 'vq-vae', '<svg']) expect(html).toContain(text);
  expect(html).not.toMatch(/(src|href)="https?:/);
  await pretext('report', 'tour', '--to', at('report.md'));
  expect(readFileSync(at('report.md'), 'utf8')).toMatch(/^# /);
});

it.runIf(process.env['PRETEXT_ELECTRON'])('10. as PDF too, where the window’s program is at hand', async () => {
  await pretext('report', 'tour', '--to', at('report.pdf'));
  expect(readFileSync(at('report.pdf')).subarray(0, 5).toString()).toBe('%PDF-');
});

it('leaves nothing outside its folders', () => {
  expect(existsSync(join(world.folder, 'home'))).toBe(false);
});
