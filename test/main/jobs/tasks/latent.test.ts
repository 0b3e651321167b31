import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Flag } from '#main/jobs/flag';
import { closeModels } from '#main/jobs/models';
import type { ModelRef, TaskName, Tasks } from '#main/jobs/protocol';
import { autoEncoderRooms, trained } from '#test/jobs/auto-encoders';
import { linearRecipe } from '#test/jobs/linear';
import { makeProject, makeRun, perform, type TestProject, testRooms } from '#test/jobs/project';

let project: TestProject;
let model: ModelRef;
beforeAll(async () => {
  project = await makeProject();
  model = await trained(project, 'autoencoder');
});
afterAll(async () => {
  await closeModels();
  await project.remove();
});

const askOf = <K extends TaskName>(
  of: ModelRef,
  task: K,
  what: Omit<Tasks[K]['ask'], 'folders' | 'model'>,
  flag = Flag.create(),
) =>
  perform(task, { folders: project.folders, model: of, ...what } as Tasks[K]['ask'], { rooms: autoEncoderRooms, flag });
const ask = <K extends TaskName>(task: K, what: Omit<Tasks[K]['ask'], 'folders' | 'model'>) => askOf(model, task, what);

describe('an opened space', () => {
  it('has the figures of the codes of every item of the split', async () => {
    const { done, notes } = ask('latent.open', { split: 'train' });
    const space = await done;
    expect(space).toMatchObject({ kind: 'numbers', size: 4, items: 60, split: 'train', hasPrior: false });
    const { dataset } = project;
    const train = Array.from({ length: dataset.count }, (_, i) => i).filter((i) => i % 5 < 3);
    const { codes, originals, decoded } = await ask('latent.encode', { items: train }).done;
    for (let j = 0; j < 4; j++) {
      const column = Array.from({ length: 60 }, (_, i) => codes[i * 4 + j]!);
      const mean = column.reduce((sum, value) => sum + value) / 60;
      expect(space.mean[j]).toBeCloseTo(mean, 4);
      expect(space.std[j]).toBeCloseTo(Math.sqrt(column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 60), 4);
      expect([space.low[j], space.high[j]]).toEqual([Math.min(...column), Math.max(...column)]);
    }
    const off = originals.pixels.reduce((sum, value, i) => sum + ((value - decoded.pixels[i]!) / 255) ** 2, 0);
    expect(Math.abs(space.error - off / originals.pixels.length)).toBeLessThan(0.005); // shown in steps of 1/255
    expect(notes.at(-1)).toMatchObject({ kind: 'progress', done: 60, total: 60 });
  });

  it('says of each dimension how much it changes the picture along its range', async () => {
    const { mean, low, high, change } = await ask('latent.open', { split: 'train' }).done;
    for (let j = 0; j < 4; j++) {
      const stops = new Float32Array(5 * 4);
      for (let stop = 0; stop < 5; stop++) {
        stops.set(mean, stop * 4);
        stops[stop * 4 + j] = low[j]! + (stop / 4) * (high[j]! - low[j]!);
      }
      const { pictures } = await ask('latent.decode', { codes: stops }).done;
      let sum = 0;
      for (let i = 64; i < 5 * 64; i++) sum += Math.abs(pictures.pixels[i]! - pictures.pixels[i - 64]!) / 255;
      expect(Math.abs(change[j]! - sum / 64)).toBeLessThan(0.01);
    }
  });

  it('can be stopped, and opened after that', async () => {
    const flag = Flag.create();
    flag.raise('stop');
    await expect(askOf(model, 'latent.open', { split: 'test' }, flag).done).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(await ask('latent.open', { split: 'test' }).done).toMatchObject({ items: 20 });
  });
});

describe('codes', () => {
  it('of items decode to what the items come back as', async () => {
    const { codes, decoded, originals } = await ask('latent.encode', { items: [3, 8] }).done;
    expect(codes).toHaveLength(8);
    expect((await ask('latent.decode', { codes }).done).pictures).toEqual(decoded);
    expect(originals).toEqual(await perform('pictures', { ...project, indices: [3, 8] }).done);
  });

  it.each([
    [new Float32Array(3), 'must have 4 numbers, got 3 in all'],
    [new Float32Array(0), 'must have 4 numbers, got 0 in all'],
    [Float32Array.of(0, 1, Number.NaN, 0), 'must be finite'],
  ])('that no decoder takes are refused', async (codes, message) => {
    await expect(ask('latent.decode', { codes }).done).rejects.toThrow(message);
  });
});

describe('other kinds of codes', () => {
  it('a variational one has a prior and the KL of each dimension', async () => {
    const of = await trained(project, 'vae');
    const space = await askOf(of, 'latent.open', { split: 'validation' }).done;
    expect(space).toMatchObject({ kind: 'numbers', hasPrior: true });
    expect(space.kl).toHaveLength(4);
    expect(space.kl!.every((nats) => nats >= 0)).toBe(true);
  });

  it('bits are 0 and 1', async () => {
    const of = await trained(project, 'binary-autoencoder');
    expect(await askOf(of, 'latent.open', { split: 'test' }).done).toMatchObject({ kind: 'bits', size: 4 });
    const { codes } = await askOf(of, 'latent.encode', { items: [1, 2, 3] }).done;
    expect(codes.every((bit) => bit === 0 || bit === 1)).toBe(true);
  });

  it('classes have a prototype, a majority and its share, counted from the items themselves', async () => {
    const of = await trained(project, 'onehot-autoencoder');
    const { prototypes, kind, items } = await askOf(of, 'latent.open', { split: 'train' }).done;
    expect(kind).toBe('classes');
    const train = Array.from({ length: 100 }, (_, i) => i).filter((i) => i % 5 < 3);
    const { codes } = await askOf(of, 'latent.encode', { items: train }).done;
    const chosen = train.map((_, i) => codes.subarray(i * 4, i * 4 + 4).indexOf(1));
    expect(prototypes!.counts.reduce((sum, n) => sum + n, 0)).toBe(items);
    for (let k = 0; k < 4; k++) {
      const labels = train.filter((_, i) => chosen[i] === k).map((index) => index % 2);
      expect(prototypes!.counts[k]).toBe(labels.length);
      const ones = labels.filter((label) => label === 1).length;
      if (labels.length > 0)
        expect(prototypes!.purity[k]).toBeCloseTo(Math.max(ones, labels.length - ones) / labels.length, 5);
      else expect(prototypes!.majority[k]).toBe(-1);
      const each = Float32Array.from({ length: 4 }, (_, j) => Number(j === k));
      const { pictures } = await askOf(of, 'latent.decode', { codes: each }).done;
      expect(prototypes!.pictures.pixels.slice(k * 64, (k + 1) * 64)).toEqual(pictures.pixels);
    }
  });
});

it('what dimensions tell of known factors is a share of what there is to tell', async () => {
  const values = Int32Array.from({ length: 100 * 2 }, (_, i) => (i % 2 === 0 ? (i / 2) % 2 : 0));
  const bytes = new Uint8Array(values.buffer);
  const factors = createHash('sha256').update(bytes).digest('hex');
  await writeFile(join(project.folders.objects, factors), bytes);
  if (project.dataset.modality !== 'image') throw new Error('pictures are needed');
  const dataset = {
    ...project.dataset,
    factors: { names: ['direction', 'nothing'], sizes: [2, 1] },
    blobs: { ...project.dataset.blobs, factors },
  };
  const space = await askOf({ ...model, dataset }, 'latent.open', { split: 'train' }).done;
  expect(space.factors?.names).toEqual(['direction', 'nothing']);
  const { information } = space.factors!;
  expect(information).toHaveLength(8);
  for (let j = 0; j < 4; j++) {
    expect(information[2 * j]).toBeGreaterThan(0);
    expect(information[2 * j]).toBeLessThanOrEqual(1);
    expect(information[2 * j + 1]).toBe(0); // a factor of one value has nothing to tell
  }
  await closeModels(); // it is kept open by its data's hash, which knows nothing of factors
  expect((await ask('latent.open', { split: 'train' }).done).factors).toBeUndefined();
});

it('a run without a code is told apart', async () => {
  const run = makeRun(project);
  const what = { folders: project.folders, run, dataset: project.dataset };
  await perform('train', { ...what, resume: false }).done;
  const rooms = testRooms({ recipeOf: () => linearRecipe() });
  const { done } = perform('latent.open', { folders: project.folders, model: what, split: 'test' }, { rooms });
  await expect(done).rejects.toThrow('must encode to a code and decode it, linear does not');
});
