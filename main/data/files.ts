/** Prepares picture files that are in no data set as a trained system expects them: for heads on the command line. */
import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { PretextError } from '#app/contract';
import type { Problem } from '#app/records/dataset';
import { readAll } from './bytes';
import { decodePicture, largestFile, Undecodable } from './decode';
import { codeOf, whyUnreadable } from './failures';
import { diskEntry, walk } from './folder';
import { ordered } from './ordered';
import { isPicture } from './paths';
import { planes } from './planes';
import type { Entry, Shape } from './source';

export interface DecodedFiles {
  /** Names of the files that could be read, [n]. */
  names: string[];
  /** Float32 [n, c, h, w] in [0, 1]. */
  x: Float32Array;
  /** Uint8 [n, h, w, c]. */
  bytes: Uint8Array;
  /** Files that could not. */
  problems: Problem[];
}

/** Folders stand for the pictures in them. Throws PretextError where a path does not exist or no picture is readable. */
export async function decodeImageFiles(
  paths: readonly string[],
  spec: Shape,
  check: () => void = () => undefined,
): Promise<DecodedFiles> {
  const problems: Problem[] = [];
  const entries = (await Promise.all(paths.map((path) => entriesOf(path, problems, check)))).flat();
  const names: string[] = [];
  const pictures: Uint8Array[] = [];
  const decoded = ordered(entries, 8, async (entry) => {
    check();
    try {
      return { entry, picture: await decodePicture(await readAll(entry, largestFile), spec) };
    } catch (error) {
      return { entry, error };
    }
  });
  for await (const { entry, picture, error } of decoded) {
    if (picture) {
      names.push(entry.name);
      pictures.push(picture.pixels);
    } else if (error instanceof Undecodable)
      problems.push({ file: entry.where, kind: error.kind, reason: error.message });
    else problems.push({ file: entry.where, kind: 'unreadable', reason: `The file ${whyUnreadable(error)}.` });
  }
  if (names.length === 0) {
    const [first] = problems;
    throw new PretextError(`No picture could be read${first ? `: ${first.file}: ${first.reason}` : '.'}`, {
      advice: 'Name PNG, JPEG or WebP files, or a folder of them.',
    });
  }
  const bytes = new Uint8Array(Buffer.concat(pictures));
  return { names, bytes, x: planes(bytes, spec), problems };
}

async function entriesOf(path: string, problems: Problem[], check: () => void): Promise<Entry[]> {
  const full = resolve(path);
  try {
    if (!statSync(full).isDirectory()) return [diskEntry(full, basename(full))];
  } catch (error) {
    const missing = codeOf(error) === 'ENOENT';
    throw new PretextError(`${path} ${missing ? 'does not exist' : whyUnreadable(error)}.`, {
      kind: 'usage',
      cause: error,
    });
  }
  return (await walk(full, '', problems, check)).filter(({ name }) => isPicture(name));
}
