import { describe, expect, it } from 'vitest';
import { stream } from '#main/engine/random';
import { recipeOf } from '#main/recipes';
import type { TableSpec } from '#main/recipes/recipe';
import { trainSystem } from '../training';

const features = 8;
const count = 600;
/** Rows of eight standardised numbers that say two things only. */
function rows(): Float32Array {
  const random = stream(1).split('rows');
  const ways = random.normal(2 * features);
  const x = new Float32Array(count * features);
  for (let i = 0; i < count; i++) {
    const [a, b] = random.normal(2) as unknown as [number, number];
    for (let j = 0; j < features; j++) {
      const [p, q] = [ways[2 * j]!, ways[2 * j + 1]!];
      x[i * features + j] = (a * p + b * q) / Math.hypot(p, q);
    }
  }
  return x;
}
const x = rows();
const columns = Array.from({ length: features }, (_, i) => ({ name: `c${i}`, kind: 'number', width: 1 }) as const);
const spec: TableSpec = { modality: 'table', features, columns, trainCount: count, validationCount: count };

const ids = [
  ...['autoencoder', 'pca', 'denoising-autoencoder', 'vae', 'beta-vae', 'factor-vae'],
  ...['binary-autoencoder', 'onehot-autoencoder'],
];
const small = {
  bottleneck: 4,
  width: 32,
  criticWidth: 16,
  batchSize: 32,
  steps: 300,
  learningRate: 3e-3,
  klWarmup: 50,
};

describe.each(ids)('%s on a table', (id) => {
  const recipe = recipeOf(id);
  const known = new Set(recipe.description.fields.map(({ path }) => path));
  const set = Object.fromEntries(
    Object.entries(small).filter(([path]) => known.has(path) && (id !== 'pca' || path === 'bottleneck')),
  );
  const systemOf = () => recipe.build(recipe.configure('tiny', set).config, spec);

  it('learns it, shows no pictures, and gives rows of the same width back', async () => {
    const system = systemOf();
    const trained = await trainSystem(system, { train: x, seed: 1, threads: 1 });
    const { 'validation/mse': mse } = await trained.validate(x);
    expect(mse).toBeLessThan(id === 'onehot-autoencoder' ? 0.8 : 0.6); // the mean of each column: 1
    const { y } = await trained.forward('reconstruct', { x }, count);
    expect(y!.length).toBe(x.length);
    const shown = await system.preview({ forward: trained.forward, x, count: 4, random: stream(2) });
    expect(shown).toEqual([]);
    expect(system.plan.bits.input).toBe(32 * features);
    await trained.close();
  });

  it('the same seed gives bitwise the same losses, another seed others', async () => {
    const run = async (seed: number) => {
      const trained = await trainSystem(systemOf(), { train: x, seed, steps: 8 });
      await trained.close();
      return trained.history.map(({ loss }) => loss);
    };
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
  });
});

describe('what a table cannot be', () => {
  const build = (id: string, set: object) => () =>
    recipeOf(id).build(recipeOf(id).configure('tiny', set as never).config, spec);
  it('seen by convolutions, or read as chances: refused with what to do', () => {
    for (const id of ids.filter((one) => one !== 'pca')) {
      const how = build(id, { architecture: 'convolutional' });
      expect(how, id).toThrow(expect.objectContaining({ advice: 'Set architecture to dense.' }));
      const read = build(id, { loss: 'cross-entropy' });
      expect(read, id).toThrow(expect.objectContaining({ advice: 'Set loss to squared-error.' }));
    }
  });
  it('spoilt by a share above one', () => {
    const spoilt = build('denoising-autoencoder', { amount: 1.5 });
    expect(spoilt).toThrow(/share of noise must lie in \[0, 1\], got 1.5/);
    expect(build('denoising-autoencoder', { amount: 1.5, corruption: 'gaussian' })).not.toThrow();
  });
});
