/** Trains a model of an evaluation's own beside the one that is measured, such as the same encoder with labels. */
import type { Device } from '#app/records/run';
import { openTrainSession } from '#main/engine';
import type { Apprentice, System } from '#main/recipes/recipe';
import { openForwards } from './forwards';

/** The heads get the newest values when one of them is asked, not at every step. */
export async function openApprentice(
  model: Pick<System, 'heads' | 'batchSize' | 'program'>,
  { device, seed, check }: { device: Device; seed: number; check(): void },
): Promise<Apprentice> {
  const session = await openTrainSession(model.program(device), { device, seed });
  const forwards = openForwards(model, { device, values: await session.read() });
  const forward = forwards.using(check);
  let isStale = false;
  let isClosed = false;
  return {
    async step(feeds, learningRate) {
      check();
      isStale = true;
      return session.step(feeds, learningRate, undefined, check);
    },
    async forward(...asked) {
      if (isStale) await forwards.write(await session.read());
      isStale = false;
      return forward(...asked);
    },
    // The evaluation closes it when it has done with it, and the job once more whatever happened.
    async close() {
      if (isClosed) return;
      isClosed = true;
      await forwards.close();
      await session.close();
    },
  };
}
