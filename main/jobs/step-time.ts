/** How long a training step of a configuration takes here: a few real steps are run, which no count of operations replaces. */
import type { Device } from '#app/records/run';
import { openTrainSession, stream } from '#main/engine';
import { sizeOf } from '#main/recipes/data-spec';
import type { DataSpec, System } from '#main/recipes/recipe';
import { takeStep } from './training/step';

/** Steps are timed for about this long after a first one that warms up, ms. */
const patience = 250;
/** Configurations whose step was timed in this process; an explorer's host lives as long as somebody looks. */
const timed = new Map<string, Promise<number>>();
const remembered = 64;

/**
 * Seconds of one step on a device, the best of a few. `key` names what else the time depends on: a configuration that
 * was timed before is not timed again.
 */
export function stepSeconds(key: string, system: System, data: DataSpec, device: Device): Promise<number> {
  const place = `${device} ${key}`;
  const known = timed.get(place) ?? timeSteps(system, data, device);
  timed.set(place, known);
  known.catch(() => timed.delete(place));
  if (timed.size > remembered) timed.delete(timed.keys().next().value!);
  return known;
}

async function timeSteps(system: System, data: DataSpec, device: Device): Promise<number> {
  const session = await openTrainSession(system.program(device), { device });
  try {
    const x = stream(0).uniform(system.batchSize * sizeOf(data));
    const step = () => takeStep(session, system, { x, step: 1, chance: stream(1), learningRate: 0 });
    await step(); // at rate 0 nothing changes but the averages, which nobody keeps
    let best = Number.POSITIVE_INFINITY;
    const begin = performance.now();
    do {
      const start = performance.now();
      await step();
      best = Math.min(best, performance.now() - start);
    } while (performance.now() - begin < patience);
    return best / 1000;
  } finally {
    await session.close();
  }
}
