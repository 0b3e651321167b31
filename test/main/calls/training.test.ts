import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PretextError } from '#app/contract';
import type { Checkpoint } from '#app/records/run';
import { createJobCenter } from '#main/calls/job-center';
import { createTraining } from '#main/calls/training';
import { openStore } from '#main/store';
import { promisedMethods } from '#main/store/rpc';
import { addRun, self, temporaryStore } from '../store/records';
import { type FakeTask, fakeHosts } from './fake-hosts';
import { eventually, importedDataset, statusOf, type TestRooms, temporaryFolder, testRooms } from './rooms';

const checkpointAt = (step: number): Checkpoint => ({
  step,
  hash: 'c'.repeat(64),
  bytes: 9,
  kept: ['last'],
  createdAt: 1,
});
const state = (status: 'running' | 'paused', step: number) =>
  ({ kind: 'state', status, step, seconds: 1, itemsPerSecond: 10, device: 'cpu', parameters: 7 }) as const;

async function started(): Promise<TestRooms & { dataset: string; start(name: string): Promise<string> }> {
  const test = await testRooms();
  const dataset = await importedDataset(test);
  const start = async (name: string) =>
    (await test.ask('runs.start', { recipe: 'vq-vae', dataset, preset: 'tiny', steps: 50, name })).id;
  return { ...test, dataset, start };
}

describe('the queue', () => {
  it('trains one run at a time, in the order they were started', async () => {
    const test = await started();
    const [a, b, c] = [await test.start('a'), await test.start('b'), await test.start('c')];
    const first = await test.hosts.asked('train');
    expect(first.ask.run.id).toBe(a);
    expect(first.ask.resume).toBe(false);
    await eventually(async () => expect(await statusOf(test, a)).toBe('running'));
    expect([await statusOf(test, b), await statusOf(test, c)]).toEqual(['queued', 'queued']);
    expect(test.hosts.tasks.filter(({ task }) => task === 'train')).toHaveLength(1);

    first.finish({ status: 'finished', step: 50, seconds: 2 });
    expect((await test.hosts.asked('train', 1)).ask.run.id).toBe(b);
    (await test.hosts.asked('train', 1)).finish({ status: 'finished', step: 50, seconds: 2 });
    expect((await test.hosts.asked('train', 2)).ask.run.id).toBe(c);
    expect(await statusOf(test, a)).toBe('finished');
  });

  it('lets a waiting run be cancelled without ever starting it', async () => {
    const test = await started();
    const [a, b] = [await test.start('a'), await test.start('b')];
    expect((await test.ask('runs.cancel', { run: b })).status).toBe('cancelled');
    (await test.hosts.asked('train')).finish({ status: 'finished', step: 50, seconds: 2 });
    await eventually(async () => expect(await statusOf(test, a)).toBe('finished'));
    expect(test.hosts.tasks.filter(({ task }) => task === 'train')).toHaveLength(1);
  });
});

describe('what a run tells', () => {
  it('is in the store before anyone hears it', async () => {
    const test = await started();
    const id = await test.start('a');
    const task = await test.hosts.asked('train');
    const reader = openStore(join(test.folder, 'project', 'project.sqlite'));
    let asRecorded: number[] | undefined;
    const { push } = test.told;
    test.told.push = (...facts) => {
      if (facts[0]?.name === 'run.points') asRecorded ??= [...(reader.runs.metrics(id)['train/loss']?.values ?? [])];
      return push.apply(test.told, facts);
    };
    task.note({ kind: 'points', points: [{ step: 1, name: 'train/loss', value: 0.5 }] });
    await eventually(() => expect(test.of('run.points')).toHaveLength(1));
    expect(asRecorded).toEqual([0.5]);
    reader.file.close();
  });

  it('comes at most four times a second however often it is told, and none of it is lost', async () => {
    const test = await started();
    const id = await test.start('a');
    const task = await test.hosts.asked('train');
    const before = test.of('run.changed').length;
    for (let step = 1; step <= 400; step++)
      task.note({ kind: 'points', points: [{ step, name: 'train/loss', value: 1 / step }] });
    task.finish({ status: 'finished', step: 400, seconds: 2 });
    await eventually(async () => expect(await statusOf(test, id)).toBe('finished'));
    expect(test.of('run.changed').length - before).toBeLessThanOrEqual(4);
    const { 'train/loss': series } = await test.ask('runs.metrics', { run: id });
    expect(series!.steps).toHaveLength(400);
    expect(test.of('run.points').flatMap(({ points }) => points)).toHaveLength(400);
  });
});

describe('steering', () => {
  it('pauses and goes on', async () => {
    const test = await started();
    const id = await test.start('a');
    const task = await test.hosts.asked('train');
    task.onSignal = (signal) => {
      if (signal === 'stop') task.finish({ status: 'cancelled', step: 5, seconds: 1 });
      else task.note(state(signal === 'pause' ? 'paused' : 'running', 5));
    };
    task.note(state('running', 4));
    await eventually(async () => expect((await test.ask('runs.get', { run: id })).step).toBe(4));
    expect(await test.ask('runs.pause', { run: id })).toMatchObject({ status: 'paused', step: 5, parameters: 7 });
    expect((await test.ask('runs.resume', { run: id })).status).toBe('running');
    expect(task.signals).toEqual(['pause', 'resume']);
  });

  it('stops a run when it is asked to, after the host had time for a last checkpoint', async () => {
    const test = await started();
    const id = await test.start('a');
    const task = await test.hosts.asked('train');
    task.onSignal = () => {
      task.note({ kind: 'checkpoints', checkpoints: [checkpointAt(9)] });
      task.finish({ status: 'cancelled', step: 9, seconds: 1 });
    };
    const ended = await test.ask('runs.cancel', { run: id });
    expect(ended).toMatchObject({ status: 'cancelled', step: 9 });
    expect(await test.ask('runs.checkpoints', { run: id })).toEqual([checkpointAt(9)]);
    expect(test.of('job.changed').at(-1)).toMatchObject({ kind: 'train', status: 'cancelled' });
  });

  it('refuses to pause, resume or cancel what has finished', async () => {
    const test = await started();
    const id = await test.start('a');
    (await test.hosts.asked('train')).finish({ status: 'finished', step: 50, seconds: 2 });
    await eventually(async () => expect(await statusOf(test, id)).toBe('finished'));
    for (const verb of ['runs.pause', 'runs.resume', 'runs.cancel'] as const)
      await expect(test.ask(verb, { run: id })).rejects.toMatchObject({
        kind: 'usage',
        message: expect.stringContaining('it is finished'),
      });
  });
});

describe('the end of a run is told truthfully', () => {
  async function endedBy(how: (task: FakeTask<'train'>) => void) {
    const test = await started();
    const id = await test.start('a');
    const task = await test.hosts.asked('train');
    task.note({ kind: 'points', points: [{ step: 8, name: 'train/loss', value: 1 }] });
    task.note({ kind: 'checkpoints', checkpoints: [checkpointAt(8)] });
    how(task);
    await eventually(async () => expect(await statusOf(test, id)).not.toBe('running'));
    return { test, id, run: await test.ask('runs.get', { run: id }) };
  }

  it('interrupted when its host dies; it resumes from the last checkpoint that is recorded', async () => {
    const { test, id, run } = await endedBy((task) => task.die());
    expect(run).toMatchObject({ status: 'interrupted', error: expect.stringContaining('SIGSEGV') });
    expect(test.of('engine.changed').at(-1)?.state).toBe('crashed');
    expect((await test.ask('runs.events', { run: id })).at(-1)).toMatchObject({ level: 'warning' });

    const resumed = await test.ask('runs.resume', { run: id });
    expect(resumed.status).toBe('queued');
    const again = await test.hosts.asked('train', 1);
    expect(again.ask).toMatchObject({ resume: true, upTo: 8 });
    expect(again.ask.run.error).toBeUndefined();
  });

  it('failed with the reason and the advice when training itself cannot go on', async () => {
    const { test, id, run } = await endedBy((task) =>
      task.fail(new PretextError('the loss is no longer a finite number', { advice: 'Lower the learning rate' })),
    );
    expect(run.status).toBe('failed');
    expect(run.error).toBe('the loss is no longer a finite number. Lower the learning rate');
    expect((await test.ask('runs.events', { run: id })).at(-1)).toMatchObject({ level: 'error' });
  });

  it('and the next of the queue is started all the same', async () => {
    const test = await started();
    await test.start('a');
    const b = await test.start('b');
    (await test.hosts.asked('train')).die();
    expect((await test.hosts.asked('train', 1)).ask.run.id).toBe(b);
  });

  it('interrupted when the program is closed, and seen so when it is opened again', async () => {
    const folder = temporaryFolder();
    const first = await testRooms({}, folder);
    const dataset = await importedDataset(first);
    const run = await first.ask('runs.start', { recipe: 'vq-vae', dataset, preset: 'tiny' });
    const queued = await first.ask('runs.start', { recipe: 'vq-vae', dataset, preset: 'tiny' });
    const task = await first.hosts.asked('train');
    task.onSignal = () => task.finish({ status: 'cancelled', step: 3, seconds: 1 });
    await first.close();
    const second = await testRooms({}, folder);
    expect(await second.ask('runs.get', { run: run.id })).toMatchObject({ status: 'interrupted', step: 3 });
    expect(await statusOf(second, queued.id)).toBe('interrupted');
  });
});

it('a run that begins again without a checkpoint begins from its start', async () => {
  const test = await started();
  const id = await test.start('a');
  (await test.hosts.asked('train')).die();
  await eventually(async () => expect(await statusOf(test, id)).toBe('interrupted'));
  await test.ask('runs.resume', { run: id });
  const { ask } = await test.hosts.asked('train', 1);
  expect(ask.resume).toBe(false);
  expect(ask.upTo).toBeUndefined();
});

it('another process may ask for the end of a run, and its owner does it', async () => {
  const test = await started();
  const id = await test.start('a');
  const task = await test.hosts.asked('train');
  task.onSignal = () => task.finish({ status: 'cancelled', step: 4, seconds: 1 });
  await eventually(async () => expect(await statusOf(test, id)).toBe('running'));
  const other = openStore(join(test.folder, 'project', 'project.sqlite'));
  other.runs.request(id, 'cancel');
  await eventually(() => expect(other.runs.get(id).status).toBe('cancelled'));
  expect(task.signals).toEqual(['stop']);
  other.file.close();
});

it('a disk that fills up stops the training and is told as the reason', async () => {
  const real = temporaryStore();
  const hosts = fakeHosts();
  let full = false;
  const record: typeof real.runs.record = Object.assign((...args: Parameters<typeof real.runs.record>) => {
    if (full) throw new PretextError('cannot use project.sqlite: the disk is full', { advice: 'free some space' });
    return real.runs.record(...args);
  }, real.runs.record);
  const store = promisedMethods({ ...real, runs: { ...real.runs, record } });
  const jobs = createJobCenter(() => {});
  const training = createTraining({
    store,
    hosts,
    jobs,
    tell: () => {},
    folders: { objects: '', checkpoints: '' },
    owner: self,
  });
  const run = addRun(real);
  await training.enqueue(run, false);
  const task = await hosts.asked('train');
  full = true;
  task.note({ kind: 'points', points: [{ step: 1, name: 'train/loss', value: 1 }] });
  await eventually(() => expect(task.signals).toEqual(['stop']));
  await eventually(() =>
    expect(jobs.list()[0]).toMatchObject({ status: 'failed', message: expect.stringContaining('the disk is full') }),
  );
  expect(training.active()).toEqual([]);
});
