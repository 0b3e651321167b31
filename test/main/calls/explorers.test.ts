/** Calls of the explorers of latent dimensions and generators, over hosts that answer what the test says. */
import { describe, expect, it } from 'vitest';
import { eventually, importedDataset, statusOf, testRooms } from './rooms';

const picture = { count: 1, height: 1, width: 1, channels: 1 as const, pixels: new Uint8Array(1) };
const one = Float32Array.of(0);

async function trained() {
  const test = await testRooms();
  const dataset = await importedDataset(test);
  const run = await test.ask('runs.start', { recipe: 'autoencoder', dataset, preset: 'tiny' });
  const task = await test.hosts.asked('train');
  const kept = (step: number, as: 'best' | 'last') => {
    return { step, hash: String(step).repeat(64).slice(0, 64), bytes: 5, kept: [as], createdAt: step };
  };
  task.note({ kind: 'checkpoints', checkpoints: [kept(5, 'best'), kept(9, 'last')] });
  task.finish({ status: 'finished', step: 9, seconds: 2 });
  await eventually(async () => expect(await statusOf(test, run.id)).toBe('finished'));
  return { ...test, run };
}

describe('latent dimensions', () => {
  const space = {
    ...{ step: 5, kind: 'numbers' as const, size: 1, split: 'validation' as const, items: 1, hasPrior: false },
    ...{ mean: one, std: one, low: one, high: one, change: one, error: 0.5 },
  };

  it('open as a job once for a checkpoint, the best where none is named, then from memory', async () => {
    const { ask, hosts, run } = await trained();
    const opening = ask('latent.open', { run: run.id });
    const task = await hosts.asked('latent.open');
    expect(task.ask).toMatchObject({ split: 'validation', model: { step: 5 } });
    task.finish(space);
    expect(await opening).toEqual(space);
    expect(await ask('latent.open', { run: run.id })).toEqual(space);
    expect(hosts.tasks.filter(({ task }) => task === 'latent.open')).toHaveLength(1);
    expect((await ask('jobs.list')).filter(({ kind }) => kind === 'latent')).toHaveLength(1);
  });

  it('of another checkpoint are opened anew', async () => {
    const { ask, hosts, run } = await trained();
    const opening = ask('latent.open', { run: run.id, step: 9 });
    const task = await hosts.asked('latent.open');
    expect(task.ask.model.step).toBe(9);
    task.finish({ ...space, step: 9 });
    expect((await opening).step).toBe(9);
  });

  it('keep the names that the user gives, run by run, until they are taken away', async () => {
    const { ask, run } = await trained();
    expect(await ask('latent.names', { run: run.id })).toEqual({});
    await ask('latent.rename', { run: run.id, dimension: 3, name: ' slant ' });
    await ask('latent.rename', { run: run.id, dimension: 1, name: 'width' });
    expect(await ask('latent.rename', { run: run.id, dimension: 3, name: 'lean' })).toEqual({ 1: 'width', 3: 'lean' });
    expect(await ask('latent.rename', { run: run.id, dimension: 1, name: '' })).toEqual({ 3: 'lean' });
    expect(await ask('latent.names', { run: 'last' })).toEqual({ 3: 'lean' });
  });

  it('refuse an item that does not exist, and more codes than one question may hold', async () => {
    const { ask, run } = await trained();
    await expect(ask('latent.encode', { run: run.id, items: [10_000] })).rejects.toThrow('has no item 10000');
    const codes = new Float32Array(2001 * Number(run.config['bottleneck']));
    await expect(ask('latent.decode', { run: run.id, codes })).rejects.toThrow('at most 2000 codes at once, got 2001');
  });
});

describe('the nearest training items of samples', () => {
  it('are looked for once for a draw, and come with their records', async () => {
    const { ask, hosts, run } = await trained();
    const question = { run: run.id, draw: { seed: 1, count: 1 }, space: 'pixels' as const };
    const looking = ask('generator.nearest', question);
    const task = await hosts.asked('generator.nearest');
    task.finish({ indices: [2], pictures: picture, distances: one, compared: 4, usual: 1 });
    expect((await looking).items).toMatchObject([{ index: 2 }]);
    expect(await ask('generator.nearest', question)).toEqual(await looking);
    expect(hosts.tasks.filter(({ task }) => task === 'generator.nearest')).toHaveLength(1);
  });

  it('that could not be found are looked for anew', async () => {
    const { ask, hosts, run } = await trained();
    const question = { run: run.id, draw: { seed: 1, count: 1 }, space: 'pixels' as const };
    const looking = ask('generator.nearest', question);
    (await hosts.asked('generator.nearest')).fail(new Error('the disk is gone'));
    await expect(looking).rejects.toThrow('the disk is gone');
    void ask('generator.nearest', question).catch(() => {});
    await eventually(() => expect(hosts.tasks.filter(({ task }) => task === 'generator.nearest')).toHaveLength(2));
  });
});
