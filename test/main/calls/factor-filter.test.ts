/** Laws of narrowing pictures by the factors that they are known to be made from. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ImageDataset } from '#app/records/dataset';
import { placesWith } from '#main/calls/factor-filter';
import { writeObject } from '#main/data/objects';

const folder = mkdtempSync(join(tmpdir(), 'pretext-factors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** Every pair of three shapes and four places, twice. */
const values = Int32Array.from({ length: 48 }, (_, i) => {
  const item = Math.floor(i / 2);
  return i % 2 === 0 ? item % 3 : Math.floor(item / 3) % 4;
});
let dataset: ImageDataset;
beforeAll(async () => {
  const factors = await writeObject(folder, new Uint8Array(values.buffer));
  dataset = {
    name: 'sprites',
    factors: { names: ['shape', 'x'], sizes: [3, 4] },
    blobs: { pixels: '', labels: '', splits: '', factors },
  } as ImageDataset;
});

it('all wanted values must hold, and items come in order', async () => {
  expect(await placesWith(folder, dataset, { shape: 1 })).toEqual([1, 4, 7, 10, 13, 16, 19, 22]);
  expect(await placesWith(folder, dataset, { shape: 2, x: 3 })).toEqual([11, 23]);
  expect(await placesWith(folder, dataset, { x: 9 })).toEqual([]);
  expect(await placesWith(folder, dataset, {})).toHaveLength(24);
});

it('a factor that is not known is refused with those that are', async () => {
  await expect(placesWith(folder, dataset, { colour: 1 })).rejects.toMatchObject({
    message: 'sprites knows no factor “colour”',
    advice: 'its factors are shape, x',
  });
  const plain = { name: 'photographs', blobs: {} } as ImageDataset;
  await expect(placesWith(folder, plain, { shape: 1 })).rejects.toMatchObject({
    advice: 'its pictures come without known factors',
  });
});
