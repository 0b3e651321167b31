/** Everything that users' data gets wrong: one clear message each, nothing lost, the rest goes on. */
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PretextError } from '#app/contract';
import type { ImportOptions } from '#app/records/dataset';
import type { ImportContext } from '#main/data';
import { type Disk, realDisk } from '#main/data/disk';
import { fill, flat, grey, greyPng, greys, idx, importing, namesIn, pictures, temporary, zip } from './make';

/** The error that an import ends with. */
async function failureOf(
  sources: string | string[],
  options?: ImportOptions,
  context?: Partial<ImportContext>,
): Promise<PretextError> {
  const error = await importing(sources, options, context).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PretextError);
  return error as PretextError;
}

/** Bytes that do not compress. */
function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

const root = process.getuid?.() === 0;

describe('sources that hold nothing', () => {
  it('an empty folder is refused with the kinds that can be imported', async () => {
    const folder = temporary();
    const error = await failureOf(folder);
    expect(error.message).toBe(`${folder} holds nothing that can be imported.`);
    expect(error.advice).toContain('PNG, JPEG or WebP');
  });

  it('a path that does not exist is a usage error', async () => {
    const error = await failureOf(join(temporary(), 'nowhere'));
    expect(error.kind).toBe('usage');
    expect(error.message).toMatch(/nowhere does not exist\.$/);
  });

  it('an unsupported file is named with what it is not', async () => {
    const folder = fill(temporary(), { 'notes.doc': 'hell\0o', 'notes.txt': 'hello' });
    expect((await failureOf(join(folder, 'notes.doc'))).message).toContain(
      'notes.doc: Neither an IDX file nor a PNG, JPEG or WebP picture: it starts with 68656c6c',
    );
    expect((await failureOf(join(folder, 'notes.txt'))).message).toContain('notes.txt has only one column');
    expect((await failureOf(folder)).message).toContain('notes.doc: Not a');
  });

  it('a 0-byte IDX is called empty', async () => {
    const folder = fill(temporary(), { 'train-images-idx3-ubyte': '' });
    expect((await failureOf(folder)).message).toContain('train-images-idx3-ubyte: The file is empty (0 bytes).');
  });

  it('a folder of nothing but damaged pictures names the first', async () => {
    const folder = fill(temporary(), { '1.png': (await greyPng(1)).subarray(0, 60), '2.png': '' });
    const error = await failureOf(folder);
    expect(error.message).toMatch(
      /None of the pictures could be read\. The first: .*1\.png: The picture is cut short or damaged/,
    );
  });

  it('shares that leave nothing to train on are a usage error', async () => {
    const folder = fill(temporary(), { '1.png': await greyPng(1) });
    expect((await failureOf(folder, { split: { validation: 0.5, test: 0.5 } })).kind).toBe('usage');
  });
});

describe('bad pictures among good ones', () => {
  it('are left out with file and reason, and all others are imported', async () => {
    const good = await pictures(30, ['a', 'b']);
    const whole = await greyPng(77, 32, 32);
    const folder = fill(temporary(), {
      ...good,
      'a/cut.png': whole.subarray(0, Math.floor(whole.length / 2)),
      'a/nothing.jpg': '',
      'b/drawing.png': 'GIF89a………',
      'b/notes.xml': '<a/>',
      'b/more.xml': '<b/>',
    });
    symlinkSync(join(folder, 'gone.png'), join(folder, 'b/link.png'));
    const { imported, problems, items } = await importing(folder, { size: 8 });
    expect(items.map(({ name }) => name).sort()).toEqual(Object.keys(good).sort());
    expect(imported).toMatchObject({ count: 30, problemCount: problems.length });
    const told = Object.fromEntries(
      problems.map(({ file, kind, reason }) => [file.slice(folder.length + 1), [kind, reason]]),
    );
    expect(told).toEqual({
      'a/cut.png': ['unreadable', expect.stringMatching(/cut short or damaged/)],
      'a/nothing.jpg': ['empty', 'The file is empty (0 bytes).'],
      'b/drawing.png': [
        'skipped',
        expect.stringMatching(/Not a PNG, JPEG or WebP picture: the file starts with “GIF89a/),
      ],
      'b/link.png': ['unreadable', expect.stringMatching(/cannot be read: it does not exist \(a broken link/)],
      'b/more.xml': ['skipped', 'Not a PNG, JPEG or WebP picture, nor is 1 more file of type .xml.'],
    });
  });

  it.each(['jpeg', 'webp'] as const)('a truncated %s is reported, not imported half', async (format) => {
    const { default: sharp } = await import('sharp');
    const noisy = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i * i * 31) % 251);
    const whole = await sharp(noisy, { raw: { height: 64, width: 64, channels: 1 } })
      [format]()
      .toBuffer();
    const folder = fill(temporary(), {
      'good.png': await greyPng(1),
      [`cut.${format}`]: whole.subarray(0, whole.length - 200),
    });
    const { imported, problems } = await importing(folder);
    expect(imported.count).toBe(1);
    expect(problems).toMatchObject([{ kind: 'unreadable' }]);
  });

  it.skipIf(root)('a file that this user may not read is left out with that reason', async () => {
    const folder = fill(temporary(), { 'good.png': await greyPng(1), 'secret.png': await greyPng(2) });
    chmodSync(join(folder, 'secret.png'), 0);
    expect((await importing(folder)).problems).toMatchObject([
      { kind: 'unreadable', reason: 'The file cannot be read: this user may not read it.' },
    ]);
  });

  it('a folder link that leads back to itself is walked once', async () => {
    const folder = fill(temporary(), { 'a/1.png': await greyPng(1), 'b/2.png': await greyPng(2) });
    symlinkSync(folder, join(folder, 'a/loop'));
    expect((await importing(folder)).imported.count).toBe(2);
  });

  it('duplicates and blank pictures are kept and reported by item', async () => {
    const folder = fill(temporary(), {
      'a/1.png': await greyPng(1),
      'a/2.png': await greyPng(1),
      'b/3.png': await greyPng(1),
      'b/4.png': await flat('#808080'),
    });
    const { imported, problems, items } = await importing(folder);
    expect(imported.count).toBe(4);
    expect(problems.map(({ kind, item }) => [kind, item])).toEqual([
      ['blank', 3],
      ['duplicate', 1],
      ['duplicate', 2],
    ]);
    expect(problems[1]?.reason).toBe('The same pixels as a/1.png; both were kept.');
    expect(problems[2]?.reason).toMatch(/They are of different classes\.$/);
    expect(new Set(items.slice(0, 3).map(({ split }) => split)).size).toBe(1);
  });

  it('a class folder without a readable picture makes no class', async () => {
    const folder = fill(temporary(), { 'a/1.png': await greyPng(1), 'b/2.png': '', 'c/3.png': await greyPng(3) });
    expect((await importing(folder)).imported.classes).toEqual(['a', 'c']);
  });
});

describe('IDX files that lie', () => {
  const pair = (images: Buffer, labels: Buffer): string =>
    fill(temporary(), { 'x-images-idx3-ubyte': images, 'x-labels-idx1-ubyte': labels });

  it('too short: the whole pictures are kept and the rest is reported', async () => {
    const folder = pair(idx([10, 8, 8], greys(4).subarray(0, 3 * 64 + 20)), idx([10], new Uint8Array(10)));
    const { imported, problems } = await importing(folder);
    expect(imported.count).toBe(3);
    expect(problems.map(({ reason }) => reason)).toEqual([
      'The header says 10 pictures, but the file ends after 3 and a piece. Those 3 were kept.',
      'There are 10 labels for 3 pictures; the last 7 labels belong to none.',
    ]);
  });

  it('too long: as many as the header says, and the rest is reported', async () => {
    const { imported, problems } = await importing(pair(idx([3, 8, 8], greys(5)), idx([3], new Uint8Array(3))));
    expect(imported.count).toBe(3);
    expect(problems).toMatchObject([{ kind: 'skipped', reason: expect.stringMatching(/longer than the 3 pictures/) }]);
  });

  it('an absurd count does not fill the memory', async () => {
    const { imported } = await importing(
      pair(idx([4_000_000_000, 8, 8], greys(2)), idx([4_000_000_000], new Uint8Array(2))),
    );
    expect(imported.count).toBe(2);
  });

  it('fewer labels than pictures: the last have none', async () => {
    const { items, problems } = await importing(pair(idx([3, 8, 8], greys(3)), idx([2], Uint8Array.of(0, 1))));
    expect(items.map(({ label }) => label)).toEqual([0, 1, -1]);
    expect(problems[0]).toMatchObject({
      kind: 'unlabelled',
      reason: 'There are 2 labels for 3 pictures; the last 1 have none.',
    });
  });

  it('a cut-off gzip gives what is there', async () => {
    const packed = gzipSync(idx([200, 8, 8], noise(200 * 64)));
    const folder = fill(temporary(), { 'x-images-idx3-ubyte.gz': packed.subarray(0, Math.floor(packed.length / 2)) });
    const { imported, problems } = await importing(folder);
    expect(imported.count).toBeGreaterThan(20);
    expect(imported.count).toBeLessThan(200);
    expect(problems[0]?.reason).toContain(`ends after ${imported.count}`);
  });

  it.each([
    ['values that are floats', idx([2, 8, 8], greys(2), 13), /of type 0x0d; only 0x08/],
    ['two dimensions', idx([2, 8], greys(2)), /pictures of 8 × 0 × 1|that cannot be/],
    ['nine dimensions', idx([1, 1, 1, 1, 1, 1, 1, 1, 1], greys(1)), /has 9 dimensions/],
    ['a header cut short', idx([2, 8, 8], greys(0)).subarray(0, 10), /ends inside its header/],
    ['sides of a billion', idx([2, 1e9, 1e9], greys(1)), /that cannot be/],
  ])('%s: the message says so', async (_, bytes, message) => {
    const folder = fill(temporary(), { 'x-images-idx3-ubyte': bytes });
    expect((await failureOf(folder)).message).toMatch(message);
  });

  it('labels without pictures are no data', async () => {
    const folder = fill(temporary(), { 'x-labels-idx1-ubyte': idx([3], new Uint8Array(3)) });
    expect((await failureOf(folder)).message).toContain('Labels without the image file they belong to.');
  });
});

describe('archives', () => {
  const archived = async (files: Record<string, Uint8Array | string>): Promise<string> => {
    const path = join(temporary(), 'x.zip');
    writeFileSync(path, await zip(files));
    return path;
  };

  it('what is not a zip is called that', async () => {
    const path = join(fill(temporary(), { 'x.zip': 'this is text' }), 'x.zip');
    const error = await failureOf(path);
    expect(error.message).toMatch(/x\.zip is not a zip archive, or it is cut short or damaged/);
    expect(error.advice).toBeDefined();
  });

  it('a cut-off zip is called that', async () => {
    const path = await archived(await pictures(10, ['a']));
    truncateSync(path, 900);
    expect((await failureOf(path)).message).toMatch(/cut short or damaged/);
  });

  it('an entry that unpacks to absurd size is left out, and the rest is imported', async () => {
    const path = await archived({
      'a/1.png': await greyPng(1),
      'a/bomb.png': Buffer.alloc(20_000_000),
      'a/2.png': await greyPng(2),
    });
    const { imported, problems } = await importing(path);
    expect(imported.count).toBe(2);
    expect(problems).toMatchObject([
      {
        file: expect.stringMatching(/x\.zip › a\/bomb\.png$/),
        kind: 'skipped',
        reason: expect.stringMatching(/20\.0 MB: it looks like a zip bomb/),
      },
    ]);
  });

  it('too many entries, or too much in all, is refused as a whole', async () => {
    const path = await archived(await pictures(10, ['a']));
    const limits = { entries: 1000, totalBytes: 1e9, ratio: 250, ratioFrom: 4e6 };
    const total = await failureOf(path, {}, { zipLimits: { ...limits, totalBytes: 500 } });
    expect(total.message).toMatch(/would unpack to more than 500 bytes: it looks like a zip bomb/);
    const many = await failureOf(path, {}, { zipLimits: { ...limits, entries: 9 } });
    expect(many.message).toMatch(/holds 10 entries; at most 9/);
  });

  it('names that climb out of the archive stay inside', async () => {
    const bytes = await zip({ 'aa/bb/evil.png': await greyPng(1), 'c/good.png': await greyPng(2) });
    // yazl refuses such names, so they are put in afterwards, in both headers.
    const path = join(temporary(), 'x.zip');
    writeFileSync(path, Buffer.from(bytes.toString('latin1').replaceAll('aa/bb/evil.png', '../../evil.png'), 'latin1'));
    const { items, objects } = await importing(path);
    expect(items.map(({ name }) => name)).toEqual(['c/good.png', 'evil.png']);
    expect(namesIn(join(objects, '..'))).toEqual(['objects']);
  });

  it('an entry whose bytes are damaged is reported, and the rest is imported', async () => {
    const bytes = await zip({ 'a/1.png': await greyPng(1), 'a/2.png': await greyPng(2) });
    const at = bytes.indexOf('a/1.png') + 'a/1.png'.length;
    bytes.fill(0xff, at, at + 20);
    const path = join(temporary(), 'x.zip');
    writeFileSync(path, bytes);
    const { items, problems } = await importing(path);
    expect(items.map(({ name }) => name)).toEqual(['a/2.png']);
    expect(problems).toMatchObject([{ kind: 'unreadable' }]);
  });
});

describe('a project that cannot be written', () => {
  const failing = (code: string, at: 'mkdir' | 'create' | 'write' | 'sync' | 'rename'): Disk => {
    const fail = async (): Promise<never> => {
      throw Object.assign(new Error(`${code}: injected`), { code });
    };
    return {
      ...realDisk,
      ...(at === 'mkdir' && { mkdir: fail }),
      ...(at === 'rename' && { rename: fail }),
      create:
        at === 'create'
          ? fail
          : async (path) => ({
              ...(await realDisk.create(path)),
              ...((at === 'write' || at === 'sync') && { [at]: fail }),
            }),
    };
  };

  it.each(['write', 'sync', 'rename'] as const)(
    'a disk full at %s ends the import with advice and leaves no trace',
    async (at) => {
      const folder = fill(temporary(), await pictures(10, ['a']));
      const objects = join(temporary(), 'objects');
      const error = await failureOf(folder, {}, { objects, disk: failing('ENOSPC', at) });
      expect(error.message).toMatch(/No space is left on the disk that holds .*objects\. Nothing was imported/);
      expect(error.advice).toMatch(/Free some space/);
      expect(namesIn(objects)).toEqual([]);
    },
  );

  it.each([
    ['EACCES', 'mkdir', 'read-only for this user'],
    ['EACCES', 'create', 'read-only for this user'],
    ['EROFS', 'create', 'on a read-only disk'],
  ] as const)('%s at %s says that the folder is %s', async (code, at, words) => {
    const folder = fill(temporary(), { '1.png': await greyPng(1) });
    const error = await failureOf(folder, {}, { disk: failing(code, at) });
    expect(error.message).toContain(words);
    expect(error.advice).toMatch(/permission/);
  });

  it.skipIf(root)('a read-only objects folder is named', async () => {
    const objects = join(temporary(), 'objects');
    mkdirSync(objects, { mode: 0o500 });
    const error = await failureOf(fill(temporary(), { '1.png': await greyPng(1) }), {}, { objects });
    expect(error.message).toContain(`${objects} is read-only for this user`);
  });

  it('a file where the objects folder should be is named', async () => {
    const objects = join(fill(temporary(), { objects: 'x' }), 'objects');
    const error = await failureOf(fill(temporary(), { '1.png': await greyPng(1) }), {}, { objects });
    expect(error.message).toContain('is a file, not a folder');
  });

  it('too little space is said before any work is done', async () => {
    const folder = fill(temporary(), await pictures(10, ['a']));
    const disk = { ...realDisk, free: async () => 100 };
    expect((await failureOf(folder, {}, { disk })).message).toMatch(/need 640 bytes, but only 100 bytes are free/);
  });
});

describe('cancelling', () => {
  it('ends the import between two items and leaves no trace', async () => {
    for (const folder of [
      fill(temporary(), await pictures(60, ['a'])),
      fill(temporary(), { 'x-images-idx3-ubyte': idx([60, 8, 8], greys(60)) }),
    ]) {
      const objects = join(temporary(), 'objects');
      let done = 0;
      const check = (): void => {
        if (done >= 20) throw new PretextError('stopped', { kind: 'cancelled' });
      };
      const error = await failureOf(folder, {}, { objects, check, progress: (now) => (done = now) });
      expect(error.kind).toBe('cancelled');
      expect(done).toBeGreaterThanOrEqual(20);
      expect(done).toBeLessThan(40);
      expect(namesIn(objects)).toEqual([]);
    }
  });

  it('a failed import leaves earlier data sets as they were', async () => {
    const objects = join(temporary(), 'objects');
    const folder = fill(temporary(), await pictures(10, ['a']));
    await importing(folder, {}, { objects });
    const before = namesIn(objects).sort();
    await failureOf(fill(temporary(), { '1.png': 'x' }), {}, { objects });
    expect(namesIn(objects).sort()).toEqual(before);
  });
});

it('progress goes up to the number of files, bad ones included', async () => {
  const folder = fill(temporary(), { ...(await pictures(9, ['a'])), 'a/bad.png': grey(1) });
  const { progress } = await importing(folder);
  expect(progress.at(-1)).toEqual([10, 10]);
  expect(progress.map(([done]) => done)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});
