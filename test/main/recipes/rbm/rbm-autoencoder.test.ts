import { describe, expect, it } from 'vitest';
import type { Config } from '#app/records/recipe';
import { stream } from '#main/engine/random';
import { recipeOf } from '#main/recipes';
import { contrasted } from '#main/recipes/rbm/rbm-system';
import { shapes, side, varianceOf } from '../generated-pictures';
import { termsOf } from '../resumed';
import { trainSystem } from '../training';

const recipe = recipeOf('rbm-autoencoder');
const [train, validation] = [shapes(1500, 1), shapes(300, 2)];
const spec = {
  modality: 'image',
  height: side,
  width: side,
  channels: 1,
  trainCount: 1500,
  validationCount: 300,
  variance: varianceOf(train),
} as const;
const layerSteps = 150;
const small = {
  widths: '96-48',
  bottleneck: 12,
  layerSteps,
  batchSize: 50,
  steps: 3 * layerSteps + 200,
  dreamSweeps: 5,
  codeRate: 0.05,
};

const systemOf = (changes: Config = {}) => {
  const { config, issues } = recipe.configure('tiny', { ...small, ...changes });
  expect(issues).toEqual([]);
  return recipe.build(config, spec);
};
const twin = (id: string) => recipe.description.twins.find((one) => one.id === id)!.set;

/** Mean squared error of the mean picture. */
function errorOfMean(x: Float32Array, size: number): number {
  const mean = new Float64Array(size);
  const items = x.length / size;
  x.forEach((value, at) => {
    mean[at % size]! += value / items;
  });
  return x.reduce((sum, value, at) => sum + (value - mean[at % size]!) ** 2, 0) / x.length;
}
const floor = errorOfMean(validation, side * side);

async function figuresAfter(changes: Config, steps: number): Promise<Record<string, number>> {
  const trained = await trainSystem(systemOf(changes), { train, seed: 1, steps, threads: 1 });
  const figures = await trained.validate(validation);
  await trained.close();
  return figures;
}

describe('a stack of machines on generated shapes', () => {
  const unrolledAt = 3 * layerSteps + 1; // copied, and one step of the whole net

  it('unrolled, before the net is trained, draws pictures better than their mean; and the first machine has halved its error', async () => {
    const figures = await figuresAfter({}, unrolledAt);
    expect(figures['validation/mse']! / floor).toBeLessThan(0.85);
    const untrained = await figuresAfter({}, 0);
    const error = 'validation/layer1_error';
    expect(figures[error]!).toBeLessThan(0.5 * untrained[error]!);
  });

  it.each(['fast-code', 'not-transposed'])('%s: the twin does not', async (id) => {
    const figures = await figuresAfter(twin(id), unrolledAt);
    expect(figures['validation/mse']! / floor).not.toBeLessThan(0.85);
  });

  it('lets the whole net begin far ahead of one that starts at small random numbers', async () => {
    const steps = 150;
    const ahead = await figuresAfter({}, 3 * layerSteps + steps);
    const behind = await figuresAfter({ ...twin('at-once'), steps: 200 }, steps);
    expect(ahead['validation/mse']!).toBeLessThan(0.75 * behind['validation/mse']!);
    expect(behind['validation/mse']! / floor).toBeGreaterThan(0.9); // the mean picture
  });
});

describe('a system', () => {
  it('resumed within a machine, at its end, or within the whole net: bitwise the same terms', async () => {
    const system = systemOf({ layerSteps: 4, steps: 18 });
    const whole = await termsOf(system, { train, seed: 3, steps: 18 });
    for (const breakAfter of [2, 4, 12, 15])
      expect(await termsOf(system, { train, seed: 3, steps: 18, breakAfter })).toEqual(whole);
    expect(whole.flatMap((terms) => Object.values(terms)).every(Number.isFinite)).toBe(true);
  });

  it('trains one machine after the other, then the whole; machines then stay as they are', async () => {
    const system = systemOf({ layerSteps: 3, steps: 12 });
    const moved = async (steps: number) => {
      const [before, after] = await Promise.all(
        [steps - 1, steps].map((n) => trainSystem(system, { train, seed: 1, steps: n, threads: 1 })),
      );
      const names = [...after!.values]
        .filter(([name, { data }]) => !name.includes('velocity') && !same(data, before!.values.get(name)!.data))
        .map(([name]) => name.split('.')[0]!);
      await before!.close();
      await after!.close();
      return new Set(names.filter((name) => /^(machine|encoder|decoder)/.test(name)));
    };
    const machinesIn = async (steps: number) => [...(await moved(steps))].filter((name) => /^machine\d$/.test(name));
    expect(await machinesIn(1)).toEqual(['machine1']);
    expect(await machinesIn(4)).toEqual(['machine2']);
    expect(await machinesIn(9)).toEqual(['machine3']);
    expect(await machinesIn(11)).toEqual([]);
    expect([...(await moved(11))].sort()).toEqual(['decoder', 'encoder']);
  });

  it('unrolls into the same weights, transposed for the decoder', async () => {
    const trained = await trainSystem(systemOf({ layerSteps: 3, steps: 12, learningRate: 1e-7 }), {
      train,
      seed: 1,
      steps: 10,
    });
    const of = (name: string) => trained.values.get(name)!;
    const [machine, up, down] = ['machine2.weight', 'encoder.layer2.weight', 'decoder.layer2.weight'].map(of);
    const [rows, columns] = machine!.shape as [number, number];
    expect(down!.shape).toEqual([columns, rows]);
    machine!.data.forEach((weight: number, at: number) => {
      expect(up!.data[at]).toBeCloseTo(weight, 5);
      expect(down!.data[(at % columns) * rows + Math.floor(at / columns)]).toBeCloseTo(weight, 5);
    });
    await trained.close();
  });

  it('dreams: a sweep of given chance is what the head of many sweeps makes of it, and is a picture', async () => {
    const system = systemOf({ dreamSweeps: 1 });
    const trained = await trainSystem(system, { train, seed: 1, steps: 20 });
    const feeds = system.heads['sample']!.draw!(6, stream(4));
    const sampled = await trained.forward('sample', feeds, 6);
    const dreamt = await trained.forward('dream', feeds, 6);
    expect([...dreamt['y']!]).toEqual([...sampled['y']!]);
    expect(new Set(dreamt['next']!)).toEqual(new Set([0, 1]));
    expect(sampled['y']!.length).toBe(6 * side * side);
    expect(sampled['y']!.every((value: number) => value >= 0 && value <= 1)).toBe(true);
    const { v } = await trained.forward('climb', { x: validation.subarray(0, side * side) }, 1);
    expect(v!.length).toBe(48);
    await trained.close();
  });

  it('previews filters beside inputs and outputs, and only where there are machines', async () => {
    const names = async (changes: Config) => {
      const system = systemOf(changes);
      const trained = await trainSystem(system, { train, seed: 1, steps: 1 });
      const x = validation.subarray(0, 4 * side * side);
      const rows = await system.preview({ forward: trained.forward, x, count: 4, random: stream(1) });
      await trained.close();
      return rows.map(({ name }) => name);
    };
    expect(await names({})).toEqual(['input', 'output', 'error', 'sample', 'filter']);
    expect(await names({ start: 'random' })).toEqual(['input', 'output', 'error']);
  });

  it('asks for more steps than its machines take', () => {
    const { issues } = recipe.configure('tiny', { ...small, steps: 3 * layerSteps });
    expect(issues).toEqual([
      { path: 'steps', message: expect.stringContaining('more than the 450 that train the machines') },
    ]);
  });
});

it('a filter is grey where it has no weight, and reaches black or white where it has most', () => {
  expect([...contrasted(Float32Array.of(0, 1, -2, 0, 0, 3), 3)]).toEqual([0.5, 0.75, 0, 0.5, 0.5, 1]);
});

const same = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).every((value, i) => value === b[i]);
