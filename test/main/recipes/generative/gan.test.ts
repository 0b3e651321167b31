import { describe, expect, it } from 'vitest';
import type { Config } from '#app/records/recipe';
import { compileTrainStep } from '#main/engine/compile';
import { gradientPenalty } from '#main/engine/functions/estimators';
import { sgdMomentum } from '#main/engine/optimizers/sgd-momentum';
import { stream } from '#main/engine/random';
import { openTrainSession } from '#main/engine/session/open-train';
import { recipeOf } from '#main/recipes';
import { GanNetwork } from '#main/recipes/generative/gan-network';
import type { GanConfig } from '#main/recipes/generative/gan-settings';
import type { DataSpec } from '#main/recipes/recipe';
import { shapes, side, varianceOf } from '../generated-pictures';
import { termsOf } from '../resumed';
import { trainSystem } from '../training';
import { covered, ring } from './ring';

const recipe = recipeOf('gan');
const points: DataSpec = { modality: 'table', features: 2, columns: [], trainCount: 4000, validationCount: 1000 };
const train = ring(4000, 1);
const pictures = shapes(200, 1);
const images: DataSpec = {
  ...{ modality: 'image', height: side, width: side, channels: 1 },
  ...{ trainCount: 200, validationCount: 50, variance: varianceOf(pictures) },
};

/** Two numbers need small nets only; so the whole takes seconds. */
const small: Config = {
  ...{ width: 64, latent: 2, criticSteps: 3, penalty: 0.1, batchSize: 128 },
  ...{ learningRate: 0.002, beta1: 0.5, beta2: 0.99, steps: 2000 },
};
const systemOf = (changes: Config = {}, spec: DataSpec = points) => {
  const { config, issues } = recipe.configure('tiny', { ...small, ...changes });
  expect(issues).toEqual([]);
  return recipe.build(config, spec);
};
const twin = (id: string) => recipe.description.twins.find((one) => one.id === id)!.set;

describe('a generator of eight clouds on a circle', () => {
  async function found(changes: Config = {}) {
    const system = systemOf(changes);
    const trained = await trainSystem(system, { train, seed: 1, threads: 1 });
    const { y } = await trained.forward('sample', system.heads['sample']!.draw!(2000, stream(5)), 2000);
    const figures = await trained.validate(ring(1000, 2));
    await trained.close();
    return { ...covered(y as Float32Array), figures };
  }
  // The bar: what the faithful recipe clears and each broken twin does not.
  const clears = ({ modes, near }: { modes: number; near: number }) => modes >= 7 && near >= 0.8;

  it('with a gradient penalty finds at least seven, and four of five samples lie within 3 σ of one', async () => {
    const result = await found();
    expect(clears(result), JSON.stringify(result)).toBe(true);
    expect(result.figures['validation/recall']!).toBeGreaterThan(0.7);
  }, 120_000);

  it.each(['clipped', 'no-penalty'])(
    '%s: the twin fails the same bar',
    async (id) => {
      const result = await found(twin(id));
      expect(clears(result), JSON.stringify(result)).toBe(false);
    },
    120_000,
  );
});

describe('the gradient penalty of the critic itself', () => {
  const cases: [string, DataSpec, Config][] = [
    ['dense, of points', points, { hiddenLayers: 2, width: 6 }],
    [
      'convolutional, of pictures',
      { ...images, height: 8, width: 8 } as DataSpec,
      { architecture: 'convolutional', channels: 2 },
    ],
  ];
  it.each(cases)('%s: its second-order gradient is that of central differences', async (_, spec, changes) => {
    const { config } = recipe.configure('tiny', { ...small, ...changes });
    const network = new GanNetwork(config as unknown as GanConfig, spec);
    const shape = [3, ...network.shape];
    const program = compileTrainStep({
      inputs: { x: { dtype: 'float32', shape } },
      objective: (scope, { x }) => ({ loss: gradientPenalty((at) => network.judge(scope, at), x!) }),
      optimizer: sgdMomentum({ momentum: 0 }),
      device: 'cpu',
    });
    const session = await openTrainSession(program, { device: 'cpu', seed: 3 });
    const x = stream(7).normal(shape.reduce((size, dim) => size * dim, 1));
    const start = new Map([...(await session.read())].map(([name, { data }]) => [name, Float32Array.from(data)]));
    const penaltyAt = async (values: Map<string, Float32Array>) => {
      await session.write(values);
      return (await session.step({ x }, 0))['loss']!;
    };
    await session.write(start);
    await session.step({ x }, 1);
    const moved = await session.read();
    let checked = 0;
    for (const [name, value] of start) {
      const gradient = value.map((before, i) => before - moved.get(name)!.data[i]!);
      const at = gradient.reduce((most, g, i) => (Math.abs(g) > Math.abs(gradient[most]!) ? i : most), 0);
      if (!name.startsWith('critic.') || Math.abs(gradient[at]!) < 1e-3) continue;
      const shifted = (by: number) => new Map([...start, [name, value.with(at, value[at]! + by)]]);
      const h = 2e-3;
      const numeric = ((await penaltyAt(shifted(h))) - (await penaltyAt(shifted(-h)))) / (2 * h);
      expect(numeric / gradient[at]!, name).toBeCloseTo(1, 1);
      checked++;
    }
    await session.close();
    expect(checked).toBeGreaterThanOrEqual(3);
  });
});

describe('a system', () => {
  it.each([
    ['wgan-gp', {}],
    ['wgan', { objective: 'wgan', optimizer: 'rmsprop' }],
    ['non-saturating', { objective: 'non-saturating', criticSteps: 1 }],
  ] as const)('%s: resumed, its terms are bitwise the same', async (_, changes) => {
    const system = systemOf(changes);
    const whole = await termsOf(system, { train, seed: 2, steps: 8 });
    expect(await termsOf(system, { train, seed: 2, steps: 8, breakAfter: 3 })).toEqual(whole);
    expect(await termsOf(system, { train, seed: 3, steps: 8 })).not.toEqual(whole);
    expect(whole.every(({ loss, critic, generator }) => [loss, critic, generator].every(Number.isFinite))).toBe(true);
  });

  it('gives the critic its steps, then the generator one; neither moves the other', () => {
    const system = systemOf({ criticSteps: 2 });
    expect(system.phases!(7)).toEqual(['critic', 'critic', 'generator']);
    const { phases } = system.program('cpu');
    const moved = (phase: string) => [...phases[phase]!.graphs.update.changes.keys()].map((name) => name.split('.')[0]);
    expect(moved('critic')).not.toContain('generator');
    expect(moved('generator').filter((name) => name === 'critic')).toEqual([]);
  });

  it('keeps clipped weights within their bound', async () => {
    const trained = await trainSystem(systemOf({ ...twin('clipped'), learningRate: 0.01 }), {
      train,
      seed: 1,
      steps: 20,
    });
    const weights = [...trained.values].filter(([name]) => /^critic\.(hidden|score)/.test(name));
    expect(weights.length).toBeGreaterThan(4);
    for (const [, { data }] of weights) expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual(Math.fround(0.01));
    await trained.close();
  });

  it('draws pictures between black and white, in preview too, and none of a table', async () => {
    const system = systemOf({ architecture: 'convolutional', channels: 4, batchSize: 20 }, images);
    const trained = await trainSystem(system, { train: pictures, seed: 1, steps: 2 });
    const rows = await system.preview({ forward: trained.forward, x: pictures, count: 6, random: stream(1) });
    expect(rows.map(({ name, pictures: { count } }) => [name, count])).toEqual([['sample', 6]]);
    const { y } = await trained.forward('sample', system.heads['sample']!.draw!(3, stream(1)), 3);
    expect(y!.length).toBe(3 * side * side);
    expect(y!.every((value: number) => value >= 0 && value <= 1)).toBe(true);
    await trained.close();
    const table = systemOf();
    expect(await table.preview({ forward: trained.forward, x: train, count: 6, random: stream(1) })).toEqual([]);
  });

  it('warns of samples that are all much the same, and only then', () => {
    const { warnings } = systemOf();
    expect(warnings!({ 'validation/sample_spread': 0.9 })).toEqual([]);
    expect(warnings!({ 'validation/sample_spread': 0.1 })[0]).toContain('10 % as much as the data');
  });
});
