/** A way through two dimensions: points that the user sets, walked along by hand or by itself, saved as a strip. */
import { Undo } from '../undo.svelte';
import { type Point, walkAt } from './codes';

/** Seconds of one leg, slow enough to see each picture change. */
const legSeconds = 1.2;

export class Walk {
  readonly history = new Undo<readonly Point[]>([]);
  /** Share of the way that is behind. */
  at = $state(0);
  playing = $state(false);
  #frame = 0;

  get points(): readonly Point[] {
    return this.history.now;
  }
  get here(): Point | undefined {
    return this.points.length > 1 ? walkAt(this.points, this.at) : undefined;
  }
  /** The point that is next behind, counted from 1. */
  get leg(): number {
    if (this.at >= 1) return this.points.length;
    return this.points.length > 1 ? walkAt(this.points, this.at).leg + 1 : this.points.length;
  }

  add(point: Point): void {
    this.stop();
    this.history.put([...this.points, point]);
    this.at = 1;
  }
  clear(): void {
    this.stop();
    if (this.points.length > 0) this.history.put([]);
    this.at = 0;
  }
  /** Other dimensions: the points mean nothing there. */
  reset(): void {
    this.stop();
    this.history.reset([]);
    this.at = 0;
  }

  /** Goes on from where it stands, from the start where it is at the end; `moved` is told of every step. */
  play(moved: (point: Point) => void): void {
    if (this.points.length < 2) return;
    this.playing = true;
    if (this.at >= 1) this.at = 0;
    const whole = legSeconds * (this.points.length - 1) * 1000;
    let before: number | undefined;
    const step = (now: number) => {
      this.at = Math.min(1, this.at + (before === undefined ? 0 : now - before) / whole);
      before = now;
      moved(walkAt(this.points, this.at));
      if (this.at < 1 && this.playing) this.#frame = requestAnimationFrame(step);
      else this.playing = false;
    };
    this.#frame = requestAnimationFrame(step);
  }
  stop(): void {
    this.playing = false;
    cancelAnimationFrame(this.#frame);
  }
}
