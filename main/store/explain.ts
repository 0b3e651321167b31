/** Turns what a file system or SQLite reports into words that say what to do: one helper for every room that writes. */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { PretextError } from '#app/contract';

const advice: Record<string, [what: string, advice: string]> = {
  ENOENT: ['there is no such file or folder', 'check the path'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'check the path'],
  EISDIR: ['it is a folder, not a file', 'name a file'],
  EEXIST: ['it exists already', 'choose another name'],
  EACCES: ['permission denied', 'choose a place you may write to, or change its permissions'],
  EPERM: ['the system does not allow it', 'choose a place you may write to, or change its permissions'],
  EROFS: ['the disk is read-only', 'choose a place on another disk'],
  ENOSPC: ['the disk is full', 'free some space and try again'],
  EDQUOT: ['your quota on this disk is used up', 'free some space and try again'],
  EMFILE: ['too many files are open', 'close other programs and try again'],
  ENAMETOOLONG: ['the name is too long', 'choose a shorter name'],
  EBUSY: ['it is in use by another program', 'close that program and try again'],
};

const sqlite: Record<string, [what: string, advice: string]> = {
  FULL: ['the disk is full', 'free some space and try again'],
  READONLY: ['it is read-only', 'copy the project to a folder you may write to'],
  CANTOPEN: ['it cannot be opened for writing', 'check that you may write to the project folder'],
  PERM: ['permission denied', 'change the permissions of the project folder'],
  IOERR: ['the disk reported an error', 'check the disk, then open the project again'],
  CORRUPT: ['the file is damaged', 'restore the project folder from a backup'],
  NOTADB: ['it is not an SQLite file', 'restore the project folder from a backup'],
  BUSY: ['another program holds it locked', 'close that program and try again'],
};

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/**
 * A file system error as a PretextError, e.g. `cannot write /x/y.png: the disk is full`; anything else comes back as it is.
 * doing: a verb in its plain form (`write`, `read`, `open`).
 */
export function explainFsError(error: unknown, doing: string, path: string): unknown {
  const known = advice[codeOf(error) ?? ''];
  if (!known) return error;
  return new PretextError(`cannot ${doing} ${path}: ${known[0]}`, { advice: known[1], cause: error });
}

/** SQLite calls it an I/O error when its shared memory, 32 KiB beside the file, finds no room. */
function isFull(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < 2 ** 16;
  } catch {
    return false;
  }
}

/** An error of SQLite about the state of the file or the disk, in words; anything else comes back as it is. */
export function explainSqliteError(error: unknown, path: string): unknown {
  const primary = /^SQLITE_([A-Z]+)/.exec(codeOf(error) ?? '')?.[1];
  const known = sqlite[primary === 'IOERR' && isFull(path) ? 'FULL' : (primary ?? '')];
  if (!known) return error;
  return new PretextError(`cannot use ${path}: ${known[0]}`, { advice: known[1], cause: error });
}
