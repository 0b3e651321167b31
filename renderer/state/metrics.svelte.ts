/**
 * The curves of one run as they grow. Values are kept in arrays that double when full, so a run of n points costs O(n) in
 * all; a chart reads `version` to know when to draw and gets the arrays themselves, never a copy.
 */
import { untrack } from 'svelte';
import type { Point, Series } from '#app/records/run';

/** One metric. steps[i] and values[i] belong together for i < length; steps ascend. */
export class Curve {
  steps = new Float64Array(256);
  values = new Float64Array(256);
  length = 0;

  /** Appends; a point at or before the last step is one that was there already, and is left out. */
  push(step: number, value: number): void {
    if (this.length > 0 && step <= (this.steps[this.length - 1] ?? -1)) return;
    if (this.length === this.steps.length) this.#grow(this.length * 2);
    this.steps[this.length] = step;
    this.values[this.length] = value;
    this.length += 1;
  }
  /** Puts stored history below what was pushed meanwhile. */
  fill({ steps, values }: Series): void {
    const newer = { steps: this.steps.slice(0, this.length), values: this.values.slice(0, this.length) };
    this.length = 0;
    this.#grow(Math.max(256, 2 ** Math.ceil(Math.log2(steps.length + newer.steps.length + 1))));
    this.steps.set(steps);
    this.values.set(values);
    this.length = steps.length;
    for (let index = 0; index < newer.steps.length; index += 1)
      this.push(newer.steps[index] ?? 0, newer.values[index] ?? 0);
  }
  /** Views of what is there; valid until the next push. */
  view(): Series {
    return { steps: this.steps.subarray(0, this.length), values: this.values.subarray(0, this.length) };
  }
  get last(): number | undefined {
    return this.length > 0 ? this.values[this.length - 1] : undefined;
  }

  #grow(capacity: number): void {
    const steps = new Float64Array(capacity);
    const values = new Float64Array(capacity);
    steps.set(this.steps.subarray(0, Math.min(this.length, capacity)));
    values.set(this.values.subarray(0, Math.min(this.length, capacity)));
    this.steps = steps;
    this.values = values;
  }
}

export class RunMetrics {
  readonly curves = new Map<string, Curve>();
  /** Grows with every change of a curve. */
  version = $state(0);
  /** Metric names in order of their first point. */
  names = $state.raw<string[]>([]);
  /** True once the stored history is in. */
  loaded = $state(false);

  /** A metric's points so far, or undefined. Reading it in an effect or a $derived follows its growth. */
  series(name: string): Series | undefined {
    this.version;
    return this.curves.get(name)?.view();
  }
  fill(stored: Record<string, Series>): void {
    for (const [name, series] of Object.entries(stored)) this.#curve(name).fill(series);
    this.loaded = true;
    this.version = untrack(() => this.version) + 1;
  }
  append(points: readonly Point[]): void {
    for (const { name, step, value } of points) this.#curve(name).push(step, value);
    this.version = untrack(() => this.version) + 1;
  }

  #curve(name: string): Curve {
    let curve = this.curves.get(name);
    if (!curve) {
      curve = new Curve();
      this.curves.set(name, curve);
      this.names = [...untrack(() => this.names), name];
    }
    return curve;
  }
}
