/** One pass over a table in a process of its own: `read FILE FOLDER` or `import FILE FOLDER`; prints what it took. */

import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { importDataset } from '#main/data';
import { peakMemory, residentMemory } from '../memory';
import type { Imported, Pass } from './rounds';

const [what, file = '', folder = ''] = process.argv.slice(2);

/** All bytes, in pieces of the size that the import reads them in, looked at by nobody. */
async function read(): Promise<object> {
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) bytes += (chunk as Buffer).length;
  return { bytes };
}

/** Into a project's folder of objects: both passes over the file, splits, hashes, and the blobs safe on the disk. */
async function bringIn(): Promise<object> {
  const objects = mkdtempSync(join(folder, 'objects-'));
  try {
    const found = await importDataset(
      [file],
      {},
      {
        objects,
        progress: () => {},
        check: () => {},
        items: () => {},
        problems: () => {},
      },
    );
    if (found.modality !== 'table') throw new Error(`${file} was taken for ${found.modality}s`);
    return { rows: found.count, features: found.table.features };
  } finally {
    rmSync(objects, { recursive: true, force: true });
  }
}

const idle = residentMemory();
const [start, used] = [performance.now(), process.cpuUsage()];
const found = await (what === 'import' ? bringIn() : read());
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(used);
const told: Pass | Imported = { ...found, seconds, cpu: (user + system) / 1e6, peak: peakMemory(), idle };
console.log(JSON.stringify(told));
