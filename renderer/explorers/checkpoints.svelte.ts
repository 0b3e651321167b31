/** Which run and which of its checkpoints an explorer shows: the newest that fits, the best, and on as it trains. */
import type { Checkpoint, Run } from '#app/records/run';

interface Wanted {
  /** Runs that fit, newest first. */
  fitting: readonly Run[];
  run: Run | undefined;
  step: number | undefined;
}
interface Answers {
  read: (run: string) => Promise<Checkpoint[] | undefined>;
  /** Tells of each new checkpoint of a run; gives back how to stop. */
  follow: (run: string, changed: () => void) => () => void;
}

export class Checkpoints {
  #found = $state.raw<{ run: string; list: Checkpoint[] }>();
  readonly #wanted: () => Wanted;
  readonly #answers: Answers;
  readonly run: Run | undefined = $derived.by(() => {
    const { run, fitting } = this.#wanted();
    return run ?? fitting.find(({ step, status }) => step > 0 && status !== 'failed') ?? fitting[0];
  });
  /** By its id: the record of a run changes four times a second while it trains. */
  readonly id: string | undefined = $derived(this.run?.id);
  /** Ascending; undefined while they are read. */
  readonly list: Checkpoint[] | undefined = $derived(this.#found?.run === this.id ? this.#found?.list : undefined);
  /** The step asked for; else, while the run trains, the newest, and afterwards the best. */
  readonly target: number | undefined = $derived.by(() => {
    const { step } = this.#wanted();
    if (step !== undefined) return step;
    const newest = this.list?.at(-1)?.step;
    if (this.follows) return newest;
    return this.list?.find(({ kept }) => kept.includes('best'))?.step ?? newest;
  });
  readonly follows: boolean = $derived.by(() => {
    const { step } = this.#wanted();
    return step === undefined && ['queued', 'running', 'paused'].includes(this.run?.status ?? '');
  });

  constructor(wanted: () => Wanted, answers: Answers) {
    this.#wanted = wanted;
    this.#answers = answers;
    $effect(() => {
      const { id } = this;
      if (id === undefined) return;
      void this.#read(id);
      return this.#answers.follow(id, () => void this.#read(id));
    });
  }

  async #read(id: string): Promise<void> {
    const list = await this.#answers.read(id);
    if (list && id === this.id) this.#found = { run: id, list };
  }
}
