import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Flag } from '#main/jobs/flag';
import { closeModels } from '#main/jobs/models';
import type { ModelRef, TaskName, Tasks } from '#main/jobs/protocol';
import { makeProject, perform, type TestProject } from '#test/jobs/project';
import { trainedVqVae, vqVaeRooms } from '#test/jobs/vq-vae';

let project: TestProject;
let model: ModelRef;
beforeAll(async () => {
  project = await makeProject();
  model = await trainedVqVae(project);
}, 60_000);
afterAll(async () => {
  await closeModels();
  await project.remove();
});

type Rest<K extends TaskName> = Omit<Tasks[K]['ask'], 'folders' | 'model' | 'source' | 'split'>;
const ask = <K extends TaskName>(task: K, what: Rest<K>, options: { flag?: Flag; note?: () => void } = {}) => {
  const full = {
    folders: project.folders,
    model,
    source: 'embed',
    split: 'all',
    ...what,
  } as unknown as Tasks[K]['ask'];
  return perform(task, full, { rooms: vqVaeRooms, ...options });
};
const tsne = (steps: number) => ({ settings: { method: 'tsne' as const, perplexity: 8, steps } });

async function forgetPictures(): Promise<void> {
  const { objects } = project.folders;
  for (const name of await readdir(objects)) if (name.startsWith('layout-')) await rm(join(objects, name));
}

describe('the vectors of a checkpoint', () => {
  it('are there for every item once, in order of the splits, with their labels', async () => {
    const cloud = await ask('projector.open', {}).done;
    expect(cloud).toMatchObject({ count: 100, dimension: 16, dimensions: { embed: 16, raw: 64 }, rebuilds: true });
    expect([...cloud.items].sort((a, b) => a - b)).toEqual([...Array(100).keys()]);
    expect([...cloud.splits]).toEqual([...Array(60).fill(0), ...Array(20).fill(1), ...Array(20).fill(2)]);
    cloud.items.forEach((item, row) => expect(cloud.labels[row]).toBe(item % 2));
    expect(cloud.explained[0]).toBeGreaterThan(cloud.explained[1]!);
  });

  it('are encoded once: opened again they come from disk', async () => {
    const first = await ask('projector.open', {}).done;
    await closeModels();
    const again = ask('projector.open', {});
    expect(await again.done).toEqual(first);
    expect(again.notes).toEqual([]);
    expect((await readdir(project.folders.objects)).some((name) => name.startsWith('vectors-'))).toBe(true);
  });

  it('laid over a picture turned by half a circle turn with it', async () => {
    const { plane } = await ask('projector.open', {}).done;
    const turned = plane.map((value) => -value);
    const { plane: laid, residual } = await ask('projector.open', { over: turned }).done;
    laid.forEach((value, at) => expect(value).toBeCloseTo(turned[at]!, 4));
    expect(residual).toBeLessThan(1e-5);
    await expect(ask('projector.open', { over: new Float32Array(6) }).done).rejects.toThrow('same items only');
  });
});

describe('a picture', () => {
  it('stopped on the way and gone on with is the one that was never stopped, bit for bit', async () => {
    const flag = Flag.create();
    const steps = 2000;
    const stopped = ask('projector.layout', tsne(steps), { flag, note: () => flag.raise('stop') });
    await expect(stopped.done).rejects.toMatchObject({ kind: 'cancelled' });
    expect(stopped.notes.at(-1)).toMatchObject({ kind: 'moved' }); // the last one told is where it stands
    const resumed = await ask('projector.layout', tsne(steps)).done;
    await forgetPictures();
    const whole = await ask('projector.layout', tsne(steps)).done;
    expect(resumed.done).toBe(steps);
    expect(resumed.positions).toEqual(whole.positions);
  });

  it('with more steps goes on from the one with fewer, and ends where all of them at once end', async () => {
    const settings = (perplexity: number, steps: number) => ({
      settings: { method: 'tsne' as const, perplexity, steps },
    });
    await ask('projector.layout', settings(6, 20)).done;
    const further = await ask('projector.layout', settings(6, 50)).done;
    await forgetPictures();
    expect((await ask('projector.layout', settings(6, 50)).done).positions).toEqual(further.positions);
  });

  it('UMAP is the same for the same seed, and another for another', async () => {
    const of = (seed: number) =>
      ask('projector.layout', { settings: { method: 'umap', neighbours: 6, minDist: 0.1, epochs: 20, seed } }).done;
    const first = await of(1);
    await forgetPictures();
    expect((await of(1)).positions).toEqual(first.positions);
    expect((await of(2)).positions).not.toEqual(first.positions);
  });

  it('that is done is there at once', async () => {
    await ask('projector.layout', tsne(30)).done;
    const again = ask('projector.layout', tsne(30));
    expect((await again.done).seconds).toEqual({ neighbours: 0, layout: 0 });
    expect(again.notes).toEqual([]);
  });
});

describe('what is known of the points', () => {
  it('clusters number every point; errors are those of its reconstruction', async () => {
    const clusters = await ask('projector.colours', { colouring: { by: 'clusters', k: 3 } }).done;
    expect(clusters.words).toHaveLength(3);
    expect([...new Set(clusters.values)].sort()).toEqual([0, 1, 2]);
    const { values } = await ask('projector.colours', { colouring: { by: 'loss' } }).done;
    expect(values).toHaveLength(100);
    expect(values.every((value) => value >= 0)).toBe(true);
    await expect(ask('projector.colours', { colouring: { by: 'factor', name: 'size' } }).done).rejects.toThrow(
      'no factor',
    );
  });

  it('nearest neighbours are never the item itself, and rise in distance', async () => {
    const near = await ask('projector.nearest', { row: 5, count: 10, metric: 'euclidean' }).done;
    expect([...near.rows]).not.toContain(5);
    expect([...near.closeness]).toEqual([...near.closeness].sort((a, b) => a - b));
    await expect(ask('projector.nearest', { row: 100, count: 1, metric: 'cosine' }).done).rejects.toThrow('[0, 99]');
  });

  it('two classes that differ are told apart better than by chance, and the sample is named', async () => {
    const { plane } = await ask('projector.open', {}).done;
    const quality = await ask('projector.quality', { positions: plane }).done;
    expect(quality).toMatchObject({ sample: 100, fitted: 50, measured: 50 });
    expect(quality.knn!.accuracy).toBeGreaterThan(quality.chance! + 0.1);
    expect(quality.effectiveRank).toBeLessThanOrEqual(16);
    expect(quality.trust!.trustworthiness).toBeGreaterThan(0.6);
  });
});
