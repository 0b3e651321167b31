/** Undo and redo of what is edited in one place (a code map, a filter): whole states, the newest hundred of them. */
export class Undo<T> {
  readonly #limit: number;
  #past = $state.raw<T[]>([]);
  #future = $state.raw<T[]>([]);
  #now = $state.raw<T>() as T;

  constructor(first: T, limit = 100) {
    this.#now = first;
    this.#limit = limit;
  }

  get now(): T {
    return this.#now;
  }
  get canUndo(): boolean {
    return this.#past.length > 0;
  }
  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** A new state; what could be redone is gone. */
  put(next: T): void {
    this.#past = [...this.#past, this.#now].slice(-this.#limit);
    this.#future = [];
    this.#now = next;
  }
  /** Changes the newest state in place: for the strokes of one drag. */
  amend(next: T): void {
    this.#now = next;
  }
  undo(): void {
    const before = this.#past.at(-1);
    if (!this.canUndo) return;
    this.#future = [this.#now, ...this.#future];
    this.#past = this.#past.slice(0, -1);
    this.#now = before as T;
  }
  redo(): void {
    const after = this.#future[0];
    if (!this.canRedo) return;
    this.#past = [...this.#past, this.#now];
    this.#future = this.#future.slice(1);
    this.#now = after as T;
  }
  /** Starts over with a new state and no past. */
  reset(first: T): void {
    this.#past = [];
    this.#future = [];
    this.#now = first;
  }
}
