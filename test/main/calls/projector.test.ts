/** The projector's calls with the work behind them: clouds of a run that was trained here, and pictures on their way. */

import { writeFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { LayoutSettings } from '#app/records/projector';
import { stream } from '#main/engine';
import { closeModels } from '#main/jobs/models';
import { eventually, type TestRooms, testRooms } from './rooms';
import { type WorkingHosts, workingHosts } from './working-hosts';

afterAll(closeModels);

const rows = 90;
const which = { source: 'embed', split: 'all' } as const;
const tsne = (steps: number): LayoutSettings => ({ method: 'tsne', perplexity: 8, steps });
const umap = (seed: number): LayoutSettings => ({ method: 'umap', neighbours: 6, minDist: 0.1, epochs: 20, seed });

/** Three clusters of five numbers, of which some rows are kept back. */
function table(): string {
  const noise = stream(3).normal(rows * 5);
  const line = (row: number) =>
    [0, 1, 2, 3, 4].map((c) => (3 * Number(c === row % 3) + noise[5 * row + c]!).toFixed(4)).join(',');
  return `a,b,c,d,e,kind\n${Array.from({ length: rows }, (_, row) => `${line(row)},${'xyz'[row % 3]}`).join('\n')}\n`;
}

interface Trained extends TestRooms {
  run: string;
  work: WorkingHosts;
  /** Forgets the pictures that were kept, so that the next are made anew. */
  forget(): Promise<void>;
}

async function trained(): Promise<Trained> {
  const work = workingHosts();
  const test = await testRooms({ hosts: work });
  const path = join(test.folder, 'clusters.csv');
  writeFileSync(path, table());
  const { dataset } = await test.ask('datasets.import', { sources: [path], options: { label: 'kind' } });
  await eventually(async () => expect((await test.ask('datasets.list')).map(({ count }) => count)).toEqual([rows]));
  const config = { batchSize: 16, validations: 4, bottleneck: 4, width: 16 };
  const what = { recipe: 'autoencoder', dataset, preset: 'tiny', config, steps: 40, seed: 1, device: 'cpu' } as const;
  const { id } = await test.ask('runs.start', what);
  const ended = async () => {
    const { status, error } = await test.ask('runs.get', { run: id });
    expect(error).toBeUndefined();
    expect(status).toBe('finished');
  };
  await eventually(ended);
  const { objects } = test.rooms.session().folders;
  const forget = async () => {
    for (const name of await readdir(objects)) if (name.startsWith('layout-')) await rm(join(objects, name));
  };
  return { ...test, run: id, work, forget };
}

const kinds = ({ told }: TestRooms, from: number) => told.slice(from).map(({ name }) => name);
const jobs = async ({ ask }: TestRooms) => (await ask('jobs.list')).filter(({ kind }) => kind === 'projector');

describe('a cloud', () => {
  it('holds every row, of the best checkpoint where none is named, and is opened as a job beside the explorers', async () => {
    const test = await trained();
    const cloud = await test.ask('projector.open', { run: test.run, ...which });
    const best = (await test.ask('runs.checkpoints', { run: test.run })).find(({ kept }) => kept.includes('best'))!;
    expect(cloud).toMatchObject({ count: rows, step: best.step, dimensions: { raw: 5 } });
    expect(test.work.asked.at(-1)).toEqual({ lane: 'project', task: 'projector.open' });
    expect(await jobs(test)).toMatchObject([{ status: 'finished', run: test.run }]);
  });

  it('of a run that does not exist says which there are; of a step without a checkpoint, which have one', async () => {
    const test = await trained();
    await expect(test.ask('projector.open', { run: 'nobody', ...which })).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('nobody'),
      advice: expect.stringContaining(test.run),
    });
    await expect(test.ask('projector.open', { run: test.run, step: 7, ...which })).rejects.toMatchObject({
      message: expect.stringMatching(/step 7.*40/),
      advice: 'Choose one of these steps.',
    });
  });

  it('of another checkpoint is turned, scaled and shifted onto the first', async () => {
    const test = await trained();
    const steps = (await test.ask('runs.checkpoints', { run: test.run })).map(({ step }) => step).sort((a, b) => a - b);
    const [early, late] = [steps[0]!, steps.at(-1)!];
    expect(early).toBeLessThan(late);
    const first = await test.ask('projector.open', { run: test.run, step: late, ...which });
    const alone = await test.ask('projector.open', { run: test.run, step: early, ...which });
    const over = await test.ask('projector.open', { run: test.run, step: early, ...which, over: first.plane });
    const apart = (plane: Float32Array) => plane.reduce((sum, value, at) => sum + (value - first.plane[at]!) ** 2, 0);
    expect(apart(over.plane)).toBeLessThanOrEqual(apart(alone.plane));
    const spread = apart(new Float32Array(first.plane.length));
    expect(over.residual).toBeCloseTo(apart(over.plane) / spread, 2);
  });
});

describe('a picture', () => {
  it('of the same seed is the same twice, and of another seed another', async () => {
    const test = await trained();
    const make = async (seed: number) => {
      const asked = { run: test.run, ...which, settings: umap(seed), ticket: `seed ${seed}` };
      return (await test.ask('projector.layout', asked)).positions;
    };
    const first = await make(1);
    await test.forget();
    expect(await make(1)).toEqual(first);
    expect(await make(2)).not.toEqual(first);
  });

  it('is stopped at once, tells nothing more, leaves no work and frees its ticket; asked again it goes on', async () => {
    const test = await trained();
    const ask = (steps: number) =>
      test.ask('projector.layout', { run: test.run, ...which, settings: tsne(steps), ticket: 'p1' });
    const making = ask(9000);
    making.catch(() => {});
    await eventually(() => expect(test.of('projector.moved').length).toBeGreaterThan(0));
    await expect(ask(9000)).rejects.toThrow('is taken by a picture under way');
    await test.ask('projector.signal', { ticket: 'p1', signal: 'stop' });
    await expect(making).rejects.toMatchObject({ kind: 'cancelled' });
    const reached = test.of('projector.moved').at(-1)!.done;
    expect(reached).toBeLessThan(9000);
    const after = test.told.length;
    expect((await jobs(test)).map(({ status }) => status)).toEqual(['cancelled']);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(kinds(test, after)).not.toContain('projector.moved');

    const further = await ask(reached + 10);
    expect(further).toMatchObject({ done: reached + 10, total: reached + 10 });
    await test.forget();
    expect((await ask(reached + 10)).positions).toEqual(further.positions);
  });

  it('stopped before its job was there is stopped all the same', async () => {
    const test = await trained();
    const asked = { run: test.run, ...which, settings: tsne(9000), ticket: 'p1' };
    const making = test.ask('projector.layout', asked);
    making.catch(() => {});
    void test.ask('projector.signal', { ticket: 'p1', signal: 'stop' });
    await expect(making).rejects.toMatchObject({ kind: 'cancelled' });
    expect(test.of('projector.moved').every(({ done }) => done < 9000)).toBe(true);
  });

  it('is held without a step, and goes on when it is let go', async () => {
    const test = await trained();
    const held = 9000; // steps: it must not be done before it is seen
    const making = test.ask('projector.layout', { run: test.run, ...which, settings: tsne(held), ticket: 'p1' });
    const state = async () => (await jobs(test))[0]?.status;
    await eventually(() => expect(test.of('projector.moved').length).toBeGreaterThan(0));
    await test.ask('projector.signal', { ticket: 'p1', signal: 'pause' });
    expect(await state()).toBe('paused');
    const newest = () => test.of('projector.moved').at(-1)!;
    const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    // The step under way ends, and shows where it stands; from then on nothing moves.
    await eventually(async () => {
      const stood = newest();
      await after(400);
      expect(newest()).toBe(stood);
    });
    const stood = newest();
    await after(200);
    expect(newest()).toBe(stood);
    await test.ask('projector.signal', { ticket: 'p1', signal: 'resume' });
    expect(await state()).toBe('running');
    expect((await making).done).toBe(held);
  });

  it('that is not under way any more takes a signal without complaint', async () => {
    const test = await testRooms();
    await expect(test.ask('projector.signal', { ticket: 'gone', signal: 'stop' })).resolves.toBeUndefined();
  });
});

describe('what is known of the points', () => {
  it('is asked of the same vectors: clusters, nearest rows and figures with trust', async () => {
    const test = await trained();
    const here = { run: test.run, ...which };
    const { plane } = await test.ask('projector.open', here);
    const { values } = await test.ask('projector.colours', { ...here, colouring: { by: 'clusters', k: 3 } });
    expect(new Set(values).size).toBe(3);
    const near = await test.ask('projector.nearest', { ...here, row: 4, count: 5, metric: 'euclidean' });
    expect(near.rows).toHaveLength(5);
    const quality = await test.ask('projector.quality', { ...here, positions: plane });
    expect(quality.trust?.trustworthiness).toBeGreaterThan(0.5);
    await expect(test.ask('projector.nearest', { ...here, row: rows, count: 1, metric: 'cosine' })).rejects.toThrow(
      `[0, ${rows - 1}]`,
    );
  });
});
