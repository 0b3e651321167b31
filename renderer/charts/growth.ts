/**
 * Work on growing curves that is done once for each point. A live curve keeps its history in one buffer and only appends
 * to it, so what was found of the first n points still holds when there are more. Curves are known by their buffer.
 */

/** Something remembered of a buffer, dropped with it. */
export class Growth<State> {
  readonly #known = new WeakMap<ArrayBufferLike, Map<string, State>>();

  /** What is remembered under `key`, or undefined; plain arrays are never remembered. */
  get(values: ArrayLike<number>, key: string): State | undefined {
    return ArrayBuffer.isView(values) ? this.#known.get(values.buffer)?.get(key) : undefined;
  }
  /** At most a few keys a buffer: the oldest gives way. */
  put(values: ArrayLike<number>, key: string, state: State): void {
    if (!ArrayBuffer.isView(values)) return;
    const states = this.#known.get(values.buffer) ?? new Map<string, State>();
    this.#known.set(values.buffer, states);
    states.delete(key);
    states.set(key, state);
    const oldest = states.keys().next().value;
    if (states.size > 6 && oldest !== undefined) states.delete(oldest);
  }
}

/** Where a view begins in its buffer: two views of one buffer are the same curve only if they begin together. */
export const offsetOf = (values: ArrayLike<number>): number => (ArrayBuffer.isView(values) ? values.byteOffset : 0);
