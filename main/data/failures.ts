/** System errors in words: what happened to which file, and what the user can do about it. */
import { PretextError } from '#app/contract';

export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

const reasons: Record<string, string> = {
  ENOENT: 'it does not exist (a broken link, or it was removed meanwhile)',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'it is a folder',
  ELOOP: 'it is a link that leads back to itself',
  EIO: 'the disk reports a read error',
  EMFILE: 'too many files are open',
};

/** Why a file could not be read, as the end of a sentence. */
export function whyUnreadable(error: unknown): string {
  const code = codeOf(error);
  if (code !== undefined && reasons[code] !== undefined) return `cannot be read: ${reasons[code]}`;
  const message = error instanceof Error ? error.message : String(error);
  return `cannot be read: ${message.split('\n')[0]}`;
}

const sizes = ['bytes', 'kB', 'MB', 'GB', 'TB'];
/** 12_300_000 → `12.3 MB`, powers of 1,000 as file managers show them. */
export function inBytes(bytes: number): string {
  const power = Math.min(sizes.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${sizes[power]}`;
}

/** An error from writing into the project's objects folder. Errors that say nothing about the disk pass through. */
export function writeFailure(error: unknown, folder: string): unknown {
  const code = codeOf(error);
  const nothingLost = 'Nothing was imported; the data sets already in the project are untouched.';
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new PretextError(`No space is left on the disk that holds ${folder}. ${nothingLost}`, {
        advice: 'Free some space, or import with a smaller size, then import again.',
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new PretextError(
        `The project cannot be written: ${folder} is ${code === 'EROFS' ? 'on a read-only disk' : 'read-only for this user'}. ${nothingLost}`,
        { advice: 'Give yourself permission to write there, or move the project to another folder.', cause: error },
      );
    case 'ENOTDIR':
    case 'EEXIST':
      return new PretextError(`The project cannot be written: ${folder} is a file, not a folder. ${nothingLost}`, {
        advice: 'Move that file away; Pretext makes the folder itself.',
        cause: error,
      });
    case 'EIO':
      return new PretextError(`The disk that holds ${folder} reports a write error. ${nothingLost}`, {
        advice: 'Check the disk, or move the project to another one.',
        cause: error,
      });
    default:
      return error;
  }
}
