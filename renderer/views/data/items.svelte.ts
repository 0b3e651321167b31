/** The items of a data set as the grid wants them: pages fetched as they come into sight, the least used let go. */
import { untrack } from 'svelte';
import type { ImageDataset, Item, ItemFilter, Problem } from '#app/records/dataset';
import { call } from '#renderer/state/bridge';
import { atlas } from '#renderer/widgets/canvas';
import type { Thumb, ThumbSource } from '#renderer/widgets/thumbs';
import { pageSize, pagesFor, pagesKept } from './pages';

interface Page {
  items: Item[];
  sheet: HTMLCanvasElement;
}
const across = 20; // pictures in a row of a page's sheet
const atOnce = 2; // questions under way: more would only delay what has come into sight since
export const splitTicks = { train: 'c1', validation: 'c2', test: 'c4' } as const;
export const splitWords = { train: 'train', validation: 'validation', test: 'test' } as const;

export class Items implements ThumbSource {
  readonly dataset: ImageDataset;
  readonly #filter: ItemFilter | undefined;
  readonly #size: number;
  readonly #kept: number;
  readonly #pages = new Map<number, Page>(); // in order of use, the newest last
  readonly #asked = new Set<number>();
  #wanted: number[] = [];
  #flagged = new Set<number>();
  #closed = false;
  /** Items that fit the filter. */
  count = $state(0);
  /** Grows with every page that arrives. */
  version = $state(0);
  error = $state.raw<unknown>();
  loaded = $state(false);

  constructor(dataset: ImageDataset, filter?: ItemFilter) {
    this.dataset = dataset;
    this.#filter = filter && Object.keys(filter).length > 0 ? filter : undefined;
    const { height, width } = dataset.image;
    this.#size = pageSize(height, width);
    this.#kept = pagesKept(height, width);
    this.count = this.#filter ? 0 : dataset.count;
    this.#wanted = [0];
    void this.#next();
  }

  /** Marks the items that have problems. */
  flag(problems: readonly Problem[]): void {
    this.#flagged = new Set(problems.flatMap(({ item }) => (item === undefined ? [] : [item])));
    this.version = untrack(() => this.version) + 1;
  }
  /** Nothing is asked any more. */
  close(): void {
    this.#closed = true;
    this.#wanted = [];
  }

  /** The record at a place of the filtered list, if it is here. */
  item(place: number): Item | undefined {
    return this.#pages.get(Math.floor(place / this.#size))?.items[place % this.#size];
  }
  at(place: number): Thumb | undefined {
    const page = this.#pages.get(Math.floor(place / this.#size));
    const item = page?.items[place % this.#size];
    if (!page || !item) return undefined;
    const { height, width } = this.dataset.image;
    const cell = place % this.#size;
    return {
      sprite: { image: page.sheet, x: (cell % across) * width, y: Math.floor(cell / across) * height, width, height },
      label: this.labelOf(item) ?? '?',
      tick: splitTicks[item.split],
      flag: this.#flagged.has(item.index),
      text: `${item.name}, label ${this.labelOf(item) ?? 'none'}, ${splitWords[item.split]}`,
    };
  }
  labelOf(item: Item): string | undefined {
    return item.label < 0 ? undefined : (this.dataset.classes[item.label] ?? String(item.label));
  }
  want(first: number, last: number): void {
    this.#wanted = pagesFor(first, last, this.#size, this.count);
    for (const page of this.#wanted) this.#touch(page);
    void this.#next();
  }

  #touch(page: number): void {
    const here = this.#pages.get(page);
    if (!here) return;
    this.#pages.delete(page);
    this.#pages.set(page, here);
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
    const { id: dataset } = this.dataset;
    const { total, items } = await call('datasets.items', {
      dataset,
      offset: page * this.#size,
      limit: this.#size,
      ...(this.#filter && { filter: this.#filter }),
    });
    if (this.#closed) return;
    const pictures = await call('datasets.pictures', { dataset, indices: items.map(({ index }) => index) });
    if (this.#closed) return;
    this.#pages.set(page, { items, sheet: atlas(pictures, across) });
    for (const old of this.#pages.keys()) {
      if (this.#pages.size <= this.#kept) break;
      this.#pages.delete(old);
    }
    this.count = total;
    this.version = untrack(() => this.version) + 1;
  }
}
