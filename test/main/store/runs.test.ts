import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { run as runSchema } from '#app/records/run';
import { isAlive, startOf } from '#main/store/owner';
import { addRun, gone, pointsOf, self, temporaryStore } from './records';

describe('metrics', () => {
  it('measured again at a step take the place of what was, and the summary stays true', () => {
    const store = temporaryStore();
    const { id } = addRun(store);
    store.runs.record(id, { points: pointsOf('train/loss', [5, 4, 1, 3]) });
    expect(store.runs.get(id).metrics['train/loss']).toEqual({ last: 3, best: 1, step: 4 });
    // Resumed from step 2 on another device: steps 3 and 4 come out differently, and the best is gone.
    store.runs.record(id, { points: pointsOf('train/loss', [3.5, 2.5, 2.75], 3) });
    expect(store.runs.get(id).metrics['train/loss']).toEqual({ last: 2.75, best: 2.5, step: 5 });
    const { 'train/loss': series } = store.runs.metrics(id);
    expect([...series!.steps]).toEqual([1, 2, 3, 4, 5]);
    expect([...series!.values]).toEqual([5, 4, 3.5, 2.5, 2.75]);
  });

  it('done again with the same values leave everything as it was', () => {
    const store = temporaryStore();
    const { id } = addRun(store);
    const points = pointsOf(
      'train/loss',
      Array.from({ length: 300 }, (_, at) => 1 / (at + 1)),
    );
    const before = store.runs.record(id, { points });
    const { id: _, ...after } = store.runs.record(id, { points: points.slice(150) });
    expect({ id, ...after }).toEqual(before);
  });

  it('keep every bit of a number', () => {
    const store = temporaryStore();
    const { id } = addRun(store);
    const values = [Math.PI, 1 / 3, 5e-324, 1.7976931348623157e308, -0.1];
    store.runs.record(id, { points: pointsOf('x', values) });
    expect([...store.runs.metrics(id)['x']!.values]).toEqual(values);
  });

  it('know what better means: more of an accuracy, less of a loss', () => {
    const store = temporaryStore();
    const { id } = addRun(store);
    store.runs.record(id, {
      points: [...pointsOf('validation/accuracy', [0.2, 0.9, 0.5]), ...pointsOf('validation/mse', [3, 1, 2])],
    });
    const { metrics } = store.runs.get(id);
    expect(metrics['validation/accuracy']?.best).toBe(0.9);
    expect(metrics['validation/mse']?.best).toBe(1);
  });

  it('come by name and since a step', () => {
    const store = temporaryStore();
    const { id } = addRun(store);
    store.runs.record(id, { points: [...pointsOf('a', [1, 2, 3]), ...pointsOf('b', [4, 5, 6])] });
    const found = store.runs.metrics(id, ['b'], 1);
    expect(Object.keys(found)).toEqual(['b']);
    expect([...found['b']!.values]).toEqual([5, 6]);
  });

  it('that are not a number are kept as NaN and stay out of summary and spark line', () => {
    const store = temporaryStore();
    const { id } = addRun(store);
    const run = store.runs.record(id, { points: pointsOf('train/loss', [2, Number.NaN]) });
    expect(run.metrics['train/loss']).toEqual({ last: 2, best: 2, step: 1 });
    expect(run.spark).toEqual([2]);
    expect([...store.runs.metrics(id)['train/loss']!.values]).toEqual([2, Number.NaN]);
    expect(runSchema.safeParse(run).success).toBe(true);
  });
});

describe('a batch', () => {
  it('is written whole or not at all', () => {
    const store = temporaryStore();
    const { id } = addRun(store);
    const event = { time: 1, step: 1, level: 'info' as const, text: 'x' };
    const broken = { step: 1, hash: 'h', bytes: 'many' as unknown as number, kept: [], createdAt: 1 };
    expect(() =>
      store.runs.record(id, { points: pointsOf('a', [1]), events: [event], checkpoints: [broken] }),
    ).toThrow();
    expect(store.runs.metrics(id)).toEqual({});
    expect(store.runs.events(id)).toEqual([]);
  });

  it('brings log, pictures and checkpoints back as they were', () => {
    const store = temporaryStore();
    const { id } = addRun(store);
    const pictures = (fill: number) => ({
      count: 2,
      height: 2,
      width: 3,
      channels: 1 as const,
      pixels: new Uint8Array(12).fill(fill),
    });
    const preview = {
      step: 10,
      rows: [
        { name: 'input' as const, pictures: pictures(1) },
        { name: 'output' as const, pictures: pictures(200) },
      ],
    };
    const event = { time: 5, step: 10, level: 'checkpoint' as const, text: 'saved', mark: true };
    const checkpoint = {
      step: 10,
      hash: 'f'.repeat(64),
      bytes: 12,
      kept: ['best' as const, 'last' as const],
      createdAt: 7,
    };
    store.runs.record(id, { events: [event], previews: [preview], checkpoints: [{ ...checkpoint, step: 5 }] });
    store.runs.record(id, { checkpoints: [checkpoint] });
    expect(store.runs.events(id)).toEqual([event]);
    expect(store.runs.preview(id)).toEqual(preview);
    expect(store.runs.preview(id, 99)?.step).toBe(10);
    expect(store.runs.preview(id, 9)).toBeNull();
    expect(store.runs.previewSteps(id)).toEqual([10]);
    expect(store.runs.checkpoints(id)).toEqual([checkpoint]);
  });
});

describe('a run under way when its project is opened', () => {
  it('is interrupted when its process is gone, with a line in its log', () => {
    const store = temporaryStore();
    const { id } = addRun(store, {}, gone);
    store.runs.record(id, { change: { status: 'running', step: 40 } });
    expect(store.runs.sweep(self).map((run) => run.id)).toEqual([id]);
    expect(store.runs.get(id).status).toBe('interrupted');
    expect(store.runs.events(id)[0]?.text).toContain(`Interrupted: the process that trained it (${gone.pid}) is gone`);
  });

  it('is interrupted when its id belongs to another process by now', () => {
    const store = temporaryStore();
    const { id } = addRun(store, {}, { pid: process.ppid, started: 'in another life' });
    store.runs.sweep(self);
    expect(store.runs.get(id).status).toBe('interrupted');
  });

  it('stays running while its process lives', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const owner = { pid: child.pid!, started: startOf(child.pid!)! };
    const store = temporaryStore();
    const { id } = addRun(store, {}, owner);
    store.runs.record(id, { change: { status: 'running' } });
    expect(isAlive(owner)).toBe(true);
    expect(store.runs.sweep(self)).toEqual([]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(store.runs.sweep(self)[0]?.status).toBe('interrupted');
  });

  it('is left alone once it has ended', () => {
    const store = temporaryStore();
    const { id } = addRun(store, {}, gone);
    store.runs.record(id, { change: { status: 'finished' } });
    expect(store.runs.sweep(self)).toEqual([]);
  });
});

it('hands a request to its owner once, and to nobody else', () => {
  const store = temporaryStore();
  const { id } = addRun(store);
  store.runs.request(id, 'cancel');
  expect(store.runs.requests(gone)).toEqual([]);
  expect(store.runs.requests(self)).toEqual([{ id, requested: 'cancel' }]);
  expect(store.runs.requests(self)).toEqual([]);
});

it('lists the newest first, and those put away only when asked', () => {
  const store = temporaryStore();
  const [a, b, c] = [addRun(store), addRun(store), addRun(store)];
  store.runs.change(b.id, { archived: true, tags: ['x', 'y'], note: 'why', pinned: true, name: 'other' });
  expect(store.runs.list(false).map(({ id }) => id)).toEqual([c.id, a.id]);
  expect(store.runs.list(true)).toHaveLength(3);
  expect(store.runs.get(b.id)).toMatchObject({ tags: ['x', 'y'], note: 'why', pinned: true, name: 'other' });
  expect(store.runs.find('last').id).toBe(c.id);
});

it('gives records that the contract takes', () => {
  const store = temporaryStore();
  const parent = addRun(store);
  const run = addRun(store, { parent: parent.id, minutes: 3 });
  expect(runSchema.parse(run)).toEqual(run);
  expect(run.parent).toBe(parent.id);
  expect(store.runs.minutes(run.id)).toBe(3);
});

it('tells an evaluation back in full', () => {
  const store = temporaryStore();
  const run = addRun(store);
  const measured = {
    run: run.id,
    evaluation: 'knn',
    step: 3,
    dataset: run.dataset,
    split: 'test' as const,
    n: 9,
    figures: { accuracy: 1 / 3 },
    tables: { 'by class': { columns: ['class', 'accuracy'], rows: [['cat', 0.5]] } },
    seconds: 1.5,
  };
  const record = store.evaluations.add(measured);
  expect(store.evaluations.list(run.id)).toEqual([{ ...measured, id: record.id, createdAt: record.createdAt }]);
});
