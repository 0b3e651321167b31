/**
 * Brings data into a project: finds out what the sources hold, reads it in a stream, draws the splits and writes
 * hashed blobs. Until the end nothing is visible, and nothing is left where it fails.
 */
import { basename } from 'node:path';
import { PretextError } from '#app/contract';
import type { ImportOptions, NewDataset } from '#app/records/dataset';
import { realDisk } from './disk';
import { type ImportContext, placesOf, tellProblems } from './import-context';
import { importImages } from './import-images';
import type { Survey } from './source';
import type { SplitPlan } from './split';
import { survey } from './survey';
import { importTable } from './table/import-table';
import { shortList } from './table/survey-table';
import type { TableFile } from './table/table-file';

const defaultSplit = { validation: 0.1, test: 0.1 };

/**
 * Imports `sources` as one data set. The same data and options give the same `hash` on every machine.
 *
 * Throws PretextError where nothing can be imported or the project cannot be written; whatever `check` throws ends
 * the import. Either way no trace is left in `objects`.
 */
export async function importDataset(
  sources: string[],
  options: ImportOptions,
  context: ImportContext,
): Promise<NewDataset> {
  const plan = { seed: options.seed ?? 0, ...(options.split ?? defaultSplit) };
  if (plan.validation + plan.test >= 1)
    throw new PretextError(`Validation (${plan.validation}) and test (${plan.test}) leave nothing to train on.`, {
      kind: 'usage',
      advice: 'Choose shares that add up to less than 1.',
    });
  const { as, pixels, label, columns } = options;
  const { check, samples, zipLimits } = context;
  const found = await survey(sources, { as, pixels, label, columns, samples, zipLimits, check });
  try {
    return found.table
      ? await bringTable(found, found.table, sources, options, plan, context)
      : await importImages(found, sources, options, plan, context);
  } finally {
    found.close();
  }
}

async function bringTable(
  found: Survey,
  file: TableFile,
  sources: string[],
  options: ImportOptions,
  plan: SplitPlan,
  context: ImportContext,
): Promise<NewDataset> {
  const label = options.label ?? (options.labels === undefined ? undefined : columnFor(file, options.labels));
  const { record, problems } = await importTable(
    file,
    { columns: options.columns ?? {}, label, ...plan },
    {
      ...{ objects: context.objects, disk: context.disk ?? realDisk, check: context.check },
      progress: (done, total) => context.progress(done, total, 'bytes'),
    },
  );
  const all = [...found.problems, ...problems];
  tellProblems(all, context);
  const { format, name } = found;
  return { ...record, format, name: options.name ?? name, sources: placesOf(sources), problemCount: all.length };
}

/** A file of labels means nothing for a table, unless it was the column of this name that was meant. */
function columnFor(file: TableFile, path: string): string {
  const name = file.header.find((one) => one === path || one === basename(path));
  if (name !== undefined) return name;
  throw new PretextError(`${path}: the labels of a table are one of its columns, not a file.`, {
    kind: 'usage',
    advice: `Its columns are: ${shortList(file.header)}.`,
  });
}
