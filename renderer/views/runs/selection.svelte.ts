/** Which runs are compared; a colour stays with a run for as long as it is shown. */

/** Beyond these, lines are grey: more colours could not be told apart. */
const COLOURS = 8;

export class Selection {
  ids = $state.raw<string[]>([]);
  #colours = new Map<string, number>();

  has(id: string): boolean {
    return this.ids.includes(id);
  }
  toggle(id: string): void {
    if (this.has(id)) {
      this.#colours.delete(id);
      this.ids = this.ids.filter((one) => one !== id);
    } else this.set([...this.ids, id]);
  }
  set(ids: string[]): void {
    for (const id of this.ids) if (!ids.includes(id)) this.#colours.delete(id);
    for (const id of ids) {
      if (this.#colours.has(id)) continue;
      const taken = new Set(this.#colours.values());
      const free = Array.from({ length: COLOURS }, (_, i) => i + 1).find((colour) => !taken.has(colour));
      this.#colours.set(id, free ?? 0);
    }
    this.ids = ids;
  }
  clear(): void {
    this.set([]);
  }
  /** 1–8, or 0 for grey. */
  colour(id: string): number {
    return this.ids.includes(id) ? (this.#colours.get(id) ?? 0) : 0;
  }
}
