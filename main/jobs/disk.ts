/**
 * How files reach the disk so that a crash at any moment leaves the old or the new one, never half of one: written
 * beside their place, forced out (fsync), renamed, and the folder forced out as well.
 */
import * as nodeDisk from 'node:fs/promises';
import { dirname } from 'node:path';
import { PretextError } from '#app/contract';

/** What is used of `node:fs/promises`; tests put a full or a read-only disk in its place. */
export type Disk = Pick<typeof nodeDisk, 'open' | 'rename' | 'rm' | 'mkdir' | 'readFile' | 'readdir'>;
export const disk: Disk = nodeDisk;

/** Ends the name of a file that is still being written; what is left of a crash is known by it. */
export const partSuffix = '.part';

/**
 * Writes `pieces` one after the other to `path`. Returns when the file would survive a power cut.
 *
 * @throws the system's own error; nothing is left behind and an older file of that name is untouched
 */
export async function writeDurably(path: string, pieces: readonly Uint8Array[], on: Disk = disk): Promise<number> {
  const part = `${path}${partSuffix}`;
  let bytes = 0;
  try {
    const file = await on.open(part, 'w');
    try {
      for (const piece of pieces) bytes += await writeAll(file, piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await on.rename(part, path);
  } catch (error) {
    await on.rm(part, { force: true }).catch(() => {}); // a disk that cannot be written may not let us clean up either
    throw error;
  }
  await syncFolder(dirname(path), on);
  return bytes;
}

/** `write` may take less than it was given, as it does on a disk that is nearly full. */
async function writeAll(file: nodeDisk.FileHandle, piece: Uint8Array): Promise<number> {
  for (let done = 0; done < piece.length; ) {
    const { bytesWritten } = await file.write(piece, done, piece.length - done);
    done += bytesWritten;
  }
  return piece.length;
}

/** Makes renames and removals in a folder durable. Windows cannot open a folder and does not need it. */
export async function syncFolder(folder: string, on: Disk = disk): Promise<void> {
  try {
    const handle = await on.open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (process.platform !== 'win32') throw error;
  }
}

/** A failed write in words: what could not be written, why, what is safe, what to do. */
export function diskError(error: unknown, what: string, safe: string, next = 'try again'): PretextError {
  const { code, path, message } = error as NodeJS.ErrnoException;
  const [cause, advice] =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? ['the disk is full', 'Free some space']
      : code === 'EROFS' || code === 'EACCES' || code === 'EPERM'
        ? [`the folder cannot be written to (${code})`, 'Make the project folder writable']
        : [message, 'Check the disk that the project lies on'];
  return new PretextError(`${what} could not be written${path ? ` to ${dirname(path)}` : ''}: ${cause}; ${safe}`, {
    advice: `${advice}, then ${next}.`,
    cause: error,
  });
}
