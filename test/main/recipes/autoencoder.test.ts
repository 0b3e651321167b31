import { describe, expect, it } from 'vitest';
import { recipeOf } from '#main/recipes';
import { shapes, side, varianceOf, waves } from './generated-pictures';
import { principalComponents } from './principal-components';
import { trainSystem } from './training';

const recipe = recipeOf('autoencoder');

describe('a linear auto-encoder with squared error is PCA', () => {
  const k = 4;
  const x = waves(1000, [0.3, 0.28, 0.26, 0.24, 0.08, 0.06, 0.04], 0.02, 1);
  const { variances, directions } = principalComponents(x, 64);
  const best = variances.slice(k).reduce((sum, variance) => sum + variance, 0) / 64;

  it('it reaches the error of the first k components within 1 %, and their plane within 5°', async () => {
    const { config } = recipe.configure('tiny', { hiddenLayers: 0, bottleneck: k, steps: 10_000, learningRate: 5e-3 });
    const spec = {
      modality: 'image',
      height: 8,
      width: 8,
      channels: 1,
      trainCount: 1000,
      validationCount: 1000,
      variance: varianceOf(x),
    } as const;
    const system = recipe.build(config, spec);
    const trained = await trainSystem(system, { train: x, seed: 1, threads: 1 });
    const { 'validation/mse': mse } = await trained.validate(x);
    expect(mse! / best).toBeGreaterThan(0.9999); // nothing linear does better
    expect(mse! / best).toBeLessThan(1.01);

    const rows = trained.values.get('decoder.picture.weight')!.data; // [k, 64]
    const basis = orthonormal(Array.from({ length: k }, (_, i) => Array.from(rows.subarray(i * 64, (i + 1) * 64))));
    for (const direction of directions.slice(0, k)) {
      const inside = Math.hypot(...basis.map((b) => b.reduce((sum, value, j) => sum + value * direction[j]!, 0)));
      expect((Math.acos(Math.min(1, inside)) * 180) / Math.PI).toBeLessThan(5);
    }
    await trained.close();
  });
});

/** Gram–Schmidt. */
function orthonormal(vectors: number[][]): number[][] {
  const basis: number[][] = [];
  for (const vector of vectors) {
    let rest = vector;
    for (const b of basis) {
      const along = rest.reduce((sum, value, j) => sum + value * b[j]!, 0);
      rest = rest.map((value, j) => value - along * b[j]!);
    }
    const length = Math.hypot(...rest);
    basis.push(rest.map((value) => value / length));
  }
  return basis;
}

describe('a deep auto-encoder on generated shapes', () => {
  const [train, validation] = [shapes(1000, 1), shapes(300, 2)];
  const spec = {
    modality: 'image',
    height: side,
    width: side,
    channels: 1,
    trainCount: 1000,
    validationCount: 300,
    variance: varianceOf(train),
  } as const;
  const errorOf = async (changes: Record<string, string | number>) => {
    const { config, issues } = recipe.configure('tiny', { width: 128, channels: 16, steps: 600, ...changes });
    expect(issues).toEqual([]);
    const trained = await trainSystem(recipe.build(config, spec), { train, seed: 1, threads: 1 });
    const figures = await trained.validate(validation);
    await trained.close();
    return { figures, last: trained.history.at(-1)! };
  };

  it.each(['squared-error', 'cross-entropy'])(
    '%s: explains most of the variance, dense and convolutional',
    async (loss) => {
      for (const architecture of ['dense', 'convolutional']) {
        const { figures } = await errorOf({ loss, architecture });
        expect(figures['validation/mse']! / spec.variance, architecture).toBeLessThan(0.4);
      }
    },
  );

  it('with one number in the middle most of the variance is lost', async () => {
    const { figures } = await errorOf({ bottleneck: 1 });
    expect(figures['validation/mse']! / spec.variance).toBeGreaterThan(0.6);
  });

  it('validation/loss is what training minimises, measured on other items', async () => {
    const { figures, last } = await errorOf({ loss: 'cross-entropy' });
    expect(figures['validation/loss']! / last['loss']!).toBeGreaterThan(0.8);
    expect(figures['validation/loss']! / last['loss']!).toBeLessThan(1.6);
  });
});
