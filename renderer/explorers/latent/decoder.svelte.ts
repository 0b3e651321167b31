/** One picture sheet that follows its codes: decoded as they change, the newest only, dimmed while it is late. */
import type { Pictures } from '#app/records/common';
import type { Codes } from './codes';

/** Later than this, in milliseconds, the old picture is dimmed until the new one comes. */
const LATE = 100;

export type Decode = (codes: Codes) => Promise<{ pictures: Pictures; milliseconds: number }>;

export class Decoder {
  pictures = $state.raw<Pictures>();
  /** The codes that `pictures` shows. */
  codes = $state.raw<Codes>();
  milliseconds = $state<number>();
  isLate = $state(false);
  #wanted: Codes | undefined;
  #busy = false;
  #turn = 0;
  readonly #decode: Decode;
  readonly #failed: (error: unknown) => void;

  constructor(decode: Decode, failed: (error: unknown) => void) {
    this.#decode = decode;
    this.#failed = failed;
  }

  /** Another model: nothing of the old one is shown. */
  clear(): void {
    this.#turn++;
    this.#wanted = undefined;
    this.pictures = undefined;
    this.codes = undefined;
  }

  /** Shows these codes next; while one decoding is under way the next waits, and only the newest of them. */
  async show(codes: Codes): Promise<void> {
    this.#wanted = codes;
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#wanted) await this.#next(this.#wanted);
    } finally {
      this.#busy = false;
    }
  }

  async #next(codes: Codes): Promise<void> {
    this.#wanted = undefined;
    const turn = this.#turn;
    const late = setTimeout(() => (this.isLate = true), LATE);
    try {
      const { pictures, milliseconds } = await this.#decode(codes);
      if (turn !== this.#turn) return;
      this.pictures = pictures;
      this.codes = codes;
      this.milliseconds = milliseconds;
    } catch (error) {
      if (turn === this.#turn) this.#failed(error);
    } finally {
      clearTimeout(late);
      if (!this.#wanted) this.isLate = false;
    }
  }
}
