/** Looks at the sources and lists what can be imported from them, without decoding anything. */
import { type Stats, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { PretextError } from '#app/contract';
import type { ImportOptions, Problem } from '#app/records/dataset';
import { codeOf, whyUnreadable } from './failures';
import { diskEntry, walk } from './folder';
import { endingOf } from './paths';
import { isSample, openSample } from './samples';
import { type Gathered, sortOut, stemOf, type Wanted } from './sort-out';
import type { Entry, Survey } from './source';
import { openZip, type ZipLimits } from './zip';

export interface SurveyOptions extends Wanted {
  /** Folder of the built-in samples. */
  samples?: string | undefined;
  zipLimits?: ZipLimits | undefined;
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
    const alone = onlyArchive(gathered.entries);
    if (isEmpty(found) && alone !== undefined) {
      close();
      return await survey([alone], options);
    }
    if (isEmpty(found)) throw nothingFound(sources, problems);
    return { ...found, name: nameOf(first), problems, close };
  } catch (error) {
    close();
    throw error;
  }
}

const kinds =
  'Pretext imports folders and zip archives of PNG, JPEG or WebP pictures, IDX files, tables (CSV, TSV, JSON Lines, Parquet, ARFF) and NumPy archives (.npz).';

const onlyOne = (path: string): PretextError =>
  new PretextError(`${path} is an archive of arrays and must be imported alone.`, {
    kind: 'usage',
    advice: 'Import the sources one at a time.',
  });

async function gather(source: string, several: boolean, options: SurveyOptions, into: Gathered): Promise<void> {
  options.check();
  if (isSample(source)) {
    into.formats.add('sample');
    for (const path of openSample(source, options.samples).paths)
      if (endingOf(path) === '.npz') await gather(path, several, options, into);
      else into.entries.push(diskEntry(path, basename(path)));
    return;
  }
  const path = resolve(source);
  const prefix = several ? `${basename(path)}/` : '';
  if (statOf(path).isDirectory()) {
    into.formats.add('folder');
    into.entries.push(...(await walk(path, prefix, into.problems, options.check)));
  } else if (await isZip(path, options.as)) {
    const isArrays = options.as === 'npz' || endingOf(path) === '.npz';
    if (isArrays && several) throw onlyOne(path);
    if (isArrays) into.archive = { where: path, stem: stemOf(path) };
    into.formats.add(isArrays ? 'npz' : 'zip');
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

const isEmpty = ({ pictures, rasters, table }: Pick<Survey, 'pictures' | 'rasters' | 'table'>): boolean =>
  pictures.length === 0 && rasters.length === 0 && !table;

/** The path of an .npz that lies in a folder with nothing else to import. */
function onlyArchive(entries: readonly Entry[]): string | undefined {
  const archives = entries.filter(({ name, where }) => endingOf(name) === '.npz' && endingOf(where) === '.npz');
  return archives.length === 1 ? archives[0]!.where : undefined;
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
    .replace(/\.(zip|idx\d?|png|jpe?g|webp|csv|tsv|tab|data|jsonl|ndjson|arff|parquet|npz)$/i, '')
    .replace(/[-_.]?idx\d?[-_.]?ubyte$/i, '');
  return (plain || 'data').slice(0, 80);
}
