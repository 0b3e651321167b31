/** Trains a system with a break: its variables go through a second session half-way, as a checkpoint makes them. */
import { stream } from '#main/engine/random';
import { openTrainSession } from '#main/engine/session/open-train';
import { takeStep } from '#main/jobs/training/step';
import type { System } from '#main/recipes/recipe';

export interface Resumed {
  train: Float32Array;
  seed: number;
  steps: number;
  /** After this step a new session goes on; left out: never. */
  breakAfter?: number;
}

/** The terms of every step. */
export async function termsOf(system: System, { train, seed, steps, breakAfter }: Resumed) {
  const program = system.program('cpu');
  const size = program.inputs['x']!.shape.slice(1).reduce((product: number, dim) => product * Number(dim), 1);
  let session = await openTrainSession(program, { device: 'cpu', seed });
  const terms: Record<string, number>[] = [];
  for (let step = 1; step <= steps; step++) {
    const from = (step * system.batchSize * size) % (train.length - system.batchSize * size);
    const start = from - (from % size);
    const x = train.subarray(start, start + system.batchSize * size);
    const chance = stream(seed).split(step);
    terms.push(await takeStep(session, system, { x, step, chance, learningRate: system.learningRate(step) }));
    if (step !== breakAfter) continue;
    const values = new Map([...(await session.read())].map(([name, { data }]) => [name, data]));
    await session.close();
    session = await openTrainSession(program, { device: 'cpu', seed: seed + 1, values });
  }
  await session.close();
  return terms;
}
