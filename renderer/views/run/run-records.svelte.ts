/** What the run view knows beyond the run itself: its recipe, checkpoints and evaluations, kept fresh. */
import type { RecipeDescription } from '#app/records/recipe';
import type { Checkpoint, Evaluation } from '#app/records/run';
import { call, listen } from '../../state/bridge';
import { recipes } from '../../state/recipes.svelte';
import { runs } from '../../state/runs.svelte';
import { toasts } from '../../state/toasts.svelte';

export class RunRecords {
  readonly run: string;
  recipe = $state.raw<RecipeDescription>();
  checkpoints = $state.raw<Checkpoint[]>([]);
  evaluations = $state.raw<Evaluation[]>([]);

  constructor(run: string) {
    this.run = run;
  }

  /** Reads everything and follows its changes until the function it gives back is called. */
  follow(): () => void {
    const stops = [
      listen('run.evaluated', (evaluation) => {
        if (evaluation.run === this.run)
          this.evaluations = [...this.evaluations.filter(({ id }) => id !== evaluation.id), evaluation];
      }),
      listen('run.event', ({ run, event }) => {
        if (run === this.run && event.level === 'checkpoint') void this.readCheckpoints();
      }),
    ];
    void this.#read();
    return () => {
      for (const stop of stops) stop();
    };
  }

  async readCheckpoints(): Promise<void> {
    this.checkpoints = await call('runs.checkpoints', { run: this.run });
  }

  async #read(): Promise<void> {
    try {
      const record = runs.byId(this.run) ?? (await call('runs.get', { run: this.run }));
      const [recipe, evaluations] = await Promise.all([
        recipes.describe(record.recipe),
        call('runs.evaluations', { run: this.run }),
        this.readCheckpoints(),
      ]);
      this.recipe = recipe;
      this.evaluations = evaluations;
    } catch (error) {
      toasts.failed('This run could not be read in full', error);
    }
  }
}
