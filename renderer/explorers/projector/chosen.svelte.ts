/** What both pictures share: the points selected, the one in focus, what they are coloured by and what is hidden. */
import type { Dataset } from '#app/records/dataset';
import type { Cloud, Colours, NearestRows, NeighbourMetric } from '#app/records/projector';
import { Undo } from '../undo.svelte';
import type { Answers } from './answers';
import { combined, type Mask, type Mode, rowsOf } from './choose';
import type { Which } from './projection.svelte';
import { amounts, categories, mostCategories, type Shades } from './shades';

/** `label`, `split`, `clusters`, `loss`, `factor:size`, `column:age`. */
export type ColourBy = string;
const splitNames = ['train', 'validation', 'test'];

export class Chosen {
  readonly answers: Answers;
  by = $state<ColourBy>('label');
  clusters = $state(10);
  shades = $state.raw<Shades>();
  colouring = $state(false);
  /** Categories that are not drawn. */
  hidden = $state.raw<ReadonlySet<number>>(new Set());
  readonly history = new Undo<Mask | undefined>(undefined);
  focus = $state<number>();
  metric = $state<NeighbourMetric>('cosine');
  nearest = $state.raw<NearestRows>();
  readonly rows: Uint32Array = $derived(this.history.now ? rowsOf(this.history.now) : new Uint32Array());
  #coloured = 0;
  #searched = 0;

  constructor(answers: Answers) {
    this.answers = answers;
  }

  get mask(): Mask | undefined {
    return this.history.now;
  }

  /** Other items than before: nothing is selected any more. */
  reset(): void {
    this.history.reset(undefined);
    this.focus = undefined;
    this.nearest = undefined;
    this.hidden = new Set();
  }

  select(rows: ArrayLike<number>, mode: Mode, count: number): void {
    const before = this.mask ?? new Uint8Array(count);
    if (rows.length === 0 && mode !== 'replace') return;
    const next = combined(before, rows, mode);
    if (!next.includes(1)) {
      if (this.mask) this.history.put(undefined);
      return;
    }
    this.history.put(next);
    if (this.focus === undefined || !next[this.focus]) this.focus = next.indexOf(1);
  }
  none(): void {
    if (this.mask) this.history.put(undefined);
    this.focus = undefined;
    this.nearest = undefined;
  }

  toggle(place: number): void {
    const next = new Set(this.hidden);
    if (!next.delete(place)) next.add(place);
    this.hidden = next;
  }
  /** Only this one; again: all of them. */
  isolate(place: number): void {
    if (this.shades?.kind !== 'categories') return;
    const others = [-1, ...this.shades.names.keys()].filter((one) => one !== place);
    const isAlone = !this.hidden.has(place) && others.every((one) => this.hidden.has(one));
    this.hidden = new Set(isAlone ? [] : others);
  }
  isHidden = (row: number): boolean =>
    this.hidden.size > 0 && this.shades?.kind === 'categories' && this.hidden.has(this.shades.places[row]!);

  /** Colours the points by what is chosen. */
  async colour(which: Which, cloud: Cloud, dataset: Dataset | undefined): Promise<void> {
    const turn = ++this.#coloured;
    this.hidden = new Set();
    const by = this.by;
    if (by === 'label') this.shades = categories('label', dataset?.classes ?? [], cloud.labels);
    else if (by === 'split') this.shades = categories('split', splitNames, cloud.splits);
    else
      try {
        this.colouring = true;
        const [kind, name = ''] = by.split(/:(.*)/s);
        const colouring =
          kind === 'clusters'
            ? { by: 'clusters' as const, k: this.clusters }
            : kind === 'loss'
              ? { by: 'loss' as const }
              : { by: kind === 'factor' ? ('factor' as const) : ('column' as const), name };
        const found = await this.answers.call('projector.colours', { ...which, colouring });
        if (turn === this.#coloured) this.shades = shadesOf(titleOf(by), found);
      } catch (error) {
        if (turn === this.#coloured) this.answers.failed(`The points could not be coloured by ${titleOf(by)}`, error);
      } finally {
        if (turn === this.#coloured) this.colouring = false;
      }
  }

  /** Which items lie nearest the one in focus, of all numbers of the vectors. */
  async findNearest(which: Which): Promise<void> {
    const row = this.focus;
    const turn = ++this.#searched;
    if (row === undefined) {
      this.nearest = undefined;
      return;
    }
    try {
      const found = await this.answers.call('projector.nearest', { ...which, row, count: 11, metric: this.metric });
      if (turn === this.#searched) this.nearest = found;
    } catch (error) {
      if (turn === this.#searched) this.answers.failed('The nearest neighbours could not be found', error);
    }
  }
}

export const titleOf = (by: ColourBy): string =>
  by === 'clusters' ? 'cluster' : by === 'loss' ? 'reconstruction error' : by.replace(/^(factor|column):/, '');

function shadesOf(title: string, { values, words }: Colours): Shades {
  if (words)
    return categories(
      title,
      words,
      values.map((value) => (Number.isNaN(value) ? -1 : value)),
    );
  const distinct = new Set<number>();
  for (const value of values) {
    if (!Number.isNaN(value)) distinct.add(value);
    if (distinct.size > mostCategories) return amounts(title, values);
  }
  // Few whole numbers are told apart: a shape, a digit.
  const sorted = [...distinct].sort((a, b) => a - b);
  if (!sorted.every(Number.isInteger)) return amounts(title, values);
  return categories(
    title,
    sorted.map(String),
    values.map((value) => sorted.indexOf(value)),
  );
}
