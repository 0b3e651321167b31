import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Draw } from '#app/records/generator';
import { closeModels } from '#main/jobs/models';
import type { ModelRef, TaskName, Tasks } from '#main/jobs/protocol';
import { autoEncoderRooms, trained } from '#test/jobs/auto-encoders';
import { linearRecipe } from '#test/jobs/linear';
import { makeProject, makeRun, perform, type TestProject, testRooms } from '#test/jobs/project';

let project: TestProject;
let model: ModelRef;
beforeAll(async () => {
  project = await makeProject();
  model = await trained(project, 'vae');
});
afterAll(async () => {
  await closeModels();
  await project.remove();
});

const ask = <K extends TaskName>(task: K, what: Omit<Tasks[K]['ask'], 'folders' | 'model'>) =>
  perform(task, { folders: project.folders, model, ...what } as Tasks[K]['ask'], { rooms: autoEncoderRooms });
const draw = { seed: 3, count: 8 };
const sample = (more: Partial<Draw> = {}) => ask('generator.sample', { draw: { ...draw, ...more } }).done;

describe('samples', () => {
  it('are the same from the same seed, and others from another', async () => {
    const [first, again, other] = [await sample(), await sample(), await sample({ seed: 4 })];
    expect(again.pictures).toEqual(first.pictures);
    expect(other.codes).not.toEqual(first.codes);
    expect(first.pictures).toMatchObject({ count: 8, height: 8, width: 8 });
  });

  it('of a temperature are those of 1, their numbers so much longer', async () => {
    const [plain, cold] = [await sample(), await sample({ temperature: 0.5 })];
    cold.codes!.forEach((value, i) => {
      expect(value).toBeCloseTo(plain.codes![i]! / 2, 6);
    });
    const frozen = await sample({ temperature: 0 });
    expect(frozen.pictures.pixels.slice(0, 64)).toEqual(frozen.pictures.pixels.slice(64, 128));
  });

  it('that are cut off lie within the limit, and those that did before are left as they were', async () => {
    const [plain, cut] = [await sample(), await sample({ truncation: 0.8 })];
    expect(plain.codes!.some((value) => Math.abs(value) > 0.8)).toBe(true);
    expect(cut.codes!.every((value) => Math.abs(value) <= 0.8 + 1e-6)).toBe(true);
    plain.codes!.forEach((value, i) => {
      if (Math.abs(value) <= 0.8) expect(cut.codes![i]).toBe(value);
    });
    expect(new Set(cut.codes).size).toBeGreaterThan(28); // drawn again, not laid on the edge
  });

  it('come out as their numbers decode', async () => {
    const { codes, pictures } = await sample();
    expect((await ask('generator.decode', { codes: codes! }).done).pictures).toEqual(pictures);
    await expect(ask('generator.decode', { codes: new Float32Array(3) }).done).rejects.toThrow(
      '4 finite numbers, got 3',
    );
  });
});

describe('the nearest training item', () => {
  it.each(['pixels', 'features'] as const)('in %s is the nearest of all, found by hand', async (space) => {
    const near = await ask('generator.nearest', { draw, space }).done;
    expect(near).toMatchObject({ compared: 60 });
    expect(near.pictures).toEqual(await perform('pictures', { ...project, indices: near.indices }).done);
    const train = Array.from({ length: 100 }, (_, i) => i).filter((i) => i % 5 < 3);
    const all = await perform('pictures', { ...project, indices: train }).done;
    const { pictures } = await sample();
    for (let n = 0; n < 8; n++) {
      const far = (pixels: Uint8Array, at: number) => {
        let sum = 0;
        for (let p = 0; p < 64; p++) sum += ((pictures.pixels[n * 64 + p]! - pixels[at * 64 + p]!) / 255) ** 2;
        return Math.sqrt(sum);
      };
      const distances = train.map((_, at) => far(all.pixels, at));
      if (space === 'pixels') {
        // pictures are shown in steps of 1/255; distances are taken before that
        expect(near.distances[n]).toBeCloseTo(Math.min(...distances), 1);
        expect(distances[train.indexOf(near.indices[n]!)]! - Math.min(...distances)).toBeLessThan(0.03);
      }
      expect(train).toContain(near.indices[n]!);
    }
    expect(near.usual).toBeGreaterThan(0);
  });
});

it('an opened generator says of how many numbers it draws', async () => {
  expect(await ask('generator.open', {}).done).toMatchObject({ size: 4, hasFeatures: true });
});

it('samples of classes have no numbers, hence no temperature', async () => {
  const of = await trained(project, 'onehot-autoencoder');
  const more = { folders: project.folders, model: of };
  const opened = await perform('generator.open', more, { rooms: autoEncoderRooms }).done;
  expect(opened.size).toBe(0);
  const drawn = await perform('generator.sample', { ...more, draw }, { rooms: autoEncoderRooms }).done;
  expect(drawn.codes).toBeUndefined();
  const decode = perform('generator.decode', { ...more, codes: new Float32Array(4) }, { rooms: autoEncoderRooms });
  await expect(decode.done).rejects.toThrow('must be made of normal numbers');
});

it('a run without samples is told apart', async () => {
  const run = makeRun(project);
  const what = { folders: project.folders, run, dataset: project.dataset };
  await perform('train', { ...what, resume: false }).done;
  const rooms = testRooms({ recipeOf: () => linearRecipe() });
  const { done } = perform('generator.open', { folders: project.folders, model: what }, { rooms });
  await expect(done).rejects.toThrow('must make samples, linear makes none');
});
