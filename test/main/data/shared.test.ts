/** The importers on the well-known data sets themselves. They lie beside the project, where they are at all; else skipped. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openImages } from '#main/data';
import { importing } from './make';

const shared = resolve('../shared/data/images');
const fashion = [
  process.env['PRETEXT_FASHION_MNIST'],
  '/usr/share/datasets/fashion-mnist',
  join(shared, 'fashion-mnist'),
].find((folder) => folder && existsSync(join(folder, 'train-images-idx3-ubyte.gz')));
const mnist = join(shared, 'mnist');

/** Skipped under a name that says what is missing. */
function given(folder: string | undefined, what: string, run: (folder: string) => void): void {
  const present = folder !== undefined && existsSync(folder);
  describe.skipIf(!present)(`${what}${present ? '' : ` (skipped: not found${folder ? ` at ${folder}` : ''})`}`, () =>
    run(folder ?? ''),
  );
}

async function importingSixty(sources: string[]): Promise<{ peak: number } & Awaited<ReturnType<typeof importing>>> {
  const before = process.memoryUsage.rss();
  let peak = 0;
  const outcome = await importing(
    sources,
    {},
    { progress: () => (peak = Math.max(peak, process.memoryUsage.rss() - before)) },
  );
  return { ...outcome, peak };
}

given(mnist, 'MNIST as IDX', (folder) => {
  it('imports 60,000 digits with their labels in bounded memory', async () => {
    const { imported, peak, dataset, objects } = await importingSixty([folder]);
    expect(imported).toMatchObject({
      format: 'idx',
      count: 60_000,
      splitCounts: { train: 48_000, validation: 6000, test: 6000 },
    });
    expect(imported.image).toEqual({ height: 28, width: 28, channels: 1 });
    const reader = openImages(objects, dataset);
    expect([...reader.labels.subarray(0, 8)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3]); // as every MNIST tutorial shows
    expect(Math.sqrt(await reader.variance('train', 60_000))).toBeCloseTo(0.3081, 2);
    reader.close();
    expect(peak).toBeLessThan(150e6);
  });
});

given(fashion, 'Fashion-MNIST as IDX', (folder) => {
  it('imports 60,000 and 10,000 with their own split in bounded memory', async () => {
    const { imported, peak } = await importingSixty([folder]);
    expect(imported).toMatchObject({ count: 70_000, splitCounts: { train: 54_000, validation: 6000, test: 10_000 } });
    expect(imported.classes).toHaveLength(10);
    expect(peak).toBeLessThan(150e6);
  });
});

given(join(shared, 'mnist-png'), 'MNIST as PNG in class folders', (folder) => {
  it('imports 600 pictures that are among those of the IDX file', async () => {
    const { imported, problems, dataset, objects } = await importing(folder);
    expect(imported).toMatchObject({
      format: 'folder',
      count: 600,
      splitCounts: { train: 480, validation: 60, test: 60 },
    });
    expect(problems.map(({ kind }) => kind)).toEqual(['skipped']); // its README
    const png = openImages(objects, dataset);
    expect([...png.labels].filter((label) => label === 7)).toHaveLength(60);
    if (!existsSync(mnist)) return;
    const idx = await importing(mnist);
    const reader = openImages(idx.objects, idx.dataset);
    const known = new Set<string>();
    for (let from = 0; from < 2000; from++) known.add(Buffer.from(await reader.readBytes([from])).toString('latin1'));
    for (const i of [0, 100, 599]) expect(known).toContain(Buffer.from(await png.readBytes([i])).toString('latin1'));
    reader.close();
    png.close();
  });
});

given(join(shared, 'cifar10-jpg'), 'CIFAR-10 as JPEG in class folders', (folder) => {
  it('imports 7,000 colour pictures of ten classes', async () => {
    const { imported } = await importing(folder);
    expect(imported).toMatchObject({ count: 7000, image: { height: 32, width: 32, channels: 3 } });
    expect(imported.classes).toEqual([
      'airplane',
      'automobile',
      'bird',
      'cat',
      'deer',
      'dog',
      'frog',
      'horse',
      'ship',
      'truck',
    ]);
    expect(imported.splitCounts).toEqual({ train: 5600, validation: 700, test: 700 });
  });
});
