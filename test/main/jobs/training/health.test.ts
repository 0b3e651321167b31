import { expect, it } from 'vitest';
import { alarmsOf, healthIn } from '#app/records/health';
import { ones } from '#main/engine/init';
import { stream } from '#main/engine/random';
import { openTrainSession } from '#main/engine/session/open-train';
import { openForwards } from '#main/jobs/forwards';
import { gradientHealth, healthOf, withGradient, withUnits } from '#main/jobs/training/health';
import { recipeOf } from '#main/recipes';
import { headsOf } from '#main/recipes/head';
import type { System, Values } from '#main/recipes/recipe';
import { shapes, side, varianceOf } from '../../recipes/generated-pictures';
import { trainSystem } from '../../recipes/training';

const x = shapes(400, 1);
const spec = {
  modality: 'image',
  height: side,
  width: side,
  channels: 1,
  trainCount: 300,
  validationCount: 100,
  variance: varianceOf(x),
} as const;
const held = x.subarray(300 * side * side);

const systemOf = (recipe: string, changes: Record<string, number | string | boolean>): System =>
  recipeOf(recipe).build(recipeOf(recipe).configure('tiny', changes).config, spec);

/** Health of a system with these values, or with those it starts from. */
async function figuresOf(system: System, change?: (values: Values) => Values) {
  const session = await openTrainSession(system.program('cpu'), { device: 'cpu', seed: 1 });
  const values = await session.read();
  await session.close();
  return measured(system, change?.(values) ?? values);
}

async function measured(system: System, values: Values) {
  const heads = withUnits(system);
  const forwards = openForwards({ heads, batchSize: 50 }, { device: 'cpu', values });
  try {
    const inside = system.inside && { inside: system.inside };
    return await healthOf(
      { heads, ...inside },
      forwards.using(() => {}),
      held,
      100,
    );
  } finally {
    await forwards.close();
  }
}
const alarms = (figures: Record<string, number>) => alarmsOf(healthIn(figures)).map(({ rule }) => rule.id);

it('an auto-encoder at its start is in health; with biases far below 0 its ReLU units are dead', async () => {
  const system = systemOf('autoencoder', { width: 32, bottleneck: 8, batchSize: 50 });
  const healthy = await figuresOf(system);
  expect(Object.keys(healthy)).toEqual(expect.arrayContaining(['health/effective_rank', 'health/dead_relu_share']));
  expect(alarms(healthy)).toEqual([]);
  const dead = await figuresOf(
    system,
    (values) =>
      new Map(
        [...values].map(([name, value]) => {
          const isBias = /encoder\.hidden1\.bias$/.test(name);
          return [name, isBias ? { ...value, data: new Float32Array(value.data.length).fill(-100) } : value];
        }),
      ),
  );
  expect(dead['health/dead_relu_worst']).toBe(1);
  expect(alarms(dead)).toEqual(expect.arrayContaining(['relu', 'collapse']));
});

it('a codebook that starts far from the items is dead; one at their vectors is not', async () => {
  const set = { codebookSize: 64, codeLength: 8, channels: 16, residualChannels: 8, batchSize: 32, steps: 60 };
  const train = x.subarray(0, 300 * side * side);
  const healthy = systemOf('vq-vae', set);
  const broken = systemOf('vq-vae', { ...set, codebookLearning: 'gradient', codebookInit: 'normal', restart: false });
  const [a, b] = [await trainSystem(healthy, { train, seed: 1 }), await trainSystem(broken, { train, seed: 1 })];
  try {
    expect(alarms(await measured(healthy, a.values))).not.toContain('codes');
    expect(alarms(await measured(broken, b.values))).toContain('codes');
  } finally {
    await a.close();
    await b.close();
  }
}, 60_000);

it('a VAE whose β drowns the pictures falls to its prior; at β = 1 it does not', async () => {
  const set = { batchSize: 50, steps: 300, bottleneck: 4, width: 64 };
  const train = x.subarray(0, 300 * side * side);
  const [healthy, broken] = [systemOf('vae', set), systemOf('vae', { ...set, beta: 200 })];
  const [a, b] = [await trainSystem(healthy, { train, seed: 1 }), await trainSystem(broken, { train, seed: 1 })];
  try {
    const figures = await measured(healthy, a.values);
    expect(figures['health/active_dimensions']).toBeGreaterThan(0);
    expect(figures['health/kl_nats_4']).toBeDefined();
    expect(alarms(figures)).not.toContain('kl');
    expect(alarms(await measured(broken, b.values))).toContain('kl');
  } finally {
    await a.close();
    await b.close();
  }
}, 60_000);

it('tanh and sigmoid units inside a head are found wherever they are; those that it gives out, or that are meant, are not', async () => {
  const heads = headsOf({
    embed: {
      title: 'Two layers',
      inputs: { x: { dtype: 'float32', shape: [1, side, side] } },
      outputs: (scope, { x: pictures }) => {
        const weight = scope.at('first').parameter('weight', [side * side, 8], ones);
        const hidden = pictures!
          .reshape([pictures!.shape[0]!, side * side])
          .matmul(weight)
          .plus(-1)
          .tanh();
        return { embedding: hidden.sigmoid() };
      },
    },
  });
  const base = { heads } as unknown as System;
  expect(Object.keys(withUnits(base)['units']!.outputs)).toEqual(['limited:first']);
  expect(withUnits({ ...base, inside: { meant: ['first'] } })['units']).toBeUndefined();
});

it('a gradient is measured by the usual one of its run, and a run without any is told', () => {
  const noise = stream(3).uniform(500);
  let record: ReturnType<typeof withGradient>;
  for (const u of noise) record = withGradient(record, 1 + u);
  expect(record!.peak).toBeLessThan(3);
  expect(alarms(gradientHealth(record))).toEqual([]);
  expect(alarms(gradientHealth(withGradient(record, 400)))).toEqual(['gradient']);
  let silent: ReturnType<typeof withGradient>;
  for (let i = 0; i < 10; i++) silent = withGradient(silent, 1e-9);
  expect(alarms(gradientHealth(silent))).toEqual(['gradient']);
  expect(gradientHealth(withGradient(undefined, 0))).toEqual({});
});
