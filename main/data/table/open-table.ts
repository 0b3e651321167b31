/** Opens a table file of any kind by its ending, or by what its first bytes say. */
import { stat } from 'node:fs/promises';
import type { DataFormat } from '#app/records/dataset';
import { endingOf } from '../paths';
import type { Entry } from '../source';
import { openArff } from './arff';
import { openCsv } from './csv';
import { openJsonl } from './jsonl';
import { openParquet } from './parquet';
import type { TableFile } from './table-file';

type Opener = (entry: Entry) => Promise<TableFile>;
const openers: Record<string, Opener> = {
  '.csv': openCsv,
  '.tsv': openCsv,
  '.tab': openCsv,
  '.data': openCsv,
  '.jsonl': openJsonl,
  '.ndjson': openJsonl,
  '.arff': openArff,
  '.parquet': openParquet,
};

const openerOf = (name: string): Opener | undefined => openers[endingOf(name.replace(/\.gz$/i, ''))];

/** Whether a name promises a table. `.npz` is opened apart: it may hold pictures. */
export const isTableName = (name: string): boolean => openerOf(name) !== undefined;

const byFormat: Partial<Record<DataFormat, Opener>> = {
  csv: openCsv,
  jsonl: openJsonl,
  arff: openArff,
  parquet: openParquet,
};

/**
 * `as`: what the user says that it is. A name that promises nothing is read as CSV.
 *
 * Throws PretextError where the file is no table.
 */
export async function openTableFile(entry: Entry, as?: DataFormat): Promise<TableFile> {
  const bytes = entry.bytes ?? (await stat(entry.where).catch(() => undefined))?.size ?? 0;
  const opener = (as && byFormat[as]) ?? openerOf(entry.name) ?? openCsv;
  return opener({ ...entry, bytes, open: () => entry.open() });
}
