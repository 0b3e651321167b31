import { describe, expect, it } from 'vitest';
import type { Config } from '#app/records/recipe';
import { recipeOf } from '#main/recipes';
import { shapes, side, varianceOf } from '../generated-pictures';
import { termsOf } from '../resumed';
import { trainSystem } from '../training';

const recipe = recipeOf('vq-vae-2');
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
const small = { codebookSize: 32, codeLength: 8, channels: 16, residualChannels: 8, batchSize: 32, steps: 300 };

const systemOf = (changes: Config = {}) => {
  const { config, issues } = recipe.configure('tiny', { ...small, ...changes });
  expect(issues).toEqual([]);
  return recipe.build(config, spec);
};

describe('two levels of codes on generated shapes', () => {
  async function figuresOf(changes: Config = {}): Promise<Record<string, number>> {
    const trained = await trainSystem(systemOf(changes), { train, seed: 1, threads: 1 });
    const figures = await trained.validate(validation);
    await trained.close();
    return { ...figures, share: figures['validation/mse']! / spec.variance };
  }
  // The bar: what the faithful recipe clears and the broken twin does not.
  const clears = (figures: Record<string, number>) =>
    figures['share']! < 0.16 &&
    figures['validation/codebook_used_share']! >= 0.9 &&
    figures['validation/top_used_share']! >= 0.9;

  it('draw the pictures back, and use both codebooks', async () => {
    const figures = await figuresOf();
    expect(clears(figures), JSON.stringify(figures)).toBe(true);
  });

  it('coarse-only: the twin fails the same bar', async () => {
    const figures = await figuresOf(recipe.description.twins[0]!.set);
    expect(clears(figures), JSON.stringify(figures)).toBe(false);
  });
});

describe('a system', () => {
  it('its heads agree: decode of both maps is reconstruct; the maps are a half and a quarter of the sides', async () => {
    const trained = await trainSystem(systemOf(), { train, seed: 1, steps: 12 });
    const x = validation.subarray(0, 5 * side * side);
    const { codes, top } = await trained.forward('codes', { x }, 5);
    expect([codes!.length, top!.length]).toEqual([5 * 64, 5 * 16]);
    const { y } = await trained.forward('reconstruct', { x }, 5);
    const { y: drawn } = await trained.forward('decode', { codes: codes!, top: top! }, 5);
    y!.forEach((value: number, i: number) => expect(drawn![i]).toBeCloseTo(value, 5));
    await trained.close();
  });

  it('resumed, its terms are bitwise the same', async () => {
    const system = systemOf();
    const whole = await termsOf(system, { train, seed: 2, steps: 8 });
    expect(await termsOf(system, { train, seed: 2, steps: 8, breakAfter: 3 })).toEqual(whole);
  });
});
