/** Walks a folder of any depth in a fixed order. Links are followed once; a folder that cannot be read is reported. */
import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '#app/records/dataset';
import { whyUnreadable } from './failures';
import { naturalCompare } from './natural';
import { isLitter } from './paths';
import type { Check, Entry } from './source';

/** Read at once: fewer and larger pieces than Node's own 64 KiB, since tables of gigabytes pass through here. */
const pieceBytes = 1 << 18;

/** A file on disk as an entry. */
export const diskEntry = (path: string, name: string): Entry => ({
  name,
  where: path,
  open: async () => createReadStream(path, { highWaterMark: pieceBytes }),
});

/** All files below `folder`, named relative to it behind `prefix`, in natural order. */
export async function walk(folder: string, prefix: string, problems: Problem[], check: Check): Promise<Entry[]> {
  const entries: Entry[] = [];
  const seen = new Set<string>();

  async function visit(directory: string, below: string): Promise<void> {
    check();
    let names: { name: string; isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }[];
    try {
      const real = await realpath(directory);
      if (seen.has(real)) return;
      seen.add(real);
      names = await readdir(directory, { withFileTypes: true });
    } catch (error) {
      problems.push({ file: directory, kind: 'unreadable', reason: `The folder ${whyUnreadable(error)}.` });
      return;
    }
    names.sort((a, b) => naturalCompare(a.name, b.name));
    for (const item of names) {
      if (isLitter(item.name)) continue;
      const path = join(directory, item.name);
      const name = `${below}${item.name}`;
      // A broken link stays a file here, so that reading it reports it.
      const linked = item.isSymbolicLink() ? await stat(path).catch(() => undefined) : undefined;
      if (item.isDirectory() || linked?.isDirectory()) await visit(path, `${name}/`);
      else if (item.isFile() || item.isSymbolicLink()) entries.push(diskEntry(path, name));
    }
  }

  await visit(folder, prefix);
  return entries;
}
