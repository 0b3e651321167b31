import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PretextError } from '#app/contract';
import { batches, type ImageReader, openImages } from '#main/data';
import { fill, grey, greys, idx, importing, type Outcome, pictures, png, temporary } from './make';

async function opened(): Promise<Outcome & { reader: ImageReader }> {
  const folder = fill(temporary(), {
    'x-images-idx3-ubyte': idx([50, 8, 8], greys(50)),
    'x-labels-idx1-ubyte': idx(
      [50],
      Uint8Array.from({ length: 50 }, (_, i) => i % 2),
    ),
  });
  const outcome = await importing(folder);
  const reader = openImages(outcome.objects, outcome.dataset);
  onTestFinished(() => reader.close());
  return { ...outcome, reader };
}

describe('reading by index', () => {
  it('gives the items in the order asked for, repeated ones and runs included', async () => {
    const { reader } = await opened();
    const order = [7, 8, 9, 3, 3, 49, 0, 1];
    expect(await reader.readBytes(order)).toEqual(new Uint8Array(order.flatMap((i) => [...grey(i + 1)])));
    expect(await reader.readBytes([])).toEqual(new Uint8Array(0));
  });

  it('gives values in [0, 1] with channels first', async () => {
    const pixels = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => (i * 50) % 256);
    const { objects, dataset } = await importing(
      fill(temporary(), { '1.png': await png(pixels), '2.png': await png(pixels.map((v) => 255 - v)) }),
    );
    const reader = openImages(objects, dataset);
    const x = await reader.read([1, 0]); // [2, 3, 8, 8]
    expect(x).toHaveLength(2 * 3 * 64);
    for (let c = 0; c < 3; c++)
      for (let p = 0; p < 64; p++) {
        expect(x[c * 64 + p]).toBe(Math.fround((255 - pixels[3 * p + c]!) / 255));
        expect(x[192 + c * 64 + p]).toBe(Math.fround(pixels[3 * p + c]! / 255));
      }
    reader.close();
  });

  it('refuses an item that does not exist', async () => {
    const { reader } = await opened();
    await expect(reader.read([50])).rejects.toThrow('Item 50 does not exist: the data set has items 0 to 49.');
    await expect(reader.read([1.5])).rejects.toThrow(PretextError);
  });

  it('tells labels and splits as the import told them', async () => {
    const { reader, items } = await opened();
    expect([...reader.labels]).toEqual(items.map(({ label }) => label));
    for (const split of ['train', 'validation', 'test'] as const)
      expect([...reader.indices(split)]).toEqual(
        items.filter((item) => item.split === split).map(({ index }) => index),
      );
  });

  it('finds the variance of all pixels of a split', async () => {
    const { reader } = await opened();
    const values = [...(await reader.read(reader.indices('train')))];
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    expect(await reader.variance('train', 1000)).toBeCloseTo(variance, 7);
    const few = await reader.variance('train', 5);
    expect(few).not.toBe(await reader.variance('train', 1000));
    expect(few).toBeGreaterThan(0);
  });
});

describe('batches', () => {
  it('walk a split in order and leave nothing out', async () => {
    const { reader } = await opened();
    const got: number[] = [];
    const sizes: number[] = [];
    for await (const { x, labels, indices } of batches(reader, 'train', 16)) {
      expect(x).toEqual(await reader.read(indices));
      expect([...labels]).toEqual([...indices].map((i) => reader.labels[i]));
      got.push(...indices);
      sizes.push(indices.length);
    }
    expect(got).toEqual([...reader.indices('train')]);
    expect(sizes).toEqual([16, 16, 8]);
  });

  it('stop at the limit', async () => {
    const { reader } = await opened();
    const sizes: number[] = [];
    for await (const { indices } of batches(reader, 'train', 16, 20)) sizes.push(indices.length);
    expect(sizes).toEqual([16, 4]);
  });
});

describe('damage', () => {
  it('a blob that is gone or cut short is named when the data set is opened', async () => {
    for (const blob of ['pixels', 'labels', 'splits'] as const) {
      const { objects, dataset } = await importing(fill(temporary(), await pictures(4, ['a'])));
      const path = join(objects, dataset.blobs[blob]);
      truncateSync(path, 3);
      expect(() => openImages(objects, dataset)).toThrow(
        `The data file ${path} of the data set ${dataset.name} has 3 bytes where`,
      );
      rmSync(path);
      expect(() => openImages(objects, dataset)).toThrow(
        `The data file ${path} of the data set ${dataset.name} cannot be read: it does not exist`,
      );
    }
  });

  it('one changed byte is found by verify, and importing again repairs it', async () => {
    const folder = fill(temporary(), await pictures(4, ['a']));
    const { objects, dataset } = await importing(folder);
    const path = join(objects, dataset.blobs.pixels);
    const bytes = readFileSync(path);
    bytes[100] = bytes[100]! ^ 1;
    writeFileSync(path, bytes);
    const reader = openImages(objects, dataset);
    await expect(reader.verify()).rejects.toThrow(`The data file ${path} of the data set ${dataset.name} is damaged`);
    reader.close();
    await importing(folder, {}, { objects });
    const repaired = openImages(objects, dataset);
    await expect(repaired.verify()).resolves.toBeUndefined();
    repaired.close();
  });
});
