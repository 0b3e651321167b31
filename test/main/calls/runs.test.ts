import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, importedDataset, statusOf, testRooms } from './rooms';

async function withData() {
  const test = await testRooms();
  return { ...test, dataset: await importedDataset(test) };
}

describe('a run is refused before it is queued', () => {
  it.each([
    ['a setting that does not exist', { config: { codess: 3 } }, /vq-vae: codess is not a setting/],
    [
      'a value out of range, with field, range and value',
      { config: { batchSize: 0 } },
      /vq-vae: batchSize must be an integer from 1 to 4096, got 0/,
    ],
    [
      'every fault at once',
      { config: { batchSize: 0, learningRate: 'fast' } },
      /batchSize must be .*; .*learningRate must be/,
    ],
    ['a recipe that does not exist', { recipe: 'vq-vea' }, /vq-vea/],
    ['a data set that does not exist', { dataset: 'd-nothere' }, /there is no data set/],
    ['a parent that does not exist', { from: 'r-nothere' }, /there is no run/],
  ])('for %s', async (_, change, message) => {
    const { ask, dataset } = await withData();
    await expect(ask('runs.start', { recipe: 'vq-vae', dataset, preset: 'tiny', ...change })).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message),
    });
    expect(await ask('runs.list')).toEqual([]);
  });
});

describe('the length of a run', () => {
  it('is the number of steps asked for, in its settings too', async () => {
    const { ask, dataset } = await withData();
    const run = await ask('runs.start', { recipe: 'vq-vae', dataset, preset: 'tiny', steps: 17 });
    expect([run.steps, run.config['steps']]).toEqual([17, 17]);
  });
  it('may be given in epochs: items seen over items there are', async () => {
    const { ask, dataset } = await withData();
    const run = await ask('runs.start', {
      recipe: 'vq-vae',
      dataset,
      preset: 'tiny',
      config: { batchSize: 2 },
      epochs: 5,
    });
    expect(run.steps).toBe(10); // 5 epochs · 4 items / 2 a step
  });
});

it('gives each run a name of its own', async () => {
  const { ask, dataset } = await withData();
  const start = async () => (await ask('runs.start', { recipe: 'vq-vae', dataset, preset: 'tiny' })).name;
  expect([await start(), await start(), await start()]).toEqual(['vq-vae pets', 'vq-vae pets 2', 'vq-vae pets 3']);
});

it('shows where two runs differ and where not', async () => {
  const { ask, dataset } = await withData();
  const start = (seed: number, batchSize: number) =>
    ask('runs.start', { recipe: 'vq-vae', dataset, preset: 'tiny', seed, config: { batchSize } });
  const [a, b] = [await start(1, 2), await start(2, 2)];
  const { settings } = await ask('runs.compare', { runs: [a.id, b.id] });
  expect(settings.filter(({ differ }) => differ)).toEqual([{ name: 'seed', values: ['1', '2'], differ: true }]);
  expect(settings.find(({ name }) => name === 'batchSize')).toEqual({
    name: 'batchSize',
    values: ['2', '2'],
    differ: false,
  });
});

describe('a trained run', () => {
  async function trained() {
    const test = await withData();
    const run = await test.ask('runs.start', { recipe: 'vq-vae', dataset: test.dataset, preset: 'tiny' });
    const task = await test.hosts.asked('train');
    task.note({ kind: 'points', points: [{ step: 1, name: 'train/loss', value: 0.5 }] });
    task.note({
      kind: 'checkpoints',
      checkpoints: [{ step: 9, hash: 'f'.repeat(64), bytes: 5, kept: ['best'], createdAt: 1 }],
    });
    task.finish({ status: 'finished', step: 9, seconds: 2 });
    await eventually(async () => expect(await statusOf(test, run.id)).toBe('finished'));
    return { ...test, run };
  }

  it('is measured by a job, and what came of it is kept', async () => {
    const { ask, hosts, of, run, dataset } = await trained();
    const { job } = await ask('runs.evaluate', { run: run.id, evaluation: 'knn' });
    const task = await hosts.asked('evaluate');
    expect(task.ask).toMatchObject({ evaluation: 'knn', split: 'test', data: { id: dataset } });
    task.note({ kind: 'progress', done: 1, total: 2, unit: 'items' });
    task.finish({
      run: run.id,
      evaluation: 'knn',
      step: 9,
      dataset,
      split: 'test',
      n: 4,
      figures: { accuracy: 0.75 },
      tables: {},
      seconds: 1,
    });
    await eventually(() => expect(of('run.evaluated')).toHaveLength(1));
    expect((await ask('runs.evaluations', { run: 'last' }))[0]?.figures).toEqual({ accuracy: 0.75 });
    expect((await ask('jobs.list')).find(({ id }) => id === job)).toMatchObject({
      status: 'finished',
      message: 'accuracy 0.7500',
    });
  });

  it('refuses an evaluation or a head that its recipe does not have, with the nearest', async () => {
    const { ask, run } = await trained();
    await expect(ask('runs.evaluate', { run: run.id, evaluation: 'liner-probe' })).rejects.toMatchObject({
      message: 'vq-vae has no evaluation “liner-probe”',
      advice: expect.stringContaining('did you mean linear-probe?'),
    });
    await expect(ask('runs.apply', { run: run.id, head: 'embd' })).rejects.toMatchObject({
      advice: expect.stringContaining('embed'),
    });
  });

  it('opens its codebook as a job once, then from memory', async () => {
    const { ask, hosts, run } = await trained();
    const opening = ask('codebook.open', { run: run.id });
    const task = await hosts.asked('codebook.open');
    expect(task.ask.model.step).toBe(9);
    const pictures = { count: 0, height: 1, width: 1, channels: 1 as const, pixels: new Uint8Array() };
    const map = { height: 1, width: 1 };
    const book = {
      ...{ level: 'fine' as const, levels: [{ level: 'fine' as const, map }] },
      ...{ step: 9, size: 2, length: 1, map, split: 'validation' as const, items: 1 },
      ...{ counts: Uint32Array.of(1, 0), used: 1, perplexity: 1, entropyBits: 0 },
      ...{ blank: { code: 0, share: 1, perplexity: 1 }, patches: pictures, plane: new Float32Array(4) },
      ...{ similarityOrder: Int32Array.of(0, 1), neighbours: Int32Array.of(1, 0) },
    };
    task.finish(book);
    expect(await opening).toEqual(book);
    expect(await ask('codebook.open', { run: run.id })).toEqual(book);
    expect(hosts.tasks.filter(({ task }) => task === 'codebook.open')).toHaveLength(1);
  });

  it('is written into a report by the ending of its name', async () => {
    const { ask, folder, run } = await trained();
    const sections = ['summary', 'settings'] as const;
    const to = join(folder, 'report.md');
    expect(await ask('reports.export', { runs: [run.id], sections: [...sections], to })).toMatchObject({
      path: to,
      format: 'md',
    });
    expect(readFileSync(to, 'utf8')).toContain(run.name);
    const preview = await ask('reports.preview', { runs: [run.id], sections: [...sections] });
    expect(preview.html).toContain('<html');
    await expect(ask('reports.export', { runs: [run.id], to: join(folder, 'x.doc') })).rejects.toThrow(
      'must end in .html, .pdf or .md',
    );
    await expect(ask('reports.export', { runs: [run.id], to: join(folder, 'x.pdf') })).rejects.toThrow(
      'needs the window',
    );
    mkdirSync(join(folder, 'folder.md'));
    await expect(
      ask('reports.export', { runs: [run.id], sections: ['summary'], to: join(folder, 'folder.md') }),
    ).rejects.toThrow('cannot write');
  });
});

it('a plan asks the host with the measured speed of the devices, measured once', async () => {
  const { ask, hosts, dataset } = await withData();
  const plan = () => ask('recipes.plan', { recipe: 'vq-vae', dataset, preset: 'tiny' });
  const planning = plan();
  const measured = await hosts.asked('devices');
  measured.finish([{ device: 'cpu', label: 'CPU', available: true, gflops: 42, default: true }]);
  const task = await hosts.asked('plan');
  expect(task.ask.peakGflops).toEqual({ cpu: 42 });
  const reply = {
    ...{ config: {}, issues: [], blocks: [], parameters: 0, parts: [], flopsPerItem: 1, steps: 1, epochs: 1 },
    ...{ bits: { input: 1, code: 1 }, estimates: [], notes: [] },
  };
  task.finish(reply);
  expect(await planning).toEqual(reply);
  const second = plan();
  (await hosts.asked('plan', 1)).finish(reply);
  await second;
  expect(hosts.tasks.filter(({ task }) => task === 'devices')).toHaveLength(1);
});
