/** The width or height that the user gave a pane; it is the same the next time. */
export class PaneSize {
  readonly #key: string;
  readonly initial: number;
  #size = $state(0);

  constructor(name: string, initial: number) {
    this.#key = `pane:${name}`;
    this.initial = initial;
    const kept = Number(globalThis.localStorage?.getItem(this.#key));
    this.#size = kept > 0 ? kept : initial;
  }

  get size(): number {
    return this.#size;
  }
  set size(size: number) {
    this.#size = size;
    globalThis.localStorage?.setItem(this.#key, String(size));
  }
}
