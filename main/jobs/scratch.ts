/** A folder of its own for a profile of ONNX Runtime, gone once it is read. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scratch } from '#main/engine';

/** Gives `use` a place for profiles and removes it afterwards, whatever happened. */
export async function withScratch<T>(use: (scratch: Scratch) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'pretext-profile-'));
  const scratch: Scratch = {
    prefix: join(folder, 'profile'),
    async read() {
      const [name] = await readdir(folder);
      if (!name) throw new Error('internal: ONNX Runtime wrote no profile');
      const path = join(folder, name);
      const text = await readFile(path, 'utf8');
      await rm(path);
      return text;
    },
  };
  try {
    return await use(scratch);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
