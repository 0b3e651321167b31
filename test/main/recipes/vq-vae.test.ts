import { describe, expect, it } from 'vitest';
import type { Config } from '#app/records/recipe';
import { stream } from '#main/engine/random';
import { recipeOf } from '#main/recipes';
import { shapes, side, varianceOf } from './generated-pictures';
import { type Trained, trainSystem } from './training';

const recipe = recipeOf('vq-vae');
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
/** A quarter of `tiny`: seconds on one thread. */
const small = { codebookSize: 32, codeLength: 8, channels: 16, residualChannels: 8, batchSize: 32, steps: 400 };

const systemOf = (changes: Config = {}) => {
  const { config, issues } = recipe.configure('tiny', { ...small, ...changes });
  expect(issues).toEqual([]);
  return recipe.build(config, spec);
};
const twin = (id: string) => recipe.description.twins.find((one) => one.id === id)!.set;

async function figuresOf(changes: Config = {}): Promise<Record<string, number>> {
  const trained = await trainSystem(systemOf(changes), { train, seed: 1, threads: 1 });
  const figures = await trained.validate(validation);
  await trained.close();
  return { ...figures, share: figures['validation/mse']! / spec.variance };
}

describe('VQ-VAE on generated shapes', () => {
  // The bar: what the faithful recipe clears and each broken twin does not.
  const clears = (figures: Record<string, number>) =>
    figures['share']! < 0.3 &&
    figures['validation/codebook_used_share']! >= 0.9 &&
    figures['validation/codebook_perplexity_share']! >= 0.25;

  it('draws the pictures back from codes, and uses its codebook', async () => {
    const figures = await figuresOf();
    expect(clears(figures), JSON.stringify(figures)).toBe(true);
  });

  it.each(['no-straight-through', 'gradient-codebook'])('%s: the twin fails the same bar', async (id) => {
    const figures = await figuresOf(twin(id));
    expect(clears(figures), JSON.stringify(figures)).toBe(false);
  });
});

describe('a system', () => {
  const steps = 12;
  const losses = ({ history }: Trained) => history.map(({ loss }) => loss);

  it.each([
    ['running averages', {}],
    ['gradient', { codebookLearning: 'gradient' }],
  ] as const)('by %s: the same seed gives bitwise the same losses, another seed others', async (_, changes) => {
    const run = async (seed: number) => {
      const trained = await trainSystem(systemOf(changes), { train, seed, steps });
      await trained.close();
      return losses(trained);
    };
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
    expect(first.every(Number.isFinite)).toBe(true);
  });

  it('starts its codebook at vectors that the encoder gives', async () => {
    const system = systemOf();
    const untouched = await trainSystem(system, { train, seed: 1, steps: 0 });
    const { vector } = await untouched.forward('vectors', { code: Int32Array.from({ length: 32 }, (_, k) => k) }, 32);
    const { z } = await untouched.forward('encode', { x: train }, 1500);
    const known = new Set(chunks(z as Float32Array, 8).map((row) => row.map((value) => value.toFixed(3)).join()));
    for (const row of chunks(vector as Float32Array, 8)) expect(known).toContain(row.map((v) => v.toFixed(3)).join());
    await untouched.close();
  });

  it('its heads agree: decode of codes is reconstruct, vectors of codes are the embedding', async () => {
    const trained = await trainSystem(systemOf(), { train, seed: 1, steps });
    const x = validation.subarray(0, 5 * side * side);
    const { codes } = await trained.forward('codes', { x }, 5);
    const { y } = await trained.forward('reconstruct', { x }, 5);
    const { y: drawn } = await trained.forward('decode', { codes: codes! }, 5);
    expect(codes).toBeInstanceOf(Int32Array);
    expect(codes!.length).toBe(5 * 16);
    for (let i = 0; i < y!.length; i++) expect(drawn![i]).toBeCloseTo(y![i]!, 5);
    const { embedding } = await trained.forward('embed', { x }, 5);
    const { vector } = await trained.forward('vectors', { code: codes! }, 5 * 16);
    expect([...vector!]).toEqual([...embedding!]);
    await trained.close();
  });

  it('samples only codes that training met at their place', async () => {
    const system = systemOf();
    const trained = await trainSystem(system, { train, seed: 1, steps: 60 });
    const frequencies = trained.values.get('sampler.frequencies')!.data; // [16, 32]
    const { u } = system.heads['sample']!.draw!(20, stream(3));
    const { codes, y } = await trained.forward('sample', { u: u! }, 20);
    expect(new Set(codes!).size).toBeGreaterThan(1);
    codes!.forEach((code: number, i: number) => expect(frequencies[(i % 16) * 32 + code]).toBeGreaterThan(0));
    expect(y!.length).toBe(20 * side * side);

    // At both ends of what a uniform draw can be.
    const ends = Float32Array.from({ length: 16 * 32 }, (_, i) => (i % 2 ? 0 : 1 - 2 ** -24));
    const extreme = await trained.forward('sample', { u: ends }, 1);
    extreme['codes']!.forEach((code: number, i: number) => expect(frequencies[i * 32 + code]).toBeGreaterThan(0));
    expect(extreme['y']!.every(Number.isFinite)).toBe(true);
    await trained.close();
  });

  it('previews the input, the output, their difference and samples, as many of each', async () => {
    const system = systemOf();
    const trained = await trainSystem(system, { train, seed: 1, steps: 1 });
    const x = validation.subarray(0, 6 * side * side);
    const rows = await system.preview({ forward: trained.forward, x, count: 6, random: stream(1) });
    expect(rows.map(({ name }) => name)).toEqual(['input', 'output', 'error', 'sample']);
    for (const { pictures } of rows) {
      expect(pictures).toMatchObject({ count: 6, height: side, width: side, channels: 1 });
      expect(pictures.pixels.length).toBe(6 * side * side);
    }
    expect([...rows[0]!.pictures.pixels]).toEqual(Array.from(x, (value) => Math.round(value * 255)));
    await trained.close();
  });

  it('warns of a codebook that is hardly used or used for one thing, and only then', () => {
    const { warnings } = systemOf();
    const figures = (used: number, perplexity: number) => ({
      'validation/codebook_used_share': used,
      'validation/codebook_perplexity_share': perplexity,
    });
    expect(warnings!(figures(1, 0.5))).toEqual([]);
    expect(warnings!(figures(0.2, 0.1))[0]).toContain('Only 20 % of the codes are used');
    expect(warnings!(figures(0.9, 0.05))[0]).toContain('perplexity is 5 % of the codebook size');
  });
});

function chunks(data: Float32Array, size: number): number[][] {
  return Array.from({ length: data.length / size }, (_, i) => Array.from(data.subarray(i * size, (i + 1) * size)));
}
