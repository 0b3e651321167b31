import { expect, it } from 'vitest';
import { recipeOf } from '#main/recipes';
import { waves } from '../generated-pictures';
import { principalComponents } from '../principal-components';
import { trainSystem } from '../training';
import { specOf } from './pictures';

const recipe = recipeOf('pca');
const x = waves(400, [0.3, 0.28, 0.26, 0.24, 0.08, 0.06, 0.04], 0.02, 1);
const systemOf = (bottleneck: number) => recipe.build(recipe.configure('tiny', { bottleneck }).config, specOf(x, 8));

it('its error is the sum of the variances left out, its explained variance their share (PCA-1)', async () => {
  const { variances } = principalComponents(x, 64);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  for (const k of [1, 4, 20]) {
    const trained = await trainSystem(systemOf(k), { train: x, seed: 1 });
    const figures = await trained.validate(x);
    expect(figures['validation/mse']).toBeCloseTo(sum(variances.slice(k)) / 64, 6);
    expect(figures['validation/explained_variance']).toBeCloseTo(sum(variances.slice(0, k)) / sum(variances), 4);
    await trained.close();
  }
});

it('the one step moves nothing; codes are uncorrelated, and samples are spread as they are', async () => {
  const system = systemOf(3);
  const before = await trainSystem(system, { train: x, seed: 1, steps: 0 });
  const after = await trainSystem(system, { train: x, seed: 1 });
  for (const name of ['pca.mean', 'pca.components', 'pca.variances'])
    expect([...after.values.get(name)!.data]).toEqual([...before.values.get(name)!.data]);
  const { embedding } = await after.forward('embed', { x }, 400);
  const products = (a: number, b: number) => {
    let sum = 0;
    for (let i = 0; i < 400; i++) sum += embedding![i * 3 + a]! * embedding![i * 3 + b]!;
    return sum / 400;
  };
  const variances = after.values.get('pca.variances')!.data;
  for (let a = 0; a < 3; a++)
    for (let b = 0; b < 3; b++) expect(products(a, b)).toBeCloseTo(a === b ? variances[a]! : 0, 4);
  const { code } = await after.forward('sample', { z: Float32Array.of(1, -1, 2) }, 1);
  expect([...code!].map((value, i) => value / Math.sqrt(variances[i]!))).toEqual(
    [1, -1, 2].map((value) => expect.closeTo(value, 5)),
  );
  await before.close();
  await after.close();
});

it('more components than an item has numbers, or the data items, are refused with what to do', () => {
  expect(() => systemOf(65)).toThrow(expect.objectContaining({ advice: 'Set bottleneck to 64 or less.' }));
});
