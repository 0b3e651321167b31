/**
 * Brings a table into a project in two passes over the file: the first learns what the columns are, the second writes
 * one number for each cell. Memory holds one batch of rows, and 13 bytes for each row.
 *
 * n rows, c columns that are kept.
 */
import { PretextError } from '#app/contract';
import type { Problem } from '#app/records/dataset';
import { BlobWriter, type Disk, readyFolder } from '../disk';
import type { Check } from '../source';
import { encoder, type Typed } from './columns';
import { drawRowSplits, Lots } from './row-splits';
import { isKept, type SurveyRequest, surveyTable } from './survey-table';
import type { TableFile } from './table-file';

export interface TableOptions extends SurveyRequest {
  seed: number;
  validation: number;
  test: number;
}

export interface TableContext {
  objects: string;
  disk: Disk;
  check: Check;
  /** Bytes of the file that both passes have used together, of twice its size. */
  progress(done: number, total: number): void;
}

export interface TableParts {
  count: number;
  /** All columns of the file; those that are kept come in this order in `values`. */
  columns: Typed[];
  classes: string[];
  /** Writers of float32 [n, c] (NaN where nothing is, a category's number of its word), not yet sealed. */
  values: BlobWriter;
  labels: Int32Array;
  splits: Uint8Array;
  problems: Problem[];
}

/** Both passes. The caller seals and publishes `values`, or aborts it. */
export async function prepareTable(file: TableFile, options: TableOptions, context: TableContext): Promise<TableParts> {
  const { check, progress, objects, disk } = context;
  const { columns, count, problems } = await surveyTable(file, options, {
    check,
    progress: (bytes) => progress(bytes, 2 * file.bytes),
  });
  const kept = columns.flatMap((column, at) => (isKept(column) ? [{ at, encode: encoder(column) }] : []));
  const labelAt = columns.findIndex(({ kind }) => kind === 'label');
  const classes = columns[labelAt]?.words ?? [];
  const encodeLabel = labelAt < 0 ? undefined : encoder(columns[labelAt]!);
  await readyFolder(objects, count * kept.length * 4, disk);
  const values = await BlobWriter.create(objects, disk);
  try {
    const labels = new Int32Array(count).fill(-1);
    const lots = new Float64Array(count);
    const draw = new Lots(options.seed);
    let row = 0;
    const read = (bytes: number) => progress(file.bytes + bytes, 2 * file.bytes);
    for await (const rows of file.rows(() => undefined, read)) {
      check();
      const numbers = new Float32Array(rows.length * kept.length);
      const bytes = new Uint8Array(numbers.buffer);
      for (let i = 0; i < rows.length; i++, row++) {
        const cells = rows[i]!;
        if (row >= count) throw changed(file);
        const start = i * kept.length;
        for (let k = 0; k < kept.length; k++) numbers[start + k] = kept[k]!.encode(cells[kept[k]!.at]!);
        const label = encodeLabel ? encodeLabel(cells[labelAt]!) : Number.NaN;
        if (!Number.isNaN(label)) labels[row] = label;
        lots[row] = draw.of(bytes.subarray(4 * start, 4 * (start + kept.length)), labels[row]!);
      }
      const writing = values.write(bytes);
      if (writing) await writing;
    }
    if (row < count) throw changed(file);
    const { splits, duplicates } = drawRowSplits(lots, labels, options);
    problems.push(...rowProblems(file.where, labels, encodeLabel !== undefined, duplicates));
    return { count, columns, classes, values, labels, splits, problems };
  } catch (error) {
    await values.abort();
    throw error;
  }
}

const changed = ({ where }: TableFile): PretextError =>
  new PretextError(`${where} changed while it was being read.`, {
    advice: 'Import it again once nothing writes to it.',
  });

function rowProblems(where: string, labels: Int32Array, labelled: boolean, duplicates: number): Problem[] {
  const found: Problem[] = [];
  const unlabelled = labelled ? labels.reduce((sum, label) => sum + (label === -1 ? 1 : 0), 0) : 0;
  if (unlabelled > 0) found.push({ file: where, kind: 'unlabelled', reason: `${unlabelled} rows have no label.` });
  if (duplicates > 0)
    found.push({
      file: where,
      kind: 'duplicate',
      reason: `${duplicates} rows are the same as an earlier one; all were kept, each with its twin in one split.`,
    });
  return found;
}
