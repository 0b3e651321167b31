/** The baseline of evaluations: a model as it was before its first step, fit to be measured. */
import { openTrainSession, stream, type TrainProgram, type TrainSession } from '#main/engine';
import { runningAverages } from '#main/nn';
import type { Values } from '#main/recipes/recipe';
import { arraysOf } from './forwards';
import { trainingBatches } from './items';
import type { Model } from './model';
import { takeStep } from './training/step';

/** Some thousand items tell mean and variance of a channel to a percent or two. */
const batches = 8;

/**
 * Freshly initialised values of the same model. Batch norm's running averages begin at 0 and 1, which fits no network: with
 * them an untrained encoder looks far worse than it is. So they are brought to where training data has them.
 */
export async function untrainedValues(model: Model): Promise<Values> {
  const { system, device, run, manifest } = model;
  const program = system.program(device, { microBatches: manifest.progress.parts ?? 1 });
  const session = await openTrainSession(program, { device, seed: run.seed });
  try {
    const start = await session.read();
    const averages = runningAverages(statesOf(program));
    return averages.length === 0 ? start : await calibrated(model, session, start, averages);
  } finally {
    await session.close();
  }
}

const statesOf = ({ variables }: TrainProgram): string[] =>
  variables.filter(({ kind }) => kind === 'state').map(({ name }) => name);

/**
 * A running average after some steps is r = α·r₀ + s: its start r₀ weighs α, and s is made of what the batches had. In steps
 * at rate 0 nothing else changes, so the same steps from r₀ and from r₀ + 1 tell α by their difference, whatever the
 * layer's momentum is, and s / (1 − α) is the average of the batches alone.
 */
async function calibrated(model: Model, session: TrainSession, start: Values, names: string[]): Promise<Values> {
  const from = async (shift: number): Promise<Values> => {
    await session.write(arraysOf(new Map([...start, ...shifted(start, names, shift)])));
    await stepsAtRateZero(model, session);
    return session.read();
  };
  const [plain, raised] = [await from(0), await from(1)];
  const found = names.map((name) => {
    const [r0, r, r1] = [start, plain, raised].map((values) => Float64Array.from(values.get(name)!.data));
    const alpha = r!.reduce((sum, value, at) => sum + (r1![at]! - value) / r!.length, 0);
    const kept = start.get(name)!;
    if (alpha > 0.999) return [name, kept] as const; // a layer that training leaves out
    const data = Float32Array.from(r!, (value, at) => (value - alpha * r0![at]!) / (1 - alpha));
    return [name, { ...kept, data }] as const;
  });
  return new Map([...start, ...found]);
}

const shifted = (values: Values, names: readonly string[], by: number): Values =>
  new Map(
    names.map((name) => {
      const value = values.get(name)!;
      return [name, { ...value, data: Float32Array.from(value.data, (number) => number + by) }];
    }),
  );

async function stepsAtRateZero({ system, items, run, manifest }: Model, session: TrainSession): Promise<void> {
  const batchOf = trainingBatches(items, run.seed, system.batchSize, system.trainLabels, system.trainOthers);
  const chance = stream(run.seed).split('step');
  const parts = manifest.progress.parts ?? 1;
  for (let step = 1; step <= batches; step++) {
    const x = await batchOf(step);
    await takeStep(session, system, { x, step, parts, chance: chance.split(step), learningRate: 0 });
  }
}
