/** Which model an explorer means, and what it opened before: a checkpoint never changes, so its answer is kept. */
import type { Run } from '#app/records/run';
import type { ModelRef } from '#main/jobs/protocol';
import type { Rooms } from './rooms';
import { modelOf } from './runs';

export interface Meant {
  run: Run;
  model: ModelRef;
  /** The same for the same checkpoint. */
  key: string;
}

/**
 * The run and the checkpoint meant: without a step the best, else the last. `mustFit` throws for a run that the explorer
 * cannot open. @throws PretextError where there is none
 */
export async function modelMeant(
  rooms: Rooms,
  word: string,
  step: number | undefined,
  mustFit: (run: Run) => void = () => {},
): Promise<Meant> {
  const { store } = rooms.session();
  const run = await store.runs.find(word);
  mustFit(run);
  const saved = await store.runs.checkpoints(run.id);
  const meant =
    step === undefined
      ? (saved.findLast(({ kept }) => kept.includes('best')) ?? saved.at(-1))
      : saved.find((checkpoint) => checkpoint.step === step);
  // Which step that is may change while the run trains, so it is fixed here for all that follows.
  return { run, model: await modelOf(rooms, run, meant?.step ?? step), key: `${run.id} ${meant?.hash ?? step}` };
}

/** The newest few answers by what was asked; a question asked again while it is under way is not asked twice. */
export class Kept<T> {
  readonly #most: number;
  readonly #answers = new Map<string, Promise<T>>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(key);
    if (known) return known;
    const answer = ask();
    this.#answers.set(key, answer);
    // Stopped or failed: the next one asks anew.
    answer.catch(() => this.#answers.delete(key));
    if (this.#answers.size > this.#most) this.#answers.delete(this.#answers.keys().next().value!);
    return answer;
  }
}
