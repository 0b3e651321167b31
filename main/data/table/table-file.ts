/** What every kind of table file looks like to the importer: a header and rows in batches, read as often as needed. */

/** `null` where the file itself says that nothing is there. */
export type Cell = string | number | null;

export type TableFormat = 'csv' | 'jsonl' | 'parquet' | 'npz' | 'arff';

/** A row that was left out. `row` counts from 1, the header not included. */
export interface BadRow {
  row: number;
  reason: string;
}

export interface TableFile {
  readonly format: TableFormat;
  /** Where it lies, for messages. */
  readonly where: string;
  /** Names of the columns, all different; made up where the file has none. */
  readonly header: readonly string[];
  /** What the file itself says of a column, which is then not guessed. */
  readonly declared?: readonly (DeclaredKind | undefined)[];
  /** What the file holds beside the columns that is not read, and why. */
  readonly leftOut?: readonly { name: string; reason: string }[];
  /** Things the user should know of how the file was read. */
  readonly notes: readonly string[];
  /** Size of the file, for progress; 0 where unknown. */
  readonly bytes: number;
  /**
   * All rows in order, in batches; each row has as many cells as the header. Rows that have not are told to `bad` and
   * left out. `read` is told how many bytes of the file have been used up.
   */
  rows(bad: (row: BadRow) => void, read?: (bytes: number) => void): AsyncIterable<Cell[][]>;
}
export type DeclaredKind = 'number' | 'category';

/** Rows handed on at once: few enough for a batch to stay in the cache, enough to hide what a batch costs. */
export const batchRows = 2048;
/** Cells of a batch at most: wide tables come in fewer rows. */
const batchCells = 1 << 18;
export const rowsAtOnce = (columns: number): number =>
  Math.max(1, Math.min(batchRows, Math.floor(batchCells / Math.max(1, columns))));

/** Names that are all different and none of them empty: `a, , a` → `a, column 2, a (2)`. */
export function uniqueNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((raw, at) => {
    const name = raw.trim() || `column ${at + 1}`;
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}

export const madeUpNames = (count: number): string[] => Array.from({ length: count }, (_, i) => `column ${i + 1}`);

/** Wider tables are refused: a model of them would not fit, and the file is probably not what it seems. */
export const mostColumns = 20_000;
