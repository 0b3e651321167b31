/**
 * Brings a table into a project in two passes over the file: the first learns what the columns are, the second writes
 * one number for each cell. Memory holds one batch of rows, and 13 bytes for each row.
 *
 * n rows, c columns that are kept.
 */
import { PretextError } from '#app/contract';
import type { Problem } from '#app/records/dataset';
import type { ColumnKind } from '#app/records/table';
import { BlobWriter, type Disk, readyFolder } from '../disk';
import type { Check } from '../source';
import { ColumnProfile, encoder, type Typed, typeColumns } from './columns';
import { drawRowSplits, lotOf } from './row-splits';
import type { BadRow, TableFile } from './table-file';

export interface TableOptions {
  /** What columns are, by name, where the user does not want what was found. */
  columns: Readonly<Record<string, ColumnKind>>;
  /** The column of labels. */
  label: string | undefined;
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

/** Rows named one by one when they are left out; beyond that they are counted. */
const namedRows = 100;

export const isKept = ({ kind }: { kind: ColumnKind }): boolean => kind === 'number' || kind === 'category';

/** What a first pass found. Throws PretextError where nothing can be learnt from the table. */
export async function surveyTable(
  file: TableFile,
  { columns: asked, label }: Pick<TableOptions, 'columns' | 'label'>,
  { check, progress }: Pick<TableContext, 'check' | 'progress'>,
): Promise<{ columns: Typed[]; count: number; problems: Problem[] }> {
  for (const name of [...Object.keys(asked), ...(label === undefined ? [] : [label])])
    if (!file.header.includes(name))
      throw new PretextError(`${file.where} has no column “${name}”.`, {
        kind: 'usage',
        advice: `Its columns are: ${shortList(file.header)}.`,
      });
  const profiles = file.header.map((name) => new ColumnProfile(name));
  const left = new LeftOut(file.where);
  let count = 0;
  const read = (bytes: number) => progress(bytes, 2 * file.bytes);
  for await (const rows of file.rows((bad) => left.add(bad), read)) {
    check();
    count += rows.length;
    for (let c = 0; c < profiles.length; c++) {
      const profile = profiles[c]!;
      for (const row of rows) profile.add(row[c]!);
    }
  }
  const columns = typeColumns(profiles, file.declared, { asked, label });
  if (count === 0) throw new PretextError(`${file.where} has a header but no rows.${left.first()}`);
  if (!columns.some(isKept))
    throw new PretextError(
      `${file.where} has no column of numbers or of few words, so nothing can be learnt from it.`,
      {
        advice: columns
          .slice(0, 4)
          .map(({ name, reason }) => `${name}: ${reason}`)
          .join(' '),
      },
    );
  return { columns, count, problems: [...left.problems(), ...columnProblems(file.where, columns, profiles)] };
}

/** Both passes. The caller seals and publishes `values`, or aborts it. */
export async function prepareTable(file: TableFile, options: TableOptions, context: TableContext): Promise<TableParts> {
  const { columns, count, problems } = await surveyTable(file, options, context);
  const { check, progress, objects, disk } = context;
  const kept = columns.flatMap((column, at) => (isKept(column) ? [{ at, encode: encoder(column) }] : []));
  const labelAt = columns.findIndex(({ kind }) => kind === 'label');
  const classes = columns[labelAt]?.words ?? [];
  const encodeLabel = labelAt < 0 ? undefined : encoder(columns[labelAt]!);
  await readyFolder(objects, count * kept.length * 4, disk);
  const values = await BlobWriter.create(objects, disk);
  try {
    const labels = new Int32Array(count).fill(-1);
    const lots = new Float64Array(count);
    let row = 0;
    const read = (bytes: number) => progress(file.bytes + bytes, 2 * file.bytes);
    for await (const rows of file.rows(() => undefined, read)) {
      check();
      const numbers = new Float32Array(rows.length * kept.length + 1); // one more place for the label, last of each row
      const bytes = new Uint8Array(numbers.buffer);
      for (let i = 0; i < rows.length; i++, row++) {
        const cells = rows[i]!;
        if (row >= count) throw changed(file);
        const start = i * kept.length;
        for (let k = 0; k < kept.length; k++) numbers[start + k] = kept[k]!.encode(cells[kept[k]!.at]!);
        const label = encodeLabel ? encodeLabel(cells[labelAt]!) : Number.NaN;
        if (!Number.isNaN(label)) labels[row] = label;
        lots[row] = lotOf(options.seed + labels[row]!, bytes.subarray(4 * start, 4 * (start + kept.length)));
      }
      const writing = values.write(bytes.subarray(0, 4 * rows.length * kept.length));
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

export const shortList = (names: readonly string[], most = 12): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;

/** Rows that cannot be used: the first ones by number, the others counted. */
class LeftOut {
  readonly #where: string;
  readonly #rows: BadRow[] = [];
  #count = 0;

  constructor(where: string) {
    this.#where = where;
  }

  add(row: BadRow): void {
    this.#count++;
    if (this.#rows.length < namedRows) this.#rows.push(row);
  }

  first(): string {
    const [bad] = this.#rows;
    return bad ? ` ${this.#count} rows were left out; row ${bad.row}: ${bad.reason}` : '';
  }

  problems(): Problem[] {
    const named = this.#rows.map(({ row, reason }): Problem => {
      return { file: `${this.#where}, row ${row}`, kind: 'skipped', reason: `${reason} It was left out.` };
    });
    const others = this.#count - named.length;
    if (others > 0) named.push({ file: this.#where, kind: 'skipped', reason: `${others} more rows were left out.` });
    return named;
  }
}

function columnProblems(where: string, columns: readonly Typed[], profiles: readonly ColumnProfile[]): Problem[] {
  return columns.flatMap(({ name, kind, reason, words }, at): Problem[] => {
    const { infinite, words: strays, firstWord, counts } = profiles[at]!;
    const found: Problem[] = [];
    const add = (text: string) => found.push({ file: `${where}, column ${name}`, kind: 'skipped', reason: text });
    if (kind === 'skipped') add(`${reason} The column is left out.`);
    if (infinite > 0 && kind === 'number') add(`${infinite} infinite values count as missing.`);
    if (strays > 0 && kind === 'number') add(`${strays} cells are no numbers (“${firstWord}”) and count as missing.`);
    if (kind === 'category' && counts && words && counts.size > words.length)
      add(`Only the ${words.length} most frequent of its ${counts.size} words are kept; the others count as missing.`);
    return found;
  });
}

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
