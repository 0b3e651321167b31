/** The space that is open, and one code in it: slider, traversal cell and walk pad are views of this one state. */
import type { EncodedItems, LatentSpace } from '#app/records/latent';
import { Undo } from '../undo.svelte';
import type { Answers } from './answers';
import {
  type Codes,
  drawn,
  isUnused,
  middle,
  orderOf,
  plane,
  type RangeName,
  rangeOf,
  traversal,
  withValue,
} from './codes';
import { Decoder } from './decoder.svelte';

export type Start = 'item' | 'prior' | 'zero';
/** Pictures along a side of the walk's plane. */
export const padSide = 13;

export class Dimensions {
  run = $state<string>();
  step = $state<number>();
  space = $state.raw<LatentSpace>();
  names = $state.raw<Record<string, string>>({});
  opening = $state(false);
  failure = $state.raw<unknown>();
  start = $state<Start>('item');
  /** The item that the code began as. */
  item = $state.raw<EncodedItems>();
  by = $state<'weight' | 'number'>('weight');
  range = $state<RangeName>('3');
  /** The dimension that the arrow keys move. */
  chosen = $state(0);
  /** Across and up in the walk. */
  across = $state(0);
  up = $state(1);
  readonly history = new Undo<Codes>(new Float32Array(0));
  readonly order: number[] = $derived(this.space ? orderOf(this.space, this.by) : []);
  readonly used: number[] = $derived(this.order.filter((j) => this.space && !isUnused(this.space, j)));
  readonly unused: number[] = $derived(this.order.filter((j) => this.space && isUnused(this.space, j)));
  readonly now: Decoder;
  readonly grid: Decoder;
  readonly pad: Decoder;
  readonly answers: Answers;
  #opened = 0;
  #taken = 0;
  #sliding: number | undefined;

  constructor(answers: Answers) {
    this.answers = answers;
    this.now = this.decoder();
    this.grid = this.decoder();
    this.pad = this.decoder();
  }

  get code(): Codes {
    return this.history.now;
  }

  /** A sheet of pictures of this space, for panes with codes of their own. */
  decoder(): Decoder {
    return new Decoder(
      (codes) => this.answers.call('latent.decode', { run: this.run!, step: this.step, codes }),
      (error) => this.answers.failed('The code could not be decoded', error),
    );
  }

  /** With another checkpoint of the same run the code stays, and so does everything that was chosen. */
  async open(run: string, step: number | undefined, items: number): Promise<void> {
    const turn = ++this.#opened;
    const same = run === this.run;
    this.opening = true;
    this.failure = undefined;
    if (!same) this.#forget();
    try {
      const [space, names] = await Promise.all([
        this.answers.call('latent.open', { run, ...(step !== undefined && { step }) }),
        this.answers.call('latent.names', { run }),
      ]);
      if (turn !== this.#opened) return;
      this.run = run;
      this.step = space.step;
      this.names = names;
      const stays = same && this.space?.size === space.size;
      this.space = space;
      await (stays ? this.#keep() : this.#begin(items));
    } catch (error) {
      if (turn === this.#opened) this.failure = error;
    } finally {
      if (turn === this.#opened) this.opening = false;
    }
  }

  #forget(): void {
    this.space = undefined;
    this.item = undefined;
    for (const decoder of [this.now, this.grid, this.pad]) decoder.clear();
  }

  async #begin(items: number): Promise<void> {
    [this.across, this.up] = [this.order[0] ?? 0, this.order[1] ?? this.order[0] ?? 0];
    this.chosen = this.order[0] ?? 0;
    this.start = 'item';
    if (items > 0) await this.take(Math.floor(Math.random() * items));
    else this.from('zero');
  }

  /** The same item as the newer model encodes it, where nothing was moved; else the numbers as they are. */
  async #keep(): Promise<void> {
    const item = this.item?.items[0];
    const untouched =
      this.start === 'item' && this.item && this.code.every((value, j) => value === this.item?.codes[j]);
    if (item && untouched) return this.take(item.index);
    if (item)
      await this.#encode(item.index).then((found) => {
        if (found) this.item = found;
      });
    this.redraw();
  }

  async #encode(index: number): Promise<EncodedItems | undefined> {
    const { run, step } = this;
    const turn = ++this.#taken;
    try {
      const found = await this.answers.call('latent.encode', { run: run!, step, items: [index] });
      return turn === this.#taken ? found : undefined;
    } catch (error) {
      if (turn === this.#taken) this.answers.failed('The item could not be encoded', error);
      return undefined;
    }
  }

  /** Starts from an item. */
  async take(index: number): Promise<void> {
    const found = await this.#encode(index);
    if (!found) return;
    this.item = found;
    this.start = 'item';
    this.history.reset(found.codes);
    this.redraw();
  }

  /** Starts from a code that no item has. */
  from(start: 'prior' | 'zero'): void {
    if (!this.space) return;
    this.start = start;
    this.#put(start === 'prior' ? drawn(this.space, random) : middle(this.space));
  }

  reset(): void {
    if (this.start === 'item' && this.item) this.#put(this.item.codes);
    else this.from('zero');
  }

  /** A value of one dimension; the strokes of one slide are one step of the history. */
  set(dimension: number, value: number, sliding = false): void {
    if (this.code[dimension] === value) return;
    const next = withValue(this.code, dimension, value);
    if (sliding && this.#sliding === dimension) this.history.amend(next);
    else this.history.put(next);
    this.#sliding = sliding ? dimension : undefined;
    this.chosen = dimension;
    this.redraw();
  }
  settle(): void {
    this.#sliding = undefined;
  }
  /** Both dimensions of the walk at once; `sliding` as above. */
  walkTo(x: number, y: number, sliding = false): void {
    const next = withValue(withValue(this.code, this.across, x), this.up, y);
    if (sliding && this.#sliding === -1) this.history.amend(next);
    else this.history.put(next);
    this.#sliding = sliding ? -1 : undefined;
    this.redraw();
  }
  /** Another whole code, as from the class sheet or from arithmetic. */
  use(code: Codes): void {
    this.#put(code.slice());
  }
  #put(code: Codes): void {
    this.#sliding = undefined;
    this.history.put(code);
    this.redraw();
  }
  undo(): void {
    this.history.undo();
    this.redraw();
  }
  redo(): void {
    this.history.redo();
    this.redraw();
  }

  /** The dimension before or after the chosen one, in the order shown. */
  choose(by: 1 | -1): void {
    const all = [...this.used, ...this.unused];
    const at = all.indexOf(this.chosen) + by;
    this.chosen = all[Math.min(all.length - 1, Math.max(0, at))] ?? 0;
  }
  /** Moves the chosen dimension by a share of its range. */
  nudge(share: number): void {
    if (!this.space) return;
    const { min, max } = rangeOf(this.space, this.chosen, this.range);
    const value = this.code[this.chosen]! + share * (max - min);
    this.set(this.chosen, Math.min(max, Math.max(min, value)), true);
  }

  /** Decodes what is seen: the one picture first, then the grid, then the plane. */
  redraw(): void {
    const { space, code } = this;
    if (!space || code.length !== space.size) return;
    void this.now.show(code).then(() => {
      if (this.space !== space || space.kind === 'classes') return;
      void this.grid.show(traversal(space, this.code, [...this.used, ...this.unused], this.range));
      if (space.kind === 'numbers' && space.size > 1)
        void this.pad.show(plane(space, this.code, this.across, this.up, this.range, padSide));
    });
  }

  async rename(dimension: number, name: string): Promise<void> {
    try {
      this.names = await this.answers.call('latent.rename', { run: this.run!, dimension, name });
    } catch (error) {
      this.answers.failed('The name could not be kept', error);
    }
  }
  nameOf(dimension: number): string | undefined {
    return this.names[dimension];
  }
}

/** In (0, 1): never 0, whose logarithm is not finite. */
const random = (): number => 1 - Math.random();
