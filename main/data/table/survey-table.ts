/** The first pass over a table: what its columns are taken for, how many rows there are, and what is wrong with them. */
import { PretextError } from '#app/contract';
import type { Problem } from '#app/records/dataset';
import type { ColumnKind, FoundColumn } from '#app/records/table';
import type { Check } from '../source';
import { wordIn } from './cells';
import { ColumnProfile, mostCategories, type Typed, typeColumns, wordsCounted } from './columns';
import type { BadRow, Cell, TableFile } from './table-file';

export interface SurveyRequest {
  /** What columns are, by name, where the user does not want what was found. */
  columns: Readonly<Record<string, ColumnKind>>;
  /** The column of labels. */
  label: string | undefined;
  /** Also where nothing can be learnt from it as a table. */
  anything?: boolean;
}

export interface Surveyed {
  columns: Typed[];
  count: number;
  problems: Problem[];
}

export const isKept = ({ kind }: { kind: ColumnKind }): boolean => kind === 'number' || kind === 'category';

/** Throws PretextError where a column that is asked for does not exist or cannot be that, or nothing can be learnt. */
export async function surveyTable(
  file: TableFile,
  request: SurveyRequest,
  { check, progress }: { check: Check; progress(bytes: number): void },
): Promise<Surveyed> {
  expectColumns(file, request);
  const profiles = profilesOf(file);
  const left = new LeftOut(file.where);
  let count = 0;
  for await (const rows of file.rows((bad) => left.add(bad), progress)) {
    check();
    count += rows.length;
    profile(profiles, rows);
  }
  const columns = typeColumns(profiles, file.declared, { asked: request.columns, label: request.label });
  if (count === 0) throw new PretextError(`${file.where} has a header but no rows.${left.first()}`);
  if (request.anything !== true) expectUsable(file, columns, profiles, count);
  const beside = (file.leftOut ?? []).map(({ name, reason }): Problem => {
    return { file: `${file.where}, ${name}`, kind: 'skipped', reason: `${reason} It is left out.` };
  });
  const problems = [...left.problems(), ...beside, ...columnProblems(file.where, columns, profiles)];
  return { columns, count, problems };
}

/** As `surveyTable`, from about the first `most` rows, with a few values of each column; for a look before the import. */
export async function glanceAtTable(
  file: TableFile,
  most: number,
  check: Check,
): Promise<{ columns: FoundColumn[]; rows: number; all: boolean; problems: Problem[] }> {
  const profiles = profilesOf(file);
  const examples = file.header.map(() => new Set<string>());
  const left = new LeftOut(file.where);
  let count = 0;
  let all = true;
  for await (const rows of file.rows((bad) => left.add(bad))) {
    check();
    if (count >= most) {
      all = false;
      break;
    }
    count += rows.length;
    profile(profiles, rows);
    for (const row of rows.slice(0, 50)) examples.forEach((seen, at) => void (seen.size < 3 && noted(seen, row[at]!)));
  }
  const columns = typeColumns(profiles, file.declared, { asked: {}, label: undefined });
  return {
    columns: columns.map((column, at) => ({ ...column, examples: [...examples[at]!] })),
    rows: count,
    all,
    problems: left.problems(),
  };
}

const longestExample = 40;
function noted(seen: Set<string>, cell: Cell): void {
  const word = wordIn(cell);
  if (word !== '') seen.add(word.length > longestExample ? `${word.slice(0, longestExample)}…` : word);
}

function profilesOf({ header }: TableFile): ColumnProfile[] {
  const words = wordsCounted(header.length);
  return header.map((name) => new ColumnProfile(name, words));
}

/** Column by column, so that each profile's own numbers stay in the cache. */
function profile(profiles: readonly ColumnProfile[], rows: readonly Cell[][]): void {
  for (let c = 0; c < profiles.length; c++) {
    const one = profiles[c]!;
    for (const row of rows) one.add(row[c]!);
  }
}

function expectColumns({ header, where }: TableFile, { columns, label }: SurveyRequest): void {
  for (const name of [...Object.keys(columns), ...(label === undefined ? [] : [label])])
    if (!header.includes(name))
      throw new PretextError(`${where} has no column “${name}”.`, {
        kind: 'usage',
        advice: `Its columns are: ${shortList(header)}.`,
      });
}

function expectUsable(
  { where }: TableFile,
  columns: readonly Typed[],
  profiles: readonly ColumnProfile[],
  count: number,
): void {
  if (count === 1)
    throw new PretextError(`${where} has only one row, so there is nothing to compare it with.`, {
      advice: 'Choose a table of many rows; the first line may hold the names of the columns.',
    });
  const tooMany = columns.findIndex(
    ({ kind, words }, at) => (kind === 'category' || kind === 'label') && !words && profiles[at]!.present > 0,
  );
  if (tooMany >= 0) {
    const { name, kind } = columns[tooMany]!;
    throw new PretextError(
      `${where}: the column “${name}” cannot be a ${kind}: it has more than ${wordsCounted(columns.length)} different values.`,
      { kind: 'usage', advice: 'Take it as a number, or leave it out.' },
    );
  }
  if (columns.some(isKept)) return;
  throw new PretextError(
    `${where} has no column of numbers or of at most ${mostCategories} words that differs from row to row, so nothing can be learnt from it.`,
    {
      advice: columns
        .slice(0, 4)
        .map(({ name, reason }) => `${name}: ${reason}`)
        .join(' '),
    },
  );
}

export const shortList = (names: readonly string[], most = 12): string =>
  names.length <= most ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;

/** Rows named one by one when they are left out; beyond that they are counted. */
const namedRows = 100;

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
