import { describe, expect, it } from 'vitest';
import type { Config } from '#app/records/recipe';
import { stream } from '#main/engine/random';
import { linearProbe } from '#main/evaluation';
import { recipeOf } from '#main/recipes';
import { trainSystem } from '../training';
import { marks, side, varianceOf } from './marks';

const [train, validation, test] = [marks(1024, 1), marks(256, 2), marks(512, 3)];
const spec = {
  ...{ modality: 'image', height: side, width: side, channels: 1, trainCount: 1024, validationCount: 256 },
  variance: varianceOf(train.x),
} as const;
/** Seconds on one thread: full size, few channels. */
const small = { pool: 1, width: 8, headWidth: 32, projection: 16, batchSize: 64, steps: 200, validations: 1 };

const systemOf = (id: string, changes: Config = {}) => {
  const recipe = recipeOf(id);
  const { config, issues } = recipe.configure('tiny', { ...small, ...changes });
  expect(issues).toEqual([]);
  return recipe.build(config, spec);
};
const twinOf = (id: string, twin: string) => recipeOf(id).description.twins.find((one) => one.id === twin)!.set;

interface Measured {
  figures: Record<string, number>;
  probe: number;
  loss: number;
}

async function measured(id: string, changes: Config = {}, steps?: number): Promise<Measured> {
  const system = systemOf(id, changes);
  const trained = await trainSystem(system, {
    train: train.x,
    seed: 1,
    threads: 1,
    ...(steps !== undefined && { steps }),
  });
  const features = async ({ x, labels }: typeof train) => {
    const { embedding } = await trained.forward('embed', { x }, labels.length);
    const data = embedding as Float32Array;
    return { features: { rows: labels.length, columns: data.length / labels.length, data }, labels };
  };
  const few = { x: train.x.subarray(0, 200 * side * side), labels: train.labels.subarray(0, 200) };
  const sets = { train: await features(few), validation: await features(validation), test: await features(test) };
  const probe = await linearProbe(sets, 4);
  const figures = await trained.validate(validation.x);
  await trained.close();
  return { figures, probe: probe.accuracy, loss: trained.history.at(-1)?.['loss'] ?? Number.NaN };
}

it('look', async () => {
  for (const [id, changes, steps] of [
    ['simclr', {}, 0],
    ['simclr', {}],
    ['simclr', twinOf('simclr', 'noise-only')],
    ['simclr', twinOf('simclr', 'projection')],
    ['byol', {}],
    ['byol', twinOf('byol', 'no-predictor')],
    ['byol', twinOf('byol', 'no-stop-gradient')],
  ] as [string, Config, number?][])
    console.log(id, changes, await measured(id, changes, steps));
}, 300_000);
