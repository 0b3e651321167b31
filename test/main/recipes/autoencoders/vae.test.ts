import { describe, expect, it } from 'vitest';
import type { Config } from '#app/records/recipe';
import { stream } from '#main/engine/random';
import { openTrainSession } from '#main/engine/session/open-train';
import { recipeOf } from '#main/recipes';
import { logMeanExp } from '#main/recipes/autoencoders/vae-likelihood';
import { type Trained, trainSystem } from '../training';
import { specOf, spritePictures } from './pictures';

const { x, count, floor } = spritePictures();
const d = 6;
const systemOf = (id: string, set: Config) => {
  const recipe = recipeOf(id);
  const small = { bottleneck: d, width: 128, batchSize: 64, steps: 1500, learningRate: 2e-3, klWarmup: 100 };
  const { config, issues } = recipe.configure('tiny', { ...small, ...set });
  expect(issues).toEqual([]);
  return recipe.build(config, specOf(x, 16));
};
const trainedOn = (id: string, set: Config) => trainSystem(systemOf(id, set), { train: x, seed: 1, threads: 1 });

describe('a VAE on sprites', () => {
  // The bar (VAE-1, with fewer steps): near the entropy of the greys, and as many dimensions as the sprites have ways to vary.
  const clears = (figures: Record<string, number>) =>
    figures['validation/reconstruction_nats_at_mean']! - floor < 5 &&
    figures['validation/active_dimensions']! >= 3 &&
    figures['validation/active_dimensions']! <= 5;
  const figuresOf = async (set: Config, look: (trained: Trained) => Promise<void> = async () => undefined) => {
    const trained = await trainedOn('vae', set);
    const figures = await trained.validate(x);
    await look(trained);
    await trained.close();
    return figures;
  };

  it('draws them back from a few dimensions; its bounds are in order (VAE-1, VAE-3)', async () => {
    const figures = await figuresOf({}, async ({ forward }) => {
      const weights: Float32Array[] = [];
      for (let k = 0; k < 50; k++) {
        const epsilon = stream(k).normal(count * d);
        weights.push((await forward('logWeight', { x, epsilon }, count))['logWeight'] as Float32Array);
      }
      let [elbo, iwae] = [0, 0];
      for (let i = 0; i < count; i++) {
        const own = weights.map((weight) => weight[i]!);
        elbo += own.reduce((sum, value) => sum + value, 0) / own.length / count;
        iwae += logMeanExp(own) / count;
      }
      expect(iwae).toBeGreaterThan(elbo);
      const { 'validation/elbo_nats': told } = await systemFigures(forward);
      expect(Math.abs(elbo / told! - 1)).toBeLessThan(0.02); // 50 samples an item there, one here
    });
    expect(clears(figures), JSON.stringify(figures)).toBe(true);
  });
  const systemFigures = (forward: Trained['forward']) =>
    systemOf('vae', {}).validate({
      forward,
      batches: (async function* () {
        yield x;
      })(),
    });

  it.each(['mean-over-pixels', 'sigma-in-kl'])('%s: the twin fails the same bar', async (id) => {
    const figures = await figuresOf(recipeOf('vae').description.twins.find((twin) => twin.id === id)!.set);
    expect(clears(figures), JSON.stringify(figures)).toBe(false);
  });

  it('more weight on the KL: fewer nats in the code and more in the error', async () => {
    const figures = [];
    for (const beta of [0, 1, 10]) figures.push(await figuresOf({ beta, steps: 500 }));
    for (const [less, more] of [figures.slice(0, 2), figures.slice(1)] as [Figures, Figures][]) {
      expect(less['validation/kl_nats']).toBeGreaterThan(more['validation/kl_nats']!);
      expect(less['validation/reconstruction_nats']).toBeLessThan(more['validation/reconstruction_nats']!);
    }
  });
});
type Figures = Record<string, number>;

it('the KL in closed form is that of samples, within 1 % (VAE-2)', async () => {
  const trained = await trainedOn('vae', { steps: 100 });
  const { mean, logVariance, kl } = await trained.forward('posterior', { x }, count);
  let [closed, sampled] = [0, 0];
  const draws = 200;
  for (let i = 0; i < count * d; i++) {
    const sigma = Math.exp(logVariance![i]! / 2);
    closed += kl![i]!;
    for (const epsilon of stream(i).normal(draws)) {
      const z = mean![i]! + sigma * epsilon;
      sampled += (z * z - epsilon * epsilon - logVariance![i]!) / 2 / draws;
    }
  }
  expect(sampled / closed).toBeGreaterThan(0.99);
  expect(sampled / closed).toBeLessThan(1.01);
  await trained.close();
});

it('β climbs to its value over the warm-up and stays there', () => {
  const system = systemOf('beta-vae', { klWarmup: 10, beta: 4 });
  const betaAt = (step: number) => system.feeds(x.subarray(0, 256), stream(1), step)['beta']![0];
  expect([1, 5, 10, 11, 400].map(betaAt)).toEqual([0.4, 2, 4, 4, 4].map((value) => Math.fround(value)));
});

it('free bits: dimensions keep what they are granted', async () => {
  const klOf = async (freeBits: number) => {
    const trained = await trainedOn('vae', { freeBits, beta: 20, steps: 400 });
    const figures = await trained.validate(x);
    await trained.close();
    return figures['validation/kl_nats']!;
  };
  expect(await klOf(0.5)).toBeGreaterThan(0.9 * 0.5 * d);
  expect(await klOf(0)).toBeLessThan(0.5 * 0.5 * d);
});

describe('FactorVAE', () => {
  it('each kind of step moves its own part alone', async () => {
    const system = systemOf('factor-vae', {});
    const session = await openTrainSession(system.program('cpu'), { device: 'cpu', seed: 1 });
    const feeds = system.feeds(x.subarray(0, 64 * 256), stream(1), 500);
    const valuesOf = async () => new Map([...(await session.read())].map(([name, { data }]) => [name, data.slice()]));
    for (const phase of system.phases!(1)) {
      const before = await valuesOf();
      await session.step(feeds, 1e-3, phase);
      for (const [name, { data }] of await session.read()) {
        if (!/^(encoder|decoder|critic)\.[\w.]+\.(weight|bias)$/.test(name)) continue;
        const moved = data.some((value, i) => value !== before.get(name)![i]);
        expect(moved, `${phase}: ${name}`).toBe(name.startsWith('critic.') === (phase === 'critic'));
      }
    }
    await session.close();
  });

  it('deals each dimension out among the items, every item once', () => {
    const { permutation } = systemOf('factor-vae', {}).feeds(x.subarray(0, 64 * 256), stream(1), 1);
    for (let j = 0; j < d; j++) {
      const rows = Array.from({ length: 64 }, (_, i) => permutation![i * d + j]!);
      expect([...rows].sort((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, i) => i));
    }
  });

  it('weight on the total correlation makes the discriminator’s task harder', async () => {
    const tellingOf = async (gamma: number) => {
      const trained = await trainedOn('factor-vae', { gamma, steps: 800, criticRate: 1e-3 });
      await trained.close();
      const last = trained.history.slice(-100).map(({ discriminator }) => discriminator!);
      return last.reduce((sum, value) => sum + value, 0) / last.length;
    };
    expect(await tellingOf(20)).toBeGreaterThan(await tellingOf(0));
  });
});
