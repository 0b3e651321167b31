/** What the files at the sources are: pictures, arrays of pictures, or one table. All else is named as skipped. */
import { basename } from 'node:path';
import { PretextError } from '#app/contract';
import type { DataFormat, ImportOptions, Problem } from '#app/records/dataset';
import { pairIdx, rasterOfPair } from './idx';
import { holdsImages, npzImages } from './npz-images';
import { arrange, endingOf, isIdxName, isPicture, mayBeIdx } from './paths';
import type { Check, Entry, Survey } from './source';
import { npzArrays, openNpzTable } from './table/npz';
import { isTableName, openTableFile } from './table/open-table';
import { pixelRows } from './table/pixel-rows';
import { shortList } from './table/survey-table';
import type { TableFile } from './table/table-file';
import { looksLikeText } from './table/text';

export interface Gathered {
  entries: Entry[];
  /** Entries that the user named themselves: never passed over for their name. */
  named: Set<Entry>;
  formats: Set<'sample' | 'zip' | 'npz' | 'folder' | 'file'>;
  problems: Problem[];
  /** What an .npz is called, for messages and for the names of its items. */
  archive?: { where: string; stem: string };
  closers: (() => void)[];
}

export type Wanted = Pick<ImportOptions, 'as' | 'pixels' | 'label' | 'columns'> & { check: Check };
type Sorted = Pick<Survey, 'pictures' | 'rasters' | 'factors' | 'table' | 'notes'> & { format: DataFormat };

const nothing = { pictures: [], rasters: [], notes: [] };
const tableFormats = ['csv', 'jsonl', 'parquet', 'arff'];

/** Pictures first; IDX where there are none, or where it was asked for; then a table. */
export async function sortOut(gathered: Gathered, wanted: Wanted): Promise<Sorted> {
  const { entries, named, formats, problems, archive } = gathered;
  const { as, check } = wanted;
  if (archive) {
    const sorted = await sortArrays(entries, archive, problems, wanted);
    return formats.has('sample') ? { ...sorted, format: 'sample' } : sorted;
  }
  const asTable = wanted.pixels !== undefined || (as !== undefined && tableFormats.includes(as));
  const outer = formats.has('sample') ? 'sample' : formats.has('zip') ? 'zip' : undefined;
  if (!asTable) {
    const pictures = as === 'idx' ? [] : entries.filter(({ name }) => isPicture(name));
    if (pictures.length > 0 || as === 'folder') {
      report(entries, new Set(pictures), 'a PNG, JPEG or WebP picture', problems);
      return { ...nothing, format: outer ?? 'folder', pictures: arrange(pictures) };
    }
    const idx = entries.filter(
      (entry) => !isPicture(entry.name) && !isTableName(entry.name) && (mayBeIdx(entry.name) || named.has(entry)),
    );
    const found: Problem[] = [];
    const pairs = await pairIdx(idx, found, check);
    if (pairs.length > 0 || as === 'idx') {
      problems.push(...found);
      const others = as === 'idx' ? entries.filter(({ name }) => !isPicture(name)) : entries;
      report(others, new Set(idx), 'an IDX file', problems);
      return { ...nothing, format: outer ?? 'idx', rasters: pairs.map(rasterOfPair) };
    }
    const file = await tableAmong(entries, named, undefined);
    if (!file) {
      problems.push(...found);
      report(entries, new Set(idx), 'an IDX file', problems);
      return { ...nothing, format: outer ?? 'folder' };
    }
  }
  const entry = await tableAmong(entries, named, asTable ? as : undefined);
  if (!entry) return { ...nothing, format: 'csv' };
  report(entries, new Set([entry]), 'the table', problems);
  return sortTable(await openTableFile(entry, as), wanted, outer);
}

async function sortTable(file: TableFile, wanted: Wanted, outer?: 'sample' | 'zip'): Promise<Sorted> {
  const format = outer === 'sample' ? outer : file.format;
  if (!wanted.pixels) return { ...nothing, format, table: file, notes: [...file.notes] };
  const { pixels, label, columns = {}, check } = wanted;
  const raster = await pixelRows(file, stemOf(file.where), { ...pixels, label, columns, check });
  return { ...nothing, format, rasters: [raster], notes: [...file.notes] };
}

async function sortArrays(
  entries: readonly Entry[],
  { where, stem }: { where: string; stem: string },
  problems: Problem[],
  wanted: Wanted,
): Promise<Sorted> {
  const arrays = await npzArrays(entries, (entry, reason) =>
    problems.push({ file: entry.where, kind: 'unreadable', reason: `The array cannot be used: ${reason}.` }),
  );
  wanted.check();
  if (holdsImages(arrays)) {
    const { notes, ...images } = await npzImages(where, stem, arrays, { label: wanted.label, check: wanted.check });
    return { ...nothing, format: 'npz', ...images, notes };
  }
  if (arrays.length === 0 && problems.length > 0) return { ...nothing, format: 'npz' };
  return sortTable(openNpzTable(where, arrays), wanted);
}

/** The one table among the files: by its name, or the only file that was named if it is text. Throws where there are several. */
async function tableAmong(
  entries: readonly Entry[],
  named: ReadonlySet<Entry>,
  as: ImportOptions['as'],
): Promise<Entry | undefined> {
  const tables = entries.filter(({ name }) => isTableName(name));
  if (tables.length > 1)
    throw new PretextError(
      `There are ${tables.length} tables: ${shortList(
        tables.map(({ name }) => name),
        6,
      )}.`,
      {
        kind: 'usage',
        advice: 'Import them one at a time: name the file.',
      },
    );
  if (tables[0]) return tables[0];
  const [only, ...others] = named;
  if (!only || others.length > 0) return undefined;
  return as !== undefined || (await looksLikeText(only)) ? only : undefined;
}

export const stemOf = (path: string): string =>
  basename(path)
    .replace(/\.gz$/i, '')
    .replace(/\.[^.]+$/, '');

/** One line for each kind of file, so that ten thousand stray `.xml` do not hide what matters. */
function report(entries: readonly Entry[], used: ReadonlySet<Entry>, wanted: string, problems: Problem[]): void {
  const byEnding = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (used.has(entry)) continue;
    const key = isIdxName(entry.name) ? 'idx' : endingOf(entry.name);
    const alike = byEnding.get(key);
    if (alike) alike.push(entry);
    else byEnding.set(key, [entry]);
  }
  for (const [ending, [first, ...rest]] of byEnding) {
    if (!first) continue;
    const type = ending ? `of type ${ending}` : 'without an ending';
    const others = rest.length === 1 ? 'nor is 1 more file' : `nor are ${rest.length} more files`;
    const many = rest.length > 0 ? `, ${others} ${type}` : '';
    const hint = ending === 'idx' ? ' Import IDX files apart from pictures.' : '';
    problems.push({ file: first.where, kind: 'skipped', reason: `Not ${wanted}${many}.${hint}` });
  }
}
