/** The first pass over a table: what each column holds, and from that what it is taken for, with the reason in words. */
import type { Column, ColumnKind } from '#app/records/table';
import { naturalCompare } from '../natural';
import { isMissing, numberIn, wordIn } from './cells';
import type { Cell, DeclaredKind } from './table-file';

/** Words counted in each column before it is taken for free text: fewer in wide tables, to bound the memory. */
export const wordsCounted = (columns: number): number => Math.max(32, Math.min(256, Math.floor(400_000 / columns)));
/** A category becomes one number for each word: with more words than this it is left out. */
export const mostCategories = 100;
/** A column is one of numbers although so large a share of its cells is not: slips of the pen, which are reported. */
const slips = 0.005;

const labelName =
  /^(label|labels|class|classes|target|y|outcome|diagnosis|species|is_?fraud|fraud|anomaly|outlier|is_?anomaly)$/i;
const decimalComma = /^[+-]?\d+,\d+$/;
const identifierName = /^(id|index|row|row_?id|uuid|guid|key|sample|unnamed: 0|.*[_ -]id)$/i;

/** What one column holds, counted cell by cell. */
export class ColumnProfile {
  readonly name: string;
  missing = 0;
  numbers = 0;
  infinite = 0;
  words = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  /** How often each value was met; emptied once there are too many. */
  counts: Map<string, number> | undefined = new Map();
  #whole = true;
  #rising = true;
  #last = Number.NEGATIVE_INFINITY;
  /** The first cell that is no number, for messages. */
  firstWord: string | undefined;

  readonly #most: number;

  /** `most`: different values that are counted. */
  constructor(name: string, most: number) {
    this.name = name;
    this.#most = most;
  }

  add(cell: Cell): void {
    const value = numberIn(cell);
    if (value === undefined) {
      this.words++;
      this.firstWord ??= wordIn(cell);
    } else if (Number.isNaN(value)) {
      this.missing++;
      return;
    } else if (!Number.isFinite(value)) {
      this.infinite++;
      return;
    } else this.#number(value);
    if (!this.counts) return;
    const word = wordIn(cell);
    this.counts.set(word, (this.counts.get(word) ?? 0) + 1);
    if (this.counts.size > this.#most) this.counts = undefined;
  }

  #number(value: number): void {
    this.numbers++;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    this.#whole &&= Number.isInteger(value);
    this.#rising &&= value > this.#last;
    this.#last = value;
  }

  get present(): number {
    return this.numbers + this.words;
  }

  /** Each row has its own whole number, larger than the last: a count of the rows, not a measurement. */
  get countsRows(): boolean {
    return this.#whole && this.#rising && this.words === 0 && this.counts === undefined;
  }
}

/** What the columns are taken for. `asked`: what the user chose for some, by name; `label`: the column of labels. */
export interface Chosen {
  asked: Readonly<Record<string, ColumnKind>>;
  label: string | undefined;
}

export type Typed = Pick<Column, 'name' | 'kind' | 'reason' | 'missing' | 'range' | 'words'>;

/** One decision for each column, in their order. At most one is the label. */
export function typeColumns(
  profiles: readonly ColumnProfile[],
  declared: readonly (DeclaredKind | undefined)[] | undefined,
  { asked, label }: Chosen,
): Typed[] {
  const guessed = profiles.map((profile, at): [ColumnKind, string] => {
    const wanted = asked[profile.name];
    return wanted ? [wanted, 'You chose it.'] : guess(profile, declared?.[at]);
  });
  const labelAt = labelColumn(profiles, guessed, { asked, label });
  return profiles.map((profile, at) => {
    const [kind, reason] =
      at === labelAt
        ? ([
            'label',
            asked[profile.name] || label ? 'You chose it.' : 'Its name or place says that it is the label.',
          ] as const)
        : guessed[at]!;
    return typed(profile, kind, reason);
  });
}

function typed(profile: ColumnProfile, kind: ColumnKind, reason: string): Typed {
  const { name, missing, infinite, words, min, max, counts } = profile;
  const common = { name, kind, reason };
  if (kind === 'number')
    return { ...common, missing: missing + infinite + words, ...(profile.numbers > 0 && { range: { min, max } }) };
  if (kind === 'skipped' || !counts) return { ...common, missing };
  const frequent = [...counts].sort(([a, n], [b, m]) => m - n || naturalCompare(a, b)).map(([word]) => word);
  const kept = kind === 'label' ? [...counts.keys()].sort(naturalCompare) : frequent.slice(0, mostCategories);
  return { ...common, missing: missing + infinite, words: kept };
}

function guess(profile: ColumnProfile, declared: DeclaredKind | undefined): [ColumnKind, string] {
  const { name, present, numbers, words, counts, firstWord } = profile;
  if (present === 0) return ['skipped', 'It is empty.'];
  if (counts?.size === 1) return ['skipped', `All its values are ${[...counts.keys()][0]}.`];
  if (declared === 'number') return ['number', 'The file says that it is a number.'];
  if (declared === 'category' && counts) return ['category', 'The file lists its words.'];
  if (identifierName.test(name) && (words === 0 || !counts))
    return ['skipped', 'Its name says that it only tells rows apart.'];
  if (profile.countsRows && /^(column 1|)$/.test(name)) return ['skipped', 'It counts the rows.'];
  if (words === 0) return ['number', 'All its values are numbers.'];
  if (words <= Math.max(1, slips * present) && numbers > 1)
    return ['number', `All but ${words} of its values are numbers (“${firstWord}” is not).`];
  if (decimalComma.test(firstWord ?? ''))
    return ['skipped', `Its numbers seem to have a decimal comma (“${firstWord}”); save them with a decimal point.`];
  if (counts && counts.size <= mostCategories && counts.size <= present / 2)
    return ['category', `It holds ${counts.size} different words.`];
  return [
    'skipped',
    `It is text with more than ${Math.min(mostCategories, Math.floor(present / 2))} different values.`,
  ];
}

/** The column that the user named; else one whose name says so; else a last column of words beside columns of numbers. */
function labelColumn(
  profiles: readonly ColumnProfile[],
  guessed: readonly (readonly [ColumnKind, string])[],
  { asked, label }: Chosen,
): number | undefined {
  const named = profiles.findIndex(({ name }) => name === label || asked[name] === 'label');
  if (named >= 0) return named;
  const free = (at: number): boolean => asked[profiles[at]!.name] === undefined && profiles[at]!.counts !== undefined;
  const byName = profiles.findIndex(
    ({ name, counts }, at) => labelName.test(name) && free(at) && (counts?.size ?? 0) > 1,
  );
  if (byName >= 0) return byName;
  const last = profiles.length - 1;
  const numeric = guessed.filter(([kind]) => kind === 'number').length;
  return guessed[last]?.[0] === 'category' && free(last) && numeric >= (profiles.length - 1) * 0.6 ? last : undefined;
}

/** The number that stands for a cell in the stored table: NaN where it is missing, a category's position in its words. */
export function encoder({ kind, words }: Typed): (cell: Cell) => number {
  if (kind === 'number')
    return (cell) => {
      const value = numberIn(cell);
      return value !== undefined && Number.isFinite(value) ? value : Number.NaN;
    };
  const positions = new Map(words?.map((word, at) => [word, at]));
  return (cell) => (isMissing(cell) ? Number.NaN : (positions.get(wordIn(cell)) ?? Number.NaN));
}
