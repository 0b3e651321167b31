/** The rows of a table as the grid wants them: pages fetched as they come into sight, the least used let go. */
import { untrack } from 'svelte';
import type { TableDataset } from '#app/records/dataset';
import type { RowFigures, RowFilter, RowPage, RowSort } from '#app/records/table';
import { call } from '#renderer/state/bridge';
import { pagesFor } from '../pages';

const cells = 40_000; // numbers in one answer of the bridge
const keptPages = 60;
const atOnce = 2;

export interface Row {
  index: number;
  label: number;
  split: 'train' | 'validation' | 'test';
  /** float32 [kept columns] */
  values: Float32Array;
}

export class Rows {
  readonly dataset: TableDataset;
  readonly #filter: RowFilter;
  readonly #sort: RowSort | undefined;
  readonly #width: number;
  readonly #size: number;
  readonly #pages = new Map<number, RowPage>(); // in order of use, the newest last
  readonly #asked = new Set<number>();
  #wanted: number[] = [0];
  #closed = false;
  /** Rows that fit the filter. */
  count = $state(0);
  /** Grows with every page that arrives. */
  version = $state(0);
  error = $state.raw<unknown>();
  loaded = $state(false);
  /** How the rows that fit are spread; absent until it is known. */
  figures = $state.raw<RowFigures>();

  constructor(dataset: TableDataset, filter: RowFilter, sort: RowSort | undefined) {
    this.dataset = dataset;
    this.#filter = filter;
    this.#sort = sort;
    this.#width = dataset.table.columns.filter(({ kind }) => kind === 'number' || kind === 'category').length;
    this.#size = Math.max(20, Math.min(400, Math.floor(cells / Math.max(1, this.#width))));
    this.count = Object.keys(filter).length > 0 ? 0 : dataset.count;
    void this.#next();
    call('datasets.columns', { dataset: dataset.id, filter }).then(
      (got) => {
        if (!this.#closed) this.figures = got;
      },
      () => undefined, // the grid says what is wrong
    );
  }

  close(): void {
    this.#closed = true;
    this.#wanted = [];
  }

  row(place: number): Row | undefined {
    const page = this.#pages.get(Math.floor(place / this.#size));
    const at = place % this.#size;
    const facts = page?.rows[at];
    return page && facts && { ...facts, values: page.values.subarray(at * this.#width, (at + 1) * this.#width) };
  }

  want(first: number, last: number): void {
    this.#wanted = pagesFor(first, last, this.#size, this.count);
    for (const page of this.#wanted) {
      const here = this.#pages.get(page);
      if (!here) continue;
      this.#pages.delete(page);
      this.#pages.set(page, here);
    }
    void this.#next();
  }

  async #next(): Promise<void> {
    if (this.#closed || this.#asked.size >= atOnce) return;
    const page = this.#wanted.find((one) => !this.#pages.has(one) && !this.#asked.has(one));
    if (page === undefined) return;
    this.#asked.add(page);
    void this.#next();
    try {
      await this.#fetch(page);
      this.error = undefined;
    } catch (error) {
      this.error = error;
      this.#wanted = []; // asked again when the user moves
    } finally {
      this.#asked.delete(page);
      this.loaded = true;
    }
    void this.#next();
  }

  async #fetch(page: number): Promise<void> {
    const got = await call('datasets.rows', {
      dataset: this.dataset.id,
      filter: this.#filter,
      ...(this.#sort && { sort: this.#sort }),
      offset: page * this.#size,
      limit: this.#size,
    });
    if (this.#closed) return;
    this.#pages.set(page, got);
    for (const old of this.#pages.keys()) {
      if (this.#pages.size <= keptPages) break;
      this.#pages.delete(old);
    }
    this.count = got.total;
    this.version = untrack(() => this.version) + 1;
  }
}
