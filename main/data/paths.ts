/** What a path says about a picture: whether it is one, its class and its split. */
import type { Split } from '#app/records/common';
import type { Entry, PictureFile } from './source';

const pictureEnding = /\.(png|jpe?g|jpe|jfif|webp)$/i;
const idxEnding = /(idx\d?[-_.]?ubyte|\.idx\d?|[-_.](ubyte|idx\d))(\.gz)?$/i;
/** Files that systems leave behind and nobody means to import. */
const litter = /(^|\/)(\.[^/]*|__MACOSX|Thumbs\.db|desktop\.ini|Icon\r)(\/|$)/i;

export const isPicture = (name: string): boolean => pictureEnding.test(name);
export const isIdxName = (name: string): boolean => idxEnding.test(name);
/** Names under which IDX files also come; only their content tells. */
export const mayBeIdx = (name: string): boolean => isIdxName(name) || ['', '.gz', '.bin'].includes(endingOf(name));
export const isLitter = (name: string): boolean => litter.test(name);

/** `.TXT` of `notes/read me.TXT` → `.txt`; empty without one. */
export const endingOf = (name: string): string => /\.[^./]+$/.exec(name)?.[0].toLowerCase() ?? '';

const splitNames: Record<string, Split> = {
  train: 'train',
  training: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
  t10k: 'test', // MNIST's name for its 10,000 test items
};

/** The split that a folder name or the first word of a file name speaks of. */
export const splitNamed = (word: string): Split | undefined => splitNames[word.toLowerCase()];

/**
 * Class and split of each picture from its folders: `train/cat/1.png`, `cat/1.png`, `cat/more/1.png` are all `cat`.
 * Folders that all pictures share say nothing and are passed over, as long as there are others below them.
 */
export function arrange(entries: readonly Entry[]): PictureFile[] {
  const folders = entries.map((entry) => entry.name.split('/').slice(0, -1));
  const skip = sharedDepth(folders);
  const top = new Set(folders.map((path) => path[skip] ?? ''));
  // Only when every picture lies in a split folder, and there are two or more of those, do their names mean splits.
  const splits = top.size > 1 && [...top].every((name) => splitNamed(name) !== undefined);
  return entries.map((entry, i) => {
    const path = (folders[i] as string[]).slice(skip);
    const split = splits ? splitNamed(path.shift() as string) : undefined;
    const className = path[0];
    return { entry, ...(className !== undefined && { className }), ...(split && { split }) };
  });
}

function sharedDepth(folders: readonly string[][]): number {
  const first = folders[0] ?? [];
  let depth = 0;
  while (depth < first.length && folders.every((path) => path[depth] === first[depth])) depth++;
  // All in one folder and none below: that folder is the only class.
  return folders.some((path) => path.length > depth) ? depth : Math.max(0, depth - 1);
}
