/**
 * Finds what made the first number of a run that is not finite. The steps since the last good checkpoint are repeated,
 * the last two of them by a program that watches every op: everything random is a function of seed and step, so they
 * go as they went.
 */
import { PretextError } from '#app/contract';
import { firstNonFinite, type TrainProgram, type TrainSession } from '#main/engine';
import { arraysOf } from '../forwards';

/** The loss or the gradient of a step was no finite number. */
export class Diverged extends PretextError {
  readonly step: number;

  constructor(step: number, message: string) {
    super(message, {
      advice: 'Lower the learning rate, or choose a preset that is known to train, and start a new run.',
    });
    this.step = step;
  }

  /** The same with its cause. */
  because(cause: string | undefined): Diverged {
    return cause === undefined ? this : new Diverged(this.step, `${this.message}. ${cause}`);
  }
}

/** Repeating takes at most this long, ms: a checkpoint is written every half minute at the latest. */
const patience = 60_000;
/** What breaks in one step shows in its loss; what breaks in an update shows in the next one. */
const watchedSteps = 2;

export interface Repeat {
  /** The step of the checkpoint from which to repeat, 0 for the start; its values are in what is opened. */
  from: number;
  /** The step that failed. */
  step: number;
  program(watched: boolean): TrainProgram;
  /** Opens a session at step `from`. */
  open(program: TrainProgram): Promise<TrainSession>;
  /** Takes a step, calling `after` with the name of each kind of step that it is made of. */
  take(session: TrainSession, step: number, after?: (phase: string | undefined) => void): Promise<unknown>;
  /** Throws once the user has stopped the run. */
  check(): void;
}

/** A sentence that names op, place and step; undefined where nothing was found in time. */
export async function findFirstNan(repeat: Repeat): Promise<string | undefined> {
  const { from, step, program, open } = repeat;
  const watchedFrom = Math.max(from, step - watchedSteps);
  const watched = program(true);
  const session = await open(watched);
  try {
    if (watchedFrom > from) {
      const values = await repeated(repeat, watchedFrom);
      if (values === undefined) return undefined;
      await session.write(values);
    }
    for (let at = watchedFrom + 1; at <= step; at++) {
      repeat.check();
      const found: ReturnType<typeof firstNonFinite>[] = [];
      await repeat.take(session, at, (phase) => found.push(firstNonFinite(watched, session.outputs, phase)));
      const first = found.find((node) => node !== undefined);
      if (first) return sentence(at, first);
    }
    return undefined;
  } finally {
    await session.close();
  }
}

/** The variables after step `to`, by the ordinary program. */
async function repeated({ from, program, open, take, check }: Repeat, to: number) {
  const session = await open(program(false));
  const begin = performance.now();
  try {
    for (let at = from + 1; at <= to; at++) {
      check();
      if (performance.now() - begin > patience) return undefined;
      await take(session, at);
    }
    return arraysOf(await session.read());
  } finally {
    await session.close();
  }
}

const passes = { forward: 'forward pass', backward: 'backward pass', update: 'update of the weights' };

function sentence(step: number, { op, block, part }: NonNullable<ReturnType<typeof firstNonFinite>>): string {
  const where = block === '' ? '' : ` in ${block}`;
  return `The first to give a number that is not finite was ${op}${where}, at step ${step} (${passes[part]})`;
}
