/** One item's code map under the brush: its history, and its decoding after every change. */
import type { CodeLevel, CodeMap } from '#app/records/codebook';
import type { Pictures } from '#app/records/common';
import { Undo } from '../undo.svelte';
import type { Answers } from './answers';
import { apply, cellsBetween, changedCells, type Tool } from './edit';

/** Later than this, in milliseconds, the old picture is dimmed until the new one comes. */
const LATE = 100;

interface Place {
  run: string;
  step: number;
  level?: CodeLevel;
}

export class MapEditor {
  map = $state.raw<CodeMap>();
  tool = $state<Tool>('paint');
  /** What the decoder makes of the edited codes. */
  picture = $state.raw<Pictures>();
  milliseconds = $state<number>();
  isLate = $state(false);
  readonly history = new Undo<Int32Array>(new Int32Array(0));
  readonly changed: number[] = $derived(this.map ? changedCells(this.map.codes, this.history.now) : []);
  /** Whose map it is: a model of two levels decodes it beside that item's map of the other level. */
  #at: (Place & { item: number }) | undefined;
  #busy = false;
  #dirty = false;
  #loads = 0;
  #last: number | undefined;
  readonly #answers: Answers;

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  /** Takes up an item. With `keep` the painted codes stay: for the same item under a newer checkpoint. */
  async load(at: Place, item: number, keep = false): Promise<void> {
    const turn = ++this.#loads;
    try {
      const map = await this.#answers.call('codebook.map', { ...at, item });
      if (turn !== this.#loads) return;
      const painted = keep && this.changed.length > 0 && map.codes.length === this.history.now.length;
      this.#at = { ...at, item };
      this.map = map;
      if (painted) return this.#decode();
      this.history.reset(map.codes);
      this.picture = map.decoded;
      this.milliseconds = undefined;
    } catch (error) {
      if (turn === this.#loads) this.#answers.failed('The code map of this item could not be read', error);
    }
  }

  /** The first touch of a stroke: one step of the history, however far it is dragged. */
  begin(cell: number, code: number): void {
    const next = apply(this.tool, this.history.now, cell, code);
    this.#last = cell;
    this.history.put(next);
    if (next !== this.map?.codes) this.#decode();
  }
  drag(cell: number, code: number): void {
    if (this.#last === undefined || this.#last === cell || this.tool !== 'paint' || !this.map) return;
    const columns = this.columns;
    let next = this.history.now;
    for (const one of cellsBetween(this.#last, cell, columns)) next = apply('paint', next, one, code);
    this.#last = cell;
    if (next === this.history.now) return;
    this.history.amend(next);
    this.#decode();
  }
  end(): void {
    this.#last = undefined;
  }
  /** Width of the map in codes; set by who knows the codebook. */
  columns = 1;

  undo(): void {
    if (!this.history.canUndo) return;
    this.history.undo();
    this.#decode();
  }
  redo(): void {
    if (!this.history.canRedo) return;
    this.history.redo();
    this.#decode();
  }
  putBack(): void {
    if (!this.map || this.changed.length === 0) return;
    this.history.put(this.map.codes);
    this.#decode();
  }

  /** Decodes the newest codes; while one decoding is under way the next waits, and only the newest of them. */
  async #decode(): Promise<void> {
    this.#dirty = true;
    if (this.#busy || !this.#at) return;
    this.#busy = true;
    const late = setTimeout(() => (this.isLate = true), LATE);
    try {
      while (this.#dirty) {
        this.#dirty = false;
        const { picture, milliseconds } = await this.#answers.call('codebook.decode', {
          ...this.#at,
          codes: this.history.now,
        });
        this.picture = picture;
        this.milliseconds = milliseconds;
      }
    } catch (error) {
      this.#answers.failed('The codes could not be decoded', error);
    } finally {
      clearTimeout(late);
      this.isLate = false;
      this.#busy = false;
    }
  }
}
