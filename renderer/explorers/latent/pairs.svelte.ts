/** Two or three items and what is made of their codes: halves swapped, the way between them, A − B + C. */
import type { EncodedItems } from '#app/records/latent';
import { Undo } from '../undo.svelte';
import { arithmetic, between, type Codes, swap } from './codes';
import type { Decoder } from './decoder.svelte';
import type { Dimensions } from './dimensions.svelte';

export type PairMode = 'swap' | 'between' | 'sum';
/** Pictures on the way from A to B, both included. */
export const wayCount = 9;

export class Pairs {
  mode = $state<PairMode>('swap');
  way = $state<'linear' | 'spherical'>('linear');
  /** A, B and C. */
  items = $state.raw<EncodedItems>();
  readonly marked = new Undo<ReadonlySet<number>>(new Set());
  readonly result: Decoder;
  readonly #dimensions: Dimensions;
  #taken = 0;

  constructor(dimensions: Dimensions) {
    this.#dimensions = dimensions;
    this.result = dimensions.decoder();
  }

  codeOf(which: 0 | 1 | 2): Codes {
    const size = this.#dimensions.space?.size ?? 0;
    return this.items?.codes.subarray(which * size, (which + 1) * size) ?? new Float32Array(size);
  }

  /** Encodes the three anew, as for another checkpoint; the marks stay where they fit. */
  async take(indices: readonly [number, number, number]): Promise<void> {
    const { run, step, answers } = this.#dimensions;
    const turn = ++this.#taken;
    try {
      const items = await answers.call('latent.encode', { run: run!, step, items: [...indices] });
      if (turn !== this.#taken) return;
      this.items = items;
      this.refresh();
    } catch (error) {
      if (turn === this.#taken) answers.failed('The items could not be encoded', error);
    }
  }
  async replace(which: 0 | 1 | 2, item: number): Promise<void> {
    const [a, b, c] = this.indices;
    const next: [number, number, number] = [a, b, c];
    next[which] = item;
    await this.take(next);
  }
  get indices(): [number, number, number] {
    const [a, b, c] = this.items?.items.map(({ index }) => index) ?? [];
    return [a ?? 0, b ?? 0, c ?? 0];
  }

  toggle(dimension: number): void {
    const next = new Set(this.marked.now);
    if (!next.delete(dimension)) next.add(dimension);
    this.marked.put(next);
    this.refresh();
  }
  invert(): void {
    const { order } = this.#dimensions;
    this.marked.put(new Set(order.filter((j) => !this.marked.now.has(j))));
    this.refresh();
  }
  undo(): void {
    this.marked.undo();
    this.refresh();
  }
  set(change: { mode?: PairMode; way?: 'linear' | 'spherical' }): void {
    if (change.mode) this.mode = change.mode;
    if (change.way) this.way = change.way;
    this.refresh();
  }

  /** The codes that are decoded: [2, d], [9, d] or [1, d]. */
  get codes(): Codes {
    const [a, b, c] = [this.codeOf(0), this.codeOf(1), this.codeOf(2)];
    if (this.mode === 'between') return between(a, b, wayCount, this.way);
    if (this.mode === 'sum') return arithmetic(a, b, c, this.#dimensions.space?.kind);
    const both = new Float32Array(2 * a.length);
    both.set(swap(a, b, this.marked.now));
    both.set(swap(b, a, this.marked.now), a.length);
    return both;
  }
  /** How many pictures that are. */
  get expected(): number {
    return { swap: 2, between: wayCount, sum: 1 }[this.mode];
  }
  refresh(): void {
    const { space } = this.#dimensions;
    // An answer may come when another run was opened meanwhile: its codes are of another length.
    if (space && this.items?.codes.length === 3 * space.size) void this.result.show(this.codes);
  }
}
