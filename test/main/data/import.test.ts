import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { dataset as datasetSchema } from '#app/records/dataset';
import { openImages } from '#main/data';
import { fill, flat, grey, greyPng, greys, idx, importing, namesIn, pictures, png, temporary, zip } from './make';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a folder of pictures', () => {
  it('gives pixel for pixel what the files hold, class by folder, in natural order', async () => {
    const folder = fill(temporary(), {
      'cat/10.png': await greyPng(1),
      'cat/2.png': await greyPng(2),
      'ant/1.png': await greyPng(3),
    });
    const { dataset, items, objects, problems } = await importing(folder);
    expect(items.map(({ name, label }) => [name, dataset.classes[label]])).toEqual([
      ['ant/1.png', 'ant'],
      ['cat/2.png', 'cat'],
      ['cat/10.png', 'cat'],
    ]);
    expect(problems).toEqual([]);
    expect(dataset.image).toEqual({ height: 8, width: 8, channels: 1 });
    const stored = await openImages(objects, dataset).readBytes([0, 1, 2]);
    expect(stored).toEqual(new Uint8Array([...grey(3), ...grey(2), ...grey(1)]));
  });

  it('fulfils the record and names every blob by its own hash', async () => {
    const folder = fill(temporary(), await pictures(12, ['a', 'b']));
    const { dataset, objects, items } = await importing(folder);
    expect(() => datasetSchema.parse(dataset)).not.toThrow();
    expect(namesIn(objects).sort()).toEqual(Object.values(dataset.blobs).sort());
    for (const name of namesIn(objects)) expect(sha256(readFileSync(join(objects, name)))).toBe(name);
    expect(dataset.count).toBe(12);
    expect(items.map(({ index }) => index)).toEqual([...Array(12).keys()]);
  });

  it('gives the same hash for the same data wherever it lies, and another one when a pixel, a class or the seed differs', async () => {
    const files = await pictures(20, ['a', 'b']);
    const hashOf = async (content: Record<string, Buffer>, seed = 0): Promise<string> =>
      (await importing(fill(temporary(), content), { seed })).imported.hash;
    const hash = await hashOf(files);
    expect(await hashOf(files)).toBe(hash);
    expect(await hashOf({ ...files, 'a/0.png': await greyPng(99) })).not.toBe(hash);
    const { 'a/0.png': moved, ...rest } = files;
    expect(await hashOf({ ...rest, 'b/0.png': moved! })).not.toBe(hash);
    expect(await hashOf(files, 1)).not.toBe(hash);
  });

  it('takes train, val and test folders as splits', async () => {
    const folder = fill(temporary(), {
      'train/a/1.png': await greyPng(1),
      'train/b/2.png': await greyPng(2),
      'val/a/3.png': await greyPng(3),
      'test/b/4.png': await greyPng(4),
    });
    const { imported, items } = await importing(folder);
    expect(imported.classes).toEqual(['a', 'b']);
    expect(Object.fromEntries(items.map(({ name, split }) => [name, split]))).toEqual({
      'train/a/1.png': 'train',
      'train/b/2.png': 'train',
      'val/a/3.png': 'validation',
      'test/b/4.png': 'test',
    });
  });

  it('takes several folders as classes of one data set', async () => {
    const folder = fill(temporary(), await pictures(6, ['cat', 'dog']));
    const { imported } = await importing([join(folder, 'cat'), join(folder, 'dog')]);
    expect(imported.classes).toEqual(['cat', 'dog']);
  });

  it('works with Chinese characters and spaces in paths, classes and the objects folder', async () => {
    const folder = fill(join(temporary(), '数据 集'), {
      '猫 咪/图 1.png': await greyPng(1),
      '狗/图 2.png': await greyPng(2),
    });
    const { imported, items, dataset, objects } = await importing(
      folder,
      {},
      { objects: join(temporary(), '项目 一/objects') },
    );
    expect(imported.name).toBe('数据 集');
    expect([...imported.classes].sort()).toEqual(['狗', '猫 咪'].sort());
    expect(items.map(({ name }) => name).sort()).toEqual(['狗/图 2.png', '猫 咪/图 1.png'].sort());
    await expect(openImages(objects, dataset).verify()).resolves.toBeUndefined();
  });

  it('imports one picture alone, and keeps it for training', async () => {
    const { imported, items } = await importing(fill(temporary(), { 'one.png': await greyPng(1) }));
    expect(imported.splitCounts).toEqual({ train: 1, validation: 0, test: 0 });
    expect(items).toEqual([{ index: 0, name: 'one.png', label: -1, split: 'train' }]);
  });
});

describe('size and colour', () => {
  it('takes the most frequent size and centres what is smaller on black', async () => {
    const folder = fill(temporary(), {
      '1.png': await greyPng(1),
      '2.png': await greyPng(2),
      '3.png': await png(new Uint8Array(4 * 8).fill(200), 4, 8), // 8 wide, 4 high: two black rows above and below
    });
    const { dataset, objects } = await importing(folder);
    expect(dataset.image).toEqual({ height: 8, width: 8, channels: 1 });
    const stored = await openImages(objects, dataset).readBytes([2]);
    const rows = Array.from({ length: 8 }, (_, y) => [...new Set(stored.subarray(y * 8, y * 8 + 8))]);
    expect(rows).toEqual([[0], [0], [200], [200], [200], [200], [0], [0]]);
  });

  it('fits into the square that is asked for', async () => {
    const folder = fill(temporary(), { 'wide.png': await flat('#ffffff', 10, 40) });
    const { dataset, objects } = await importing(folder, { size: 20 });
    expect(dataset.image).toEqual({ height: 20, width: 20, channels: 1 });
    const stored = await openImages(objects, dataset).readBytes([0]);
    expect([...stored.subarray(0, 7 * 20)].every((v) => v === 0)).toBe(true);
    expect([...stored.subarray(7 * 20, 12 * 20)].every((v) => v === 255)).toBe(true);
  });

  it('turns to colour when one picture of many has it, also where that is seen late', async () => {
    const files = await pictures(100, ['a']);
    const folder = fill(temporary(), { ...files, 'a/1.png': await flat('#ff0000') }); // not among those looked at first
    const { dataset, objects, items, progress } = await importing(folder);
    expect(progress.filter(([done]) => done === 1)).toHaveLength(2); // it did start again
    expect(dataset.image.channels).toBe(3);
    expect(items).toHaveLength(100);
    expect([...(await openImages(objects, dataset).readBytes([1])).subarray(0, 3)]).toEqual([255, 0, 0]);
    expect(namesIn(objects)).toHaveLength(3); // nothing is left of the first attempt
  });

  it('makes grey as the luma of BT.601 when one channel is asked for', async () => {
    const folder = fill(temporary(), { 'red.png': await flat('#ff0000'), 'green.png': await flat('#00ff00') });
    const { dataset, objects } = await importing(folder, { channels: 1 });
    const [green, red] = [Math.round(0.587 * 255), Math.round(0.299 * 255)];
    const stored = await openImages(objects, dataset).readBytes([0, 1]);
    expect([stored[0], stored[64]]).toEqual([green, red]);
  });

  it('stores grey pictures as grey whether the file has one channel, three or sixteen bits', async () => {
    const pixels = grey(5);
    const rgb = Uint8Array.from({ length: 192 }, (_, i) => pixels[Math.floor(i / 3)]!);
    const wide = new Uint16Array(pixels).map((v) => v * 257);
    const deep = await sharp(wide, { raw: { height: 8, width: 8, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    const { dataset, objects } = await importing(
      fill(temporary(), { '1.png': await png(pixels), '2.png': await png(rgb), '3.png': deep }),
    );
    expect(dataset.image.channels).toBe(1);
    expect(await openImages(objects, dataset).readBytes([0, 1, 2])).toEqual(
      new Uint8Array([...pixels, ...pixels, ...pixels]),
    );
  });

  it('puts transparency on black and turns photographs upright', async () => {
    const clear = await sharp({ create: { height: 8, width: 8, channels: 4, background: '#ffffff00' } })
      .png()
      .toBuffer();
    const lying = await sharp(grey(3, 4, 8), { raw: { height: 4, width: 8, channels: 1 } })
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const first = await importing(fill(temporary(), { 'clear.png': clear }));
    expect([...new Set(await openImages(first.objects, first.dataset).readBytes([0]))]).toEqual([0]);
    expect((await importing(fill(temporary(), { 'lying.jpg': lying }))).imported.image).toMatchObject({
      height: 8,
      width: 4,
    });
  });

  it('imports PNG, JPEG and WebP alike', async () => {
    const picture = sharp(grey(1), { raw: { height: 8, width: 8, channels: 1 } });
    const folder = fill(temporary(), {
      'a.PNG': await picture.clone().png().toBuffer(),
      'b.jpeg': await picture.clone().jpeg().toBuffer(),
      'c.webp': await picture.clone().webp({ lossless: true }).toBuffer(),
    });
    const { imported, problems } = await importing(folder);
    expect(imported.count).toBe(3);
    expect(problems.map(({ kind }) => kind)).toEqual(['duplicate']); // the lossless WebP of the PNG
  });
});

describe('IDX', () => {
  it('gives the same items plain, packed and from an archive', async () => {
    const images = idx([10, 8, 8], greys(10));
    const labels = idx(
      [10],
      Uint8Array.from({ length: 10 }, (_, i) => i % 3),
    );
    const plain = fill(temporary(), { 'x-images-idx3-ubyte': images, 'x-labels-idx1-ubyte': labels });
    const packed = fill(temporary(), {
      'x-images-idx3-ubyte.gz': gzipSync(images),
      'x-labels-idx1-ubyte.gz': gzipSync(labels),
    });
    const archive = join(temporary(), 'x.zip');
    writeFileSync(
      archive,
      await zip({ 'in/x-images-idx3-ubyte.gz': gzipSync(images), 'in/x-labels-idx1-ubyte': labels }),
    );
    const [a, b, c] = await Promise.all([importing(plain), importing(packed), importing(archive)]);
    expect(a.imported).toMatchObject({ format: 'idx', count: 10, classes: ['0', '1', '2'] });
    expect(a.items[4]).toMatchObject({ name: 'x/00004', label: 1 });
    expect(b.imported.hash).toBe(a.imported.hash);
    expect(c.imported).toMatchObject({ format: 'zip', hash: a.imported.hash });
    expect(await openImages(a.objects, a.dataset).readBytes([9])).toEqual(grey(10));
  });

  it('pairs two files named by the user by their content, whatever they are called', async () => {
    const folder = fill(temporary(), {
      'one.bin': idx([4], Uint8Array.of(7, 7, 9, 9)),
      'other.bin': idx([4, 8, 8], greys(4)),
    });
    const { imported, items } = await importing([join(folder, 'one.bin'), join(folder, 'other.bin')]);
    expect(imported.classes).toEqual(['7', '9']);
    expect(items.map(({ label }) => label)).toEqual([0, 0, 1, 1]);
  });

  it('finds a pair in a folder by its content where the names say little', async () => {
    const folder = fill(temporary(), {
      'pictures.bin': idx([4, 8, 8], greys(4)),
      classes: idx([4], Uint8Array.of(0, 1, 2, 3)),
      LICENSE: 'Do what you like.',
      'read me.txt': 'x',
    });
    const { imported, problems } = await importing(folder);
    expect(imported).toMatchObject({ format: 'idx', count: 4, classes: ['0', '1', '2', '3'], sources: [folder] });
    expect(problems.map(({ kind }) => kind)).toEqual(['skipped', 'skipped']);
  });

  it('fits pairs of different sizes into the size of most pictures', async () => {
    const folder = fill(temporary(), {
      'a.idx3-ubyte': idx([3, 6, 6], greys(3, 6, 6)),
      'b.idx3-ubyte': idx([5, 8, 8], greys(5)),
    });
    const { imported, items } = await importing(folder);
    expect(imported).toMatchObject({ count: 8, image: { height: 8, width: 8, channels: 1 } });
    expect(items.map(({ name }) => name)).toEqual([
      ...[0, 1, 2].map((i) => `a/0000${i}`),
      ...[0, 1, 2, 3, 4].map((i) => `b/0000${i}`),
    ]);
  });

  it('keeps the test part of train and t10k files, and takes validation from the training part', async () => {
    const pair = (name: string, count: number, first: number): Record<string, Buffer> => ({
      [`${name}-images-idx3-ubyte`]: idx([count, 8, 8], greys(first + count).subarray(first * 64)),
      [`${name}-labels-idx1-ubyte`]: idx([count], new Uint8Array(count)),
    });
    const { imported, items } = await importing(fill(temporary(), { ...pair('t10k', 6, 20), ...pair('train', 20, 0) }));
    expect(imported.splitCounts).toEqual({ train: 18, validation: 2, test: 6 });
    expect(items.filter(({ split }) => split === 'test').every(({ name }) => name.startsWith('test/'))).toBe(true);
  });

  it('scales to the size that is asked for', async () => {
    const folder = fill(temporary(), { 'x.idx3-ubyte': idx([2, 8, 8], new Uint8Array(128).fill(90)) });
    const { imported, dataset, objects } = await importing(folder, { size: 16, channels: 3 });
    expect(imported.image).toEqual({ height: 16, width: 16, channels: 3 });
    expect([...new Set(await openImages(objects, dataset).readBytes([0, 1]))]).toEqual([90]);
  });
});

describe('a zip archive', () => {
  it('is imported as the folder inside it would be', async () => {
    const files = await pictures(12, ['a', 'b']);
    const archive = join(temporary(), 'animals.zip');
    writeFileSync(
      archive,
      await zip(Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`wrapped/${name}`, bytes]))),
    );
    const fromZip = await importing(archive);
    const fromFolder = await importing(fill(temporary(), files));
    expect(fromZip.imported).toMatchObject({ name: 'animals', format: 'zip', classes: ['a', 'b'] });
    expect(fromZip.imported.hash).toBe(fromFolder.imported.hash);
  });
});

describe('pictures and IDX files side by side', () => {
  it('are told apart by what is asked for; the pictures come first', async () => {
    const files = {
      'a/1.png': await greyPng(1),
      'b/2.png': await greyPng(2),
      'x.idx3-ubyte': idx([5, 8, 8], greys(5)),
    };
    const folder = fill(temporary(), files);
    const first = await importing(folder);
    expect(first.imported).toMatchObject({ format: 'folder', count: 2 });
    expect(first.problems[0]?.reason).toContain('Import IDX files apart from pictures.');
    expect((await importing(folder, { as: 'idx' })).imported).toMatchObject({ format: 'idx', count: 5 });
    const archive = join(temporary(), 'both.bin');
    writeFileSync(archive, await zip(files)); // told by its first bytes
    expect((await importing(archive, { as: 'idx' })).imported).toMatchObject({ format: 'zip', count: 5 });
  });
});

describe('labels from a CSV', () => {
  it('name the class of each file; what has no row and what no file has is reported', async () => {
    const folder = fill(temporary(), {
      'x/1.png': await greyPng(1),
      'x/2.png': await greyPng(2),
      'x/3.png': await greyPng(3),
    });
    const csv = join(temporary(), 'labels.csv');
    writeFileSync(csv, 'file,label\nx/1.png,"red, dark"\r\n2.png,blue\ngone.png,blue\n');
    const { imported, items, problems } = await importing(folder, { labels: csv });
    expect(imported.classes).toEqual(['blue', 'red, dark']);
    expect(items.map(({ label }) => label)).toEqual([1, 0, -1]);
    expect(problems.map(({ kind, item }) => [kind, item])).toEqual([
      ['unlabelled', 2],
      ['skipped', undefined],
    ]);
    expect(problems[1]?.reason).toContain('gone.png');
  });

  it('that name no picture at all are those of other data: refused with both named, and nothing is left behind', async () => {
    const folder = fill(temporary(), { 'x/1.png': await greyPng(1), 'x/2.png': await greyPng(2) });
    const csv = join(temporary(), 'labels.csv');
    writeFileSync(csv, 'file,label\ny/7.png,red\ny/8.png,blue\ny/9.png,blue\n');
    const objects = join(temporary(), 'objects');
    await expect(importing(folder, { labels: csv }, { objects })).rejects.toMatchObject({
      kind: 'usage',
      message: `None of the 3 rows of ${csv} names one of the 2 pictures; the first names “y/7.png”.`,
      advice: expect.stringContaining('one line for each picture'),
    });
    expect(namesIn(objects)).toEqual([]);
  });
});
