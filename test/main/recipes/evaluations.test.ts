import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stream } from '#main/engine/random';
import { openApprentice } from '#main/jobs/apprentice';
import { recipeOf } from '#main/recipes';
import { chosenPlaces } from '#main/recipes/evaluations/features';
import type { EvaluationContext } from '#main/recipes/recipe';
import { shapes, side, varianceOf } from './generated-pictures';
import { forwardOf, type Trained, trainSystem } from './training';

const size = side * side;
const x = shapes(900, 1);
/** Which third of the picture holds most of the light, left to right: a class that features of the picture can tell. */
const labels = Int32Array.from({ length: 900 }, (_, i) => {
  let [light, moment] = [0, 0];
  for (let p = 0; p < size; p++) {
    light += x[i * size + p]!;
    moment += x[i * size + p]! * (p % side);
  }
  const centre = moment / light;
  return centre < 6.5 ? 0 : centre < 9 ? 1 : 2;
});
const ranges = { train: [0, 600], validation: [600, 750], test: [750, 900] } as const;
const spec = {
  modality: 'image',
  height: side,
  width: side,
  channels: 1,
  trainCount: 600,
  validationCount: 150,
  variance: varianceOf(x),
} as const;

const recipe = recipeOf('vq-vae');
const small = { codebookSize: 32, codeLength: 8, channels: 16, residualChannels: 8, batchSize: 32, steps: 150 };
const system = recipe.build(recipe.configure('tiny', small).config, spec);
let trained: Trained;
let untrained: ReturnType<typeof forwardOf>;
beforeAll(async () => {
  trained = await trainSystem(system, { train: x.subarray(0, 600 * size), seed: 1, threads: 1 });
  untrained = forwardOf(system, async () => new Map(), 2);
});
afterAll(async () => {
  await trained.close();
  await untrained.close();
});

function contextOf(change: Partial<EvaluationContext> = {}): EvaluationContext {
  return {
    system,
    forward: trained.forward,
    forwardUntrained: untrained,
    async *batches(split) {
      for (let at: number = ranges[split][0]; at < ranges[split][1]; at += 32) {
        const end = Math.min(at + 32, ranges[split][1]);
        const indices = Uint32Array.from({ length: end - at }, (_, i) => at + i);
        yield { x: x.subarray(at * size, end * size), labels: labels.subarray(at, end), indices };
      }
    },
    count: (split) => ranges[split][1] - ranges[split][0],
    classes: ['left', 'middle', 'right'],
    factors: () => undefined,
    split: 'test',
    random: stream(7),
    train: (model) => openApprentice(model, { device: 'cpu', seed: 7, check: () => {} }),
    progress: () => {},
    check: () => {},
    ...change,
  };
}
const evaluate = (name: string, change?: Partial<EvaluationContext>) => recipe.evaluations[name]!(contextOf(change));

it('reconstruction: overall as validation has it, by class, the worst items first', async () => {
  const { n, figures, tables } = await evaluate('reconstruction', { split: 'validation' });
  const { 'validation/mse': mse } = await trained.validate(x.subarray(600 * size, 750 * size));
  expect(n).toBe(150);
  expect(figures['mse']).toBeCloseTo(mse!, 9);
  const byClass = tables['by_class']!.rows as [string, number, number][];
  expect(byClass.map(([name]) => name)).toEqual(['left', 'middle', 'right']);
  expect(byClass.reduce((sum, [, items, error]) => sum + items * error, 0) / 150).toBeCloseTo(mse!, 9);
  const worst = tables['worst']!.rows.map(([, , error]) => Number(error));
  expect(worst).toEqual([...worst].sort((a, b) => b - a));
  const item = Number(tables['worst']!.rows[0]![0]);
  const { y } = await trained.forward('reconstruct', { x: x.subarray(item * size, (item + 1) * size) }, 1);
  const again = Float32Array.from(y!, (value, p) => (value - x[item * size + p]!) ** 2 / size);
  expect(again.reduce((sum, part) => sum + part, 0)).toBeCloseTo(worst[0]!, 6);
});

it('codebook: usage as validation has it, and every code in the table', async () => {
  const { figures, tables } = await evaluate('codebook', { split: 'validation' });
  const found = await trained.validate(x.subarray(600 * size, 750 * size));
  expect(figures['perplexity']).toBeCloseTo(found['validation/codebook_perplexity']!, 9);
  expect(figures['used_share']).toBe(found['validation/codebook_used_share']);
  const { rows } = tables['usage']!;
  expect(rows.length).toBe(32);
  expect(rows.reduce((sum, [, times]) => sum + Number(times), 0)).toBe(150 * 16);
});

describe.each(['linear-probe', 'knn'])('%s', (name) => {
  it('measures the model, raw pixels and the untrained model on the same items, the same way each time', async () => {
    const { n, figures } = await evaluate(name);
    expect(n).toBe(150);
    expect(figures).toMatchObject({ n: 150, n_train: 600 });
    const chance = Math.max(...[0, 1, 2].map((k) => labels.slice(750).filter((label) => label === k).length)) / 150;
    for (const figure of ['accuracy', 'accuracy_raw', 'accuracy_random_init']) {
      expect(figures[figure], figure).toBeGreaterThan(chance + 0.1);
      expect(figures[figure], figure).toBeLessThanOrEqual(1);
    }
    expect(figures['accuracy_chance']).toBeCloseTo(chance, 9);
    expect(figures['accuracy']).not.toBe(figures['accuracy_random_init']);
    expect((await evaluate(name)).figures).toEqual(figures);
  });

  it('tells its progress, never backwards and to the end', async () => {
    const told: number[] = [];
    await evaluate(name, { progress: (done, total) => told.push(done / total) });
    expect(told.length).toBeGreaterThan(10);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
  });

  it('stops as soon as it is told to', async () => {
    let asked = 0;
    const check = () => {
      if (++asked > 5) throw new Error('stopped by the user');
    };
    await expect(evaluate(name, { check })).rejects.toThrow('stopped by the user');
    expect(asked).toBe(6);
  });

  it('without labels it says what to do', async () => {
    await expect(evaluate(name, { classes: [] })).rejects.toThrow(`${name}: the data must have labelled items`);
  });
});

it('items above a limit are drawn at random, exactly as many as wanted, the same for the same stream', () => {
  const chosen = chosenPlaces(1000, 250, stream(1));
  expect(chosen.reduce((sum, one) => sum + one, 0)).toBe(250);
  expect(chosen.slice(0, 500).reduce((sum, one) => sum + one, 0)).toBeGreaterThan(90);
  expect(chosen.slice(0, 500).reduce((sum, one) => sum + one, 0)).toBeLessThan(160);
  expect(chosenPlaces(1000, 250, stream(1))).toEqual(chosen);
  expect(chosenPlaces(10, 250, stream(1)).every((one) => one === 1)).toBe(true);
});
