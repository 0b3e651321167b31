/** The pictures a run made as it went: which steps have them, and those that were looked at. */
import type { Preview } from '#app/records/run';
import { call, listen } from '../../state/bridge';
import { inTurn } from '../../widgets/in-turn';

/** At most this many previews are kept; each is a few hundred kilobytes at worst. */
const KEPT = 64;

export class Previews {
  readonly run: string;
  steps = $state.raw<number[]>([]);
  loaded = $state(false);
  #cache = new Map<number, Preview>();
  #asked = new Set<number>();
  #version = $state(0);

  constructor(run: string) {
    this.run = run;
  }

  /** Reads which steps there are and follows new ones until the function it gives back is called. */
  follow(): () => void {
    const stop = listen('run.preview', ({ run, preview }) => {
      // After the frame that draws the validation's curves: fifty pictures in the same task would hold it up.
      if (run === this.run) inTurn(() => this.#put(preview));
    });
    call('runs.previewSteps', { run: this.run }).then(
      (steps) => {
        this.#merge(steps);
        this.loaded = true;
      },
      () => {
        this.loaded = true;
      },
    );
    return stop;
  }

  /** The preview of a step, or undefined while it is fetched. Reading it follows its arrival. */
  at(step: number | undefined): Preview | undefined {
    this.#version;
    if (step === undefined) return undefined;
    const known = this.#cache.get(step);
    if (!known && !this.#asked.has(step)) {
      this.#asked.add(step);
      call('runs.preview', { run: this.run, step }).then(
        (preview) => preview && this.#put(preview),
        () => this.#asked.delete(step),
      );
    }
    return known;
  }

  #put(preview: Preview): void {
    this.#cache.delete(preview.step);
    this.#cache.set(preview.step, preview);
    const oldest = this.#cache.keys().next().value;
    if (this.#cache.size > KEPT && oldest !== undefined) {
      this.#cache.delete(oldest);
      this.#asked.delete(oldest);
    }
    this.#merge([preview.step]);
    this.#version += 1;
  }
  #merge(steps: readonly number[]): void {
    const all = new Set([...this.steps, ...steps]);
    if (all.size !== this.steps.length) this.steps = [...all].sort((a, b) => a - b);
  }
}
