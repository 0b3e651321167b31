/** Which runs are compared; a colour stays with a run for as long as it is chosen. */
import { SvelteMap } from 'svelte/reactivity';

/** Beyond these, lines are grey: more colours could not be told apart. */
const COLOURS = 8;

export class Selection {
  /** id → colour slot, in the order of choosing. By key, so that choosing one run draws one row anew. */
  readonly #colours = new SvelteMap<string, number>();
  readonly ids: string[] = $derived([...this.#colours.keys()]);

  has(id: string): boolean {
    return this.#colours.has(id);
  }
  /** 1–8, or 0 for grey and for what is not chosen. */
  colour(id: string): number {
    return this.#colours.get(id) ?? 0;
  }
  toggle(id: string, on = !this.has(id)): void {
    if (!on) this.#colours.delete(id);
    else if (!this.has(id)) this.#colours.set(id, this.#free());
  }
  set(ids: readonly string[]): void {
    for (const id of [...this.#colours.keys()]) if (!ids.includes(id)) this.#colours.delete(id);
    for (const id of ids) this.toggle(id, true);
  }
  clear(): void {
    this.#colours.clear();
  }

  #free(): number {
    const taken = new Set(this.#colours.values());
    return Array.from({ length: COLOURS }, (_, i) => i + 1).find((colour) => !taken.has(colour)) ?? 0;
  }
}

/** Outlives the view: a look into a run and back leaves the choice as it was. */
export const selection = new Selection();
