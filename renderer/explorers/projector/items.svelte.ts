/** What the items look like and are called: asked for when they are needed, each once, and kept. */
import type { Dataset, Item } from '#app/records/dataset';
import { atlas } from '../../widgets/canvas';
import type { Answers } from './answers';

const atOnce = 200;
const mostKept = 4000;

/** A picture's place in the sheet it came in. */
export interface Thumb {
  image: HTMLCanvasElement;
  x: number;
  y: number;
  width: number;
  height: number;
}
const across = 20; // pictures in a row of a sheet

export class ItemBook {
  /** Grows whenever something has come. */
  version = $state(0);
  readonly #answers: Answers;
  #dataset: Dataset | undefined;
  readonly #thumbs = new Map<number, Thumb | undefined>();
  readonly #names = new Map<number, Item | undefined>();

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  use(dataset: Dataset | undefined): void {
    if (dataset?.id === this.#dataset?.id) return;
    this.#dataset = dataset;
    this.#thumbs.clear();
    this.#names.clear();
  }
  get hasPictures(): boolean {
    return this.#dataset?.modality === 'image';
  }

  thumb(item: number): Thumb | undefined {
    return this.version >= 0 ? this.#thumbs.get(item) : undefined; // who reads it is told when it comes
  }
  record(item: number): Item | undefined {
    return this.version >= 0 ? this.#names.get(item) : undefined;
  }

  /** Asks for pictures that are not here yet. */
  async wantPictures(items: readonly number[]): Promise<void> {
    const dataset = this.#dataset;
    const missing = [...new Set(items)].filter((item) => !this.#thumbs.has(item)).slice(0, atOnce);
    if (!dataset || !this.hasPictures || missing.length === 0) return;
    for (const item of missing) this.#thumbs.set(item, undefined); // asked for
    try {
      const pictures = await this.#answers.call('datasets.pictures', { dataset: dataset.id, indices: missing });
      if (dataset !== this.#dataset) return;
      const image = atlas(pictures, across);
      const { width, height } = pictures;
      missing.forEach((item, at) => {
        const [x, y] = [(at % across) * width, Math.floor(at / across) * height];
        this.#thumbs.set(item, { image, x, y, width, height });
      });
      for (const [old] of this.#thumbs) {
        if (this.#thumbs.size <= mostKept) break;
        this.#thumbs.delete(old);
      }
      this.version++;
    } catch (error) {
      for (const item of missing) this.#thumbs.delete(item);
      this.#answers.failed('The pictures could not be read', error);
    }
  }

  async wantRecord(item: number): Promise<Item | undefined> {
    const dataset = this.#dataset;
    if (!dataset || this.#names.has(item)) return this.#names.get(item);
    this.#names.set(item, undefined);
    try {
      const { items } = await this.#answers.call('datasets.items', { dataset: dataset.id, offset: item, limit: 1 });
      if (dataset !== this.#dataset || items[0]?.index !== item) return undefined;
      this.#names.set(item, items[0]);
      this.version++;
      return items[0];
    } catch {
      this.#names.delete(item); // it goes without its name
      return undefined;
    }
  }

  /** Items by their words: name or class, at most 200 of them. */
  async find(text: string): Promise<Item[]> {
    const dataset = this.#dataset;
    if (!dataset) return [];
    const found = await this.#answers.call('datasets.items', {
      dataset: dataset.id,
      filter: { text },
      offset: 0,
      limit: atOnce,
    });
    return found.items;
  }

  /** Names of many items, page by page, for a file. */
  async names(items: Iterable<number>): Promise<Map<number, string>> {
    const wanted = [...items].sort((a, b) => a - b);
    const names = new Map<number, string>();
    const dataset = this.#dataset;
    for (let at = 0; dataset && at < wanted.length; ) {
      const from = wanted[at]!;
      const page = await this.#answers.call('datasets.items', { dataset: dataset.id, offset: from, limit: 2000 });
      for (const { index, name } of page.items) names.set(index, name);
      const end = from + 2000;
      while (at < wanted.length && wanted[at]! < end) at++;
    }
    return names;
  }
}
