/** A task's stop and pause, as one number in shared memory: raised by one thread, seen by the other between steps. */
import type { Signal } from './protocol';

const [running, paused, stopped] = [0, 1, 2];

export class Flag {
  readonly memory: SharedArrayBuffer;
  readonly #state: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#state = new Int32Array(memory);
  }
  static create = (): Flag => new Flag(new SharedArrayBuffer(4));

  /** A stop is final: no later pause or resume takes it back. */
  raise(signal: Signal): void {
    if (signal === 'stop') Atomics.store(this.#state, 0, stopped);
    else if (signal === 'pause') Atomics.compareExchange(this.#state, 0, running, paused);
    else Atomics.compareExchange(this.#state, 0, paused, running);
  }
  get paused(): boolean {
    return Atomics.load(this.#state, 0) === paused;
  }
  get stopped(): boolean {
    return Atomics.load(this.#state, 0) === stopped;
  }
}
