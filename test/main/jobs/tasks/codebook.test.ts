import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Flag } from '#main/jobs/flag';
import { closeModels } from '#main/jobs/models';
import type { ModelRef, TaskName, Tasks } from '#main/jobs/protocol';
import { linearRecipe } from '#test/jobs/linear';
import { makeProject, makeRun, perform, type TestProject, testRooms } from '#test/jobs/project';
import { trainedVqVae, vqVaeRooms } from '#test/jobs/vq-vae';

let project: TestProject;
let model: ModelRef;
beforeAll(async () => {
  project = await makeProject();
  model = await trainedVqVae(project);
});
afterAll(async () => {
  await closeModels();
  await project.remove();
});

const ask = <K extends TaskName>(task: K, what: Omit<Tasks[K]['ask'], 'folders' | 'model'>, flag = Flag.create()) => {
  const full = { folders: project.folders, model, ...what } as Tasks[K]['ask'];
  return perform(task, full, { rooms: vqVaeRooms, flag });
};

describe('an opened codebook', () => {
  it('counts every place of every item once', async () => {
    const { done, notes } = ask('codebook.open', { split: 'train' });
    const book = await done;
    expect(book).toMatchObject({ size: 12, length: 4, map: { height: 2, width: 2 }, split: 'train', items: 60 });
    expect(book.counts.reduce((sum, n) => sum + n, 0)).toBe(60 * 4);
    expect(book.used).toBe(book.counts.filter((n) => n > 0).length);
    expect(2 ** book.entropyBits).toBeCloseTo(book.perplexity, 6);
    expect(notes.at(-1)).toMatchObject({ kind: 'progress', done: 60, total: 60 });
  });

  it('has a patch, neighbours and a place in order and plane for every code', async () => {
    const book = await ask('codebook.open', { split: 'train' }).done;
    expect(book.patches).toMatchObject({ count: 12, height: 4, width: 4, channels: 1 });
    expect([...book.similarityOrder].sort((a, b) => a - b)).toEqual([...Array(12).keys()]);
    expect(book.neighbours).toHaveLength(12 * 8);
    expect(book.plane).toHaveLength(12 * 2);
  });

  it('draws as a patch the mean of what the decoder puts where the code stands', async () => {
    const { patches, counts } = await ask('codebook.open', { split: 'train' }).done;
    const code = counts.indexOf(Math.max(...counts));
    const { page } = await ask('codebook.where', { split: 'train', code, offset: 0, limit: 100 }).done;
    const sums = new Float64Array(16);
    for (const { index, cells } of page) {
      const { decoded } = await ask('codebook.map', { item: index }).done;
      for (const cell of cells)
        for (let at = 0; at < 16; at++) {
          const [row, column] = [Math.floor(cell / 2) * 4 + Math.floor(at / 4), (cell % 2) * 4 + (at % 4)];
          sums[at]! += decoded.pixels[row * 8 + column]!;
        }
    }
    // Bytes are rounded before they are summed here, and after it there.
    for (let at = 0; at < 16; at++)
      expect(Math.abs(patches.pixels[code * 16 + at]! - sums[at]! / counts[code]!)).toBeLessThanOrEqual(1);
  });

  it('draws a dead code as the decoder draws it alone', async () => {
    const { patches, counts } = await ask('codebook.open', { split: 'test' }).done;
    const dead = [...counts.keys()].filter((code) => counts[code] === 0);
    expect(dead.length).toBeGreaterThan(0);
    for (const code of dead) {
      const { picture } = await ask('codebook.decode', { codes: new Int32Array(4).fill(code) }).done;
      for (let y = 0; y < 4; y++)
        for (let x = 0; x < 4; x++)
          expect(patches.pixels[(code * 4 + y) * 4 + x]).toBe(picture.pixels[(4 + y) * 8 + 4 + x]);
    }
  });

  it('is encoded once: opened again it comes from disk, and a damaged cache is encoded anew', async () => {
    const first = await ask('codebook.open', { split: 'validation' }).done;
    await closeModels();
    const again = ask('codebook.open', { split: 'validation' });
    expect(await again.done).toEqual(first);
    expect(again.notes).toEqual([]);
    const cache = (await readdir(project.folders.objects)).filter((name) => name.startsWith('codes-'));
    for (const name of cache) await truncate(join(project.folders.objects, name), 40);
    await closeModels();
    const anew = ask('codebook.open', { split: 'validation' });
    expect(await anew.done).toEqual(first);
    expect(anew.notes.length).toBeGreaterThan(0);
  });

  it('can be stopped, and opened after that', async () => {
    const flag = Flag.create();
    flag.raise('stop');
    await expect(ask('codebook.open', { split: 'test' }, flag).done).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await ask('codebook.open', { split: 'test' }).done).toMatchObject({ items: 20 });
  });
});

describe('where a code fires', () => {
  it('agrees with the maps of the items, for every code', async () => {
    const book = await ask('codebook.open', { split: 'test' }).done;
    for (let code = 0; code < 12; code++) {
      const where = await ask('codebook.where', { split: 'test', code, offset: 0, limit: 100 }).done;
      expect(where.places).toBe(book.counts[code]);
      expect(where.page).toHaveLength(where.items);
      expect(where.pictures.count).toBe(where.items);
      for (const { index, cells, split } of where.page) {
        const { codes } = await ask('codebook.map', { item: index }).done;
        expect([...codes.keys()].filter((place) => codes[place] === code)).toEqual(cells);
        expect(split).toBe('test');
        expect(index % 5).toBe(4); // the test split of the generated data
      }
    }
  });

  it('is told page by page', async () => {
    const { counts } = await ask('codebook.open', { split: 'train' }).done;
    const code = counts.indexOf(Math.max(...counts));
    const whole = await ask('codebook.where', { split: 'train', code, offset: 0, limit: 200 }).done;
    const part = await ask('codebook.where', { split: 'train', code, offset: 2, limit: 3 }).done;
    expect(part.page).toEqual(whole.page.slice(2, 5));
    expect(part.items).toBe(whole.items);
  });
});

describe('a map of codes', () => {
  it('decodes to the reconstruction, and its error is that of the pixels', async () => {
    const { codes, original, decoded, mse } = await ask('codebook.map', { item: 7 }).done;
    const { picture, milliseconds } = await ask('codebook.decode', { codes }).done;
    expect(picture).toEqual(decoded);
    expect(original).toEqual(await perform('pictures', { ...project, indices: [7] }).done);
    const off = original.pixels.reduce((sum, value, i) => sum + ((value - decoded.pixels[i]!) / 255) ** 2, 0) / 64;
    expect(Math.abs(mse - off)).toBeLessThan(0.005); // pixels shown are rounded to 1/255
    expect(milliseconds).toBeGreaterThan(0);
  });

  it.each([
    [new Int32Array(3), 'must have 4 codes, got 3'],
    [Int32Array.of(0, 1, 2, 12), 'code must lie in [0, 11], got 12'],
    [Int32Array.of(0, -1, 2, 3), 'code must lie in [0, 11], got -1'],
  ])('of the wrong size or with codes that do not exist is refused', async (codes, message) => {
    await expect(ask('codebook.decode', { codes }).done).rejects.toThrow(message);
  });
});

it('a run without a codebook is told apart', async () => {
  const run = makeRun(project);
  const what = { folders: project.folders, run, dataset: project.dataset };
  await perform('train', { ...what, resume: false }).done;
  const rooms = testRooms({ recipeOf: () => linearRecipe() });
  const { done } = perform('codebook.open', { folders: project.folders, model: what, split: 'test' }, { rooms });
  await expect(done).rejects.toThrow('needs a model with a codebook, linear has none');
});
