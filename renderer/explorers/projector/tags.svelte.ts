/** Names that the user gave to selections of a data set's items: the same in every run of it, kept on this computer. */
export interface Tag {
  name: string;
  /** Numbers of items in the data set. */
  items: number[];
}

export class Tags {
  list = $state.raw<Tag[]>([]);
  #key: string | undefined;

  /** Those of a data set, by its id. */
  use(dataset: string | undefined): void {
    this.#key = dataset === undefined ? undefined : `projector-tags:${dataset}`;
    this.list = this.#key === undefined ? [] : read(globalThis.localStorage?.getItem(this.#key));
  }
  put(tag: Tag): void {
    this.#keep([...this.list.filter(({ name }) => name !== tag.name), tag]);
  }
  forget(name: string): void {
    this.#keep(this.list.filter((tag) => tag.name !== name));
  }
  #keep(list: Tag[]): void {
    this.list = list;
    if (this.#key !== undefined) globalThis.localStorage?.setItem(this.#key, JSON.stringify(list));
  }
}

function read(text: string | null | undefined): Tag[] {
  try {
    const found: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(found) ? found.filter(isTag) : [];
  } catch {
    return []; // not ours
  }
}
const isTag = (value: unknown): value is Tag =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'items' in value &&
  Array.isArray(value.items) &&
  value.items.every(Number.isInteger);
