/** Looks at the sources and lists what can be imported from them, without decoding anything. */
import { type Stats, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { PretextError } from '#app/contract';
import type { ImportOptions, Problem } from '#app/records/dataset';
import { codeOf, whyUnreadable } from './failures';
import { diskEntry, walk } from './folder';
import { pairIdx } from './idx';
import { arrange, endingOf, isIdxName, isPicture, mayBeIdx } from './paths';
import { isSample, openSample } from './samples';
import type { Check, Entry, Survey } from './source';
import { openZip, type ZipLimits } from './zip';

export interface SurveyOptions {
  as?: ImportOptions['as'];
  /** Folder of the built-in samples. */
  samples?: string | undefined;
  zipLimits?: ZipLimits | undefined;
  check: Check;
}

/** Throws PretextError where a source does not exist, is of a kind that cannot be read, or holds nothing to import. */
export async function survey(sources: readonly string[], options: SurveyOptions): Promise<Survey> {
  const [first] = sources;
  if (first === undefined) throw new PretextError('Nothing was named to import.', { kind: 'usage', advice: kinds });
  const problems: Problem[] = [];
  const closers: (() => void)[] = [];
  const close = (): void => closers.forEach((end) => end());
  try {
    const gathered: Gathered = { entries: [], named: new Set(), formats: new Set(), problems, closers };
    for (const source of sources) await gather(source, sources.length > 1, options, gathered);
    const found = await sortOut(gathered, options);
    if (found.pictures.length === 0 && found.pairs.length === 0) throw nothingFound(sources, problems);
    const format = gathered.formats.has('sample')
      ? 'sample'
      : gathered.formats.has('zip')
        ? 'zip'
        : found.pairs.length > 0
          ? 'idx'
          : 'folder';
    return { ...found, format, name: nameOf(first), problems, close };
  } catch (error) {
    close();
    throw error;
  }
}

interface Gathered {
  entries: Entry[];
  /** Entries that the user named themselves: never passed over for their name. */
  named: Set<Entry>;
  formats: Set<'sample' | 'zip' | 'folder' | 'file'>;
  problems: Problem[];
  closers: (() => void)[];
}

const kinds = 'Pretext imports folders and zip archives of PNG, JPEG or WebP pictures, and IDX files.';

async function gather(source: string, several: boolean, options: SurveyOptions, into: Gathered): Promise<void> {
  options.check();
  if (isSample(source)) {
    into.formats.add('sample');
    for (const path of openSample(source, options.samples).paths) into.entries.push(diskEntry(path, basename(path)));
    return;
  }
  const path = resolve(source);
  const prefix = several ? `${basename(path)}/` : '';
  if (statOf(path).isDirectory()) {
    into.formats.add('folder');
    into.entries.push(...(await walk(path, prefix, into.problems, options.check)));
  } else if (await isZip(path, options.as)) {
    into.formats.add('zip');
    const zip = await openZip(
      path,
      several ? `${basename(path, endingOf(path))}/` : '',
      into.problems,
      options.check,
      options.zipLimits,
    );
    into.closers.push(zip.close);
    into.entries.push(...zip.entries);
  } else {
    into.formats.add('file');
    const entry = diskEntry(path, basename(path));
    into.entries.push(entry);
    into.named.add(entry);
  }
}

function statOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw new PretextError(`${path} ${whyUnreadable(error)}.`, { cause: error });
    throw new PretextError(`${path} does not exist.`, { kind: 'usage', advice: 'Check the spelling of the path.' });
  }
}

/** An archive is one whatever is asked for: `as` then speaks of what is inside. */
async function isZip(path: string, as: ImportOptions['as']): Promise<boolean> {
  if (as === 'zip' || endingOf(path) === '.zip') return true;
  let file: Awaited<ReturnType<typeof open>> | undefined;
  try {
    file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return bytesRead === 4 && buffer.toString('latin1') === 'PK\x03\x04';
  } catch {
    return false; // reported by whoever reads it next
  } finally {
    await file?.close();
  }
}

/** Pictures first; IDX where there are none, or where it was asked for. All else is named as skipped. */
async function sortOut(
  { entries, named, problems }: Gathered,
  { as, check }: SurveyOptions,
): Promise<Pick<Survey, 'pictures' | 'pairs'>> {
  const pictures = as === 'idx' ? [] : entries.filter((entry) => isPicture(entry.name));
  const idx = entries.filter((entry) => !isPicture(entry.name) && (mayBeIdx(entry.name) || named.has(entry)));
  const useIdx = as !== 'folder' && pictures.length === 0;
  const pairs = useIdx ? await pairIdx(idx, problems, check) : [];
  const used = new Set(useIdx ? idx : pictures);
  reportSkipped(
    entries.filter((entry) => !used.has(entry) && !(as === 'idx' && isPicture(entry.name))),
    useIdx,
    problems,
  );
  return { pictures: arrange(pictures), pairs };
}

/** One line for each kind of file, so that ten thousand stray `.xml` do not hide what matters. */
function reportSkipped(entries: readonly Entry[], idx: boolean, problems: Problem[]): void {
  const byEnding = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = isIdxName(entry.name) ? 'idx' : endingOf(entry.name);
    const alike = byEnding.get(key);
    if (alike) alike.push(entry);
    else byEnding.set(key, [entry]);
  }
  const wanted = idx ? 'an IDX file' : 'a PNG, JPEG or WebP picture';
  for (const [ending, [first, ...rest]] of byEnding) {
    if (!first) continue;
    const type = ending ? `of type ${ending}` : 'without an ending';
    const others = rest.length === 1 ? 'nor is 1 more file' : `nor are ${rest.length} more files`;
    const many = rest.length > 0 ? `, ${others} ${type}` : '';
    const hint = ending === 'idx' ? ' Import IDX files apart from pictures.' : '';
    problems.push({ file: first.where, kind: 'skipped', reason: `Not ${wanted}${many}.${hint}` });
  }
}

function nothingFound(sources: readonly string[], problems: readonly Problem[]): PretextError {
  const what = sources.length === 1 ? `${sources[0]} holds` : `The ${sources.length} sources hold`;
  const seen = problems.slice(0, 3).map(({ file, reason }) => `${basename(file)}: ${reason}`);
  const more = problems.length > 3 ? [`and ${problems.length - 3} more`] : [];
  return new PretextError([`${what} nothing that can be imported.`, ...seen, ...more].join(' '), { advice: kinds });
}

/** At most 80 characters, as the record allows. */
function nameOf(source: string): string {
  const name = isSample(source) ? source.slice('sample:'.length) : basename(resolve(source));
  const plain = name
    .replace(/\.gz$/i, '')
    .replace(/\.(zip|idx\d?|png|jpe?g|webp)$/i, '')
    .replace(/[-_.]?idx\d?[-_.]?ubyte$/i, '');
  return (plain || 'data').slice(0, 80);
}
