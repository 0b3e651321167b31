import { expect, it } from 'vitest';
import { stream } from '#main/engine/random';
import { leadingComponents } from '#main/evaluation/leading';
import { pca } from '#main/evaluation/pca';

/** Rows whose columns have variances 1, ¼, 1/9 …, mixed by neighbours. */
function cloud(rows: number, columns: number) {
  const z = stream(3).normal(rows * columns);
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const own = z[i * columns + j]! / (j + 1);
      const next = z[i * columns + ((j + 1) % columns)]! / (((j + 1) % columns) + 1);
      data[i * columns + j] = own + 0.3 * next + j;
    }
  return { rows, columns, data };
}

it('leading components and variances are those of the full decomposition', async () => {
  const x = cloud(300, 40);
  const [all, some] = [pca(x, 4), await leadingComponents(x, 4, { tolerance: 1e-9, rounds: 200 })];
  for (let c = 0; c < 4; c++) {
    expect(some.variances[c]! / all.variances[c]!).toBeCloseTo(1, 5);
    let along = 0;
    for (let j = 0; j < 40; j++) along += some.components[c * 40 + j]! * all.components[c * 40 + j]!;
    expect(along).toBeCloseTo(1, 4); // same direction, same sign
  }
  expect(Array.from(some.mean)).toEqual(Array.from(all.mean));
});

it('asked for as many as there are columns, it gives all of them', async () => {
  const x = cloud(50, 5);
  const { variances, components } = await leadingComponents(x, 9);
  expect(variances.length).toBe(5);
  expect(components.length).toBe(25);
  expect(variances[4]! / pca(x).variances[4]!).toBeCloseTo(1, 3);
});
