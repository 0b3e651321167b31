import { describe, expect, it } from 'vitest';
import type { Config } from '#app/records/recipe';
import { stream } from '#main/engine/random';
import { linearProbe } from '#main/evaluation';
import { recipeOf } from '#main/recipes';
import { pooled } from '#main/recipes/contrastive/views/augment';
import { forwardOf, trainSystem } from '../training';
import { marks, side, varianceOf } from './marks';

const [train, validation, test] = [marks(1024, 1), marks(256, 2), marks(512, 3)];
const spec = {
  modality: 'image',
  height: side,
  width: side,
  channels: 1,
  trainCount: 1024,
  validationCount: 256,
  variance: varianceOf(train.x),
} as const;
/** Seconds on one thread: full size, few channels. */
const small = { pool: 1, width: 8, headWidth: 32, projection: 16, batchSize: 64, steps: 150, validations: 1 };

const systemOf = (id: string, changes: Config = {}) => {
  const recipe = recipeOf(id);
  const { config, issues } = recipe.configure('tiny', { ...small, ...changes });
  expect(issues).toEqual([]);
  return recipe.build(config, spec);
};
const twinOf = (id: string, twin: string) => recipeOf(id).description.twins.find((one) => one.id === twin)!.set;

interface Measured {
  figures: Record<string, number>;
  /** The same of the views of the faithful recipe, whatever it was trained on. */
  ofFullViews: Record<string, number>;
  probe: number;
  loss: number;
}

async function* batchesOf(x: Float32Array): AsyncGenerator<Float32Array> {
  const size = small.batchSize * side * side;
  for (let at = 0; at < x.length; at += size) yield x.subarray(at, at + size);
}

const done = new Map<string, Promise<Measured>>();
/** Trained once, whoever asks. */
function measured(id: string, changes: Config = {}, steps?: number): Promise<Measured> {
  const key = JSON.stringify([id, changes, steps]);
  const found = done.get(key) ?? measure(id, changes, steps);
  done.set(key, found);
  return found;
}

async function measure(id: string, changes: Config, steps: number | undefined): Promise<Measured> {
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
  const faithful = systemOf(id);
  const forward = forwardOf(faithful, async () => trained.values, 1);
  const ofFullViews =
    id === 'simclr' ? await faithful.validate({ forward, batches: batchesOf(validation.x) }) : figures;
  await forward.close();
  await trained.close();
  return { figures, ofFullViews, probe: probe.accuracy, loss: trained.history.at(-1)?.['loss'] ?? Number.NaN };
}

describe('SimCLR on generated marks', () => {
  /** Two crops of different light are told to be of one picture, better than a guess among all views of a batch. */
  const clears = ({ ofFullViews: full }: Measured) =>
    full['validation/loss']! < Math.log(2 * small.batchSize - 1) - 0.3;

  it('learns features that a probe with 200 labels reads far better than those of an untrained encoder', async () => {
    const [trained, untrained] = [await measured('simclr'), await measured('simclr', {}, 0)];
    expect(clears(trained), JSON.stringify(trained)).toBe(true);
    expect(trained.figures['validation/spread']!).toBeGreaterThan(0.5);
    expect(trained.probe).toBeGreaterThan(untrained.probe + 0.12);
  });

  it('noise-only: the twin has by far the lower loss, and cannot tell two crops of a picture', async () => {
    const faithful = await measured('simclr');
    const twin = await measured('simclr', twinOf('simclr', 'noise-only'));
    expect(twin.loss).toBeLessThan(faithful.loss - 0.5);
    expect(twin.figures['validation/match_accuracy']!).toBeGreaterThan(0.9);
    expect(clears(twin), JSON.stringify(twin)).toBe(false);
  });
});

describe('BYOL on generated marks', () => {
  /** The card's: judged by the meter, never by the loss. */
  const stands = ({ figures }: Measured) => figures['validation/spread']! >= 0.5;

  it('does not collapse, though nothing is pushed away', async () => {
    const found = await measured('byol');
    expect(stands(found), JSON.stringify(found)).toBe(true);
    expect(systemOf('byol').warnings!(found.figures)).toEqual([]);
  });

  it.each(['no-predictor', 'no-stop-gradient'])('%s: the twin collapses at a loss far below', async (id) => {
    const found = await measured('byol', twinOf('byol', id));
    expect(stands(found), JSON.stringify(found)).toBe(false);
    expect(found.figures['validation/spread']!).toBeLessThan(0.2);
    expect(found.loss).toBeLessThan(0.2); // the sum of both ways
    expect(systemOf('byol').warnings!(found.figures)[0]).toContain('collapses');
  });

  it('feeds a decay that climbs from its base to 1', () => {
    const system = systemOf('byol', { targetDecay: 0.9 });
    const x = train.x.subarray(0, small.batchSize * side * side);
    const decay = (step: number) => system.feeds(x, stream(1), step)['decay']![0]!;
    expect(decay(1)).toBeCloseTo(0.9, 6);
    expect(decay(small.steps / 2 + 1)).toBeCloseTo(0.95, 6);
    expect(decay(small.steps + 1)).toBeCloseTo(1, 6);
  });
});

describe.each(['simclr', 'byol'])('%s', (id) => {
  it('gives bitwise the same losses from the same seed, others from another', async () => {
    const run = async (seed: number) => {
      const trained = await trainSystem(systemOf(id), { train: train.x, seed, steps: 6 });
      await trained.close();
      return trained.history.map(({ loss }) => loss);
    };
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
  });

  it('previews two views of each item, and how alike all views are', async () => {
    const system = systemOf(id, { pool: 2, stages: 2 });
    const trained = await trainSystem(system, { train: train.x, seed: 1, steps: 1 });
    const x = validation.x.subarray(0, 4 * side * side);
    const rows = await system.preview({ forward: trained.forward, x, count: 4, random: stream(1) });
    expect(rows.map(({ name }) => name)).toEqual(['first view', 'second view', 'likeness of pixels', 'likeness']);
    expect(rows[0]!.pictures).toMatchObject({ count: 4, height: side / 2, width: side / 2 });
    const { width, pixels } = rows[3]!.pictures;
    expect(width).toBe(8);
    for (let i = 0; i < 8; i++) expect(pixels[i * 9]).toBe(255); // a view is like itself
    await trained.close();
  });

  it('shows views in the size of its items, which it takes as those it trains on', async () => {
    const system = systemOf(id, { pool: 2, stages: 2 });
    const x = train.x.subarray(0, 3 * side * side);
    const [first, second] = await system.views!(x, stream(1));
    expect(first.length).toBe(x.length);
    expect(second).not.toEqual(first);
    const trained = await trainSystem(system, { train: train.x, seed: 1, steps: 1 });
    const { projection } = await trained.forward('project', { x: first }, 3);
    const { z } = await trained.forward('measure', { view: smaller(first) }, 3);
    projection!.forEach((value, at) => expect(value).toBeCloseTo(z![at]!, 5));
    await trained.close();
  });

  it('says which size it cannot take', () => {
    expect(() => systemOf(id, { pool: 3 })).toThrow(
      `${id}: height and width must be multiples of pool = 3, got 16 × 16`,
    );
    expect(() => systemOf(id, { pool: 8, stages: 3 })).toThrow('must be at least 4 pixels wide and high, got 2');
  });
});

const smaller = (x: Float32Array) => pooled(x, { channels: 1, height: side, width: side }, 2);
