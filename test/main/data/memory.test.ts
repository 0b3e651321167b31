import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { expect, it } from 'vitest';
import type { Disk } from '#main/data/disk';
import { importing, temporary } from './make';

/** Swallows what is written: the pixels of this test need not burden the disk. */
const nowhere: Disk = {
  mkdir: async () => undefined,
  create: async () => ({ write: async () => undefined, sync: async () => undefined, close: async () => undefined }),
  rename: async () => undefined,
  remove: async () => undefined,
  free: async () => Number.POSITIVE_INFINITY,
};

const [count, side] = [4000, 256]; // 262 MB of pixels

function* idxParts(): Generator<Buffer> {
  const header = Buffer.alloc(16);
  header.set([0, 0, 8, 3]);
  [count, side, side].forEach((length, i) => header.writeUInt32BE(length, 4 + 4 * i));
  yield header;
  for (let i = 0; i < count; i++) {
    const item = Buffer.alloc(side * side, i % 251);
    item.writeUInt32BE(i, 0); // no two alike
    yield item;
  }
}

it('the memory an import takes is bounded by a few pictures, not by the size of the data', async () => {
  const path = join(temporary(), 'large-images-idx3-ubyte.gz');
  await pipeline(Readable.from(idxParts()), createGzip({ level: 1 }), createWriteStream(path));
  const before = process.memoryUsage();
  let peak = 0;
  const { imported } = await importing(
    path,
    {},
    {
      disk: nowhere,
      objects: '/nowhere',
      progress() {
        const { rss, heapUsed, external } = process.memoryUsage();
        peak = Math.max(peak, rss - before.rss, heapUsed + external - before.heapUsed - before.external);
      },
    },
  );
  expect(imported.bytes).toBeGreaterThan(262e6);
  expect(peak).toBeLessThan(100e6); // measured: 16 MB; the rest is room for the collector's moods
});
