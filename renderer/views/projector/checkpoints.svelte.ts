/** The checkpoints of the run that is shown, read anew whenever one is saved. */
import type { Checkpoint } from '#app/records/run';
import { call, listen } from '../../state/bridge';
import { attempt } from '../../state/toasts.svelte';

export class Checkpoints {
  #kept = $state.raw<{ run: string; list: Checkpoint[] }>();
  #run: string | undefined;

  /** By rising step; undefined until they are read. */
  of(run: string | undefined): Checkpoint[] | undefined {
    return this.#kept && this.#kept.run === run ? this.#kept.list : undefined;
  }

  /** Reads them and follows the run until the function it gives back is called. */
  follow(run: string | undefined): (() => void) | undefined {
    this.#run = run;
    if (run === undefined) return undefined;
    void this.#read(run);
    return listen('run.event', ({ run: of, event }) => {
      if (of === run && event.level === 'checkpoint') void this.#read(run);
    });
  }

  async #read(run: string): Promise<void> {
    const list = await attempt('The checkpoints could not be read', () => call('runs.checkpoints', { run }));
    if (list && run === this.#run) this.#kept = { run, list: list.toSorted((a, b) => a.step - b.step) };
  }
}
