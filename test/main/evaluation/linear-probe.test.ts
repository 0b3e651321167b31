import { expect, it } from 'vitest';
import { type Labelled, linearProbe } from '#main/evaluation';
import { minimise } from '#main/evaluation/lbfgs';
import { crossEntropy, fitLogistic } from '#main/evaluation/logistic';
import { clusters } from './clusters';

it('minimise finds the bottom of a quadratic bowl', async () => {
  // f(x) = ½ Σ a_j (x_j − j)², a from 1 to 1000: badly scaled on purpose
  const a = [1, 10, 100, 1000];
  const { x, slope } = await minimise((x, gradient) => {
    let value = 0;
    for (let j = 0; j < 4; j++) {
      gradient[j] = a[j]! * (x[j]! - j);
      value += (a[j]! / 2) * (x[j]! - j) ** 2;
    }
    return value;
  }, new Float64Array(4));
  expect(slope).toBeLessThan(1e-5);
  for (let j = 0; j < 4; j++) expect(x[j]).toBeCloseTo(j, 4);
});

it('logistic regression finds the log-odds that counting gives', async () => {
  // One feature of ±1; the class agrees with its sign in 3 of 4 cases: log-odds ln 3 at +1, −ln 3 at −1.
  const x = Float64Array.from([1, 1, 1, 1, -1, -1, -1, -1]);
  const labels = Int32Array.from([1, 1, 1, 0, 0, 0, 0, 1]);
  const { weights } = await fitLogistic(x, labels, { classes: 2, columns: 1 }, 1e-9, { tolerance: 1e-9 });
  const [w0, b0, w1, b1] = weights;
  expect(w1! - w0! + (b1! - b0!)).toBeCloseTo(Math.log(3), 5);
  expect(-(w1! - w0!) + (b1! - b0!)).toBeCloseTo(-Math.log(3), 5);
});

it('the cross-entropy has the gradient that central differences predict', () => {
  const { features, labels } = clusters({ perClass: 4, classes: 3, columns: 5, spread: 1, seed: 3 });
  const f = crossEntropy(Float64Array.from(features.data), labels, { classes: 3, columns: 5 }, 0.1);
  const w = Float64Array.from({ length: 18 }, (_, i) => Math.sin(i));
  const gradient = new Float64Array(18);
  f(w, gradient);
  const ignored = new Float64Array(18);
  for (let j = 0; j < 18; j++) {
    const at = (d: number) =>
      f(
        w.map((value, i) => (i === j ? value + d : value)),
        ignored,
      );
    expect(gradient[j]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 7);
  }
});

it('tells well-separated classes apart, whatever the scale of the columns, and the same way each time', async () => {
  const part = (seed: number) => clusters({ perClass: 30, classes: 4, columns: 6, spread: 0.2, seed, scale: 1000 });
  const data = { train: part(1), validation: part(2), test: part(3) };
  const first = await linearProbe(data, 4);
  expect(first.accuracy).toBe(1);
  expect(await linearProbe(data, 4)).toEqual(first);
});

it('finds nothing where the labels have nothing to do with the features', async () => {
  const part = (seed: number): Labelled => {
    const { features, labels } = clusters({ perClass: 100, classes: 4, columns: 6, spread: 1, seed });
    return { features, labels: labels.map((_, i) => (i * 7 + (i >> 3)) % 4) };
  };
  const { accuracy } = await linearProbe({ train: part(1), validation: part(2), test: part(3) }, 4);
  expect(accuracy).toBeGreaterThan(0.15); // chance is 0.25 ± 0.02
  expect(accuracy).toBeLessThan(0.35);
});

it('stops when its tick throws', async () => {
  const part = clusters({ perClass: 10, classes: 2, columns: 3, spread: 1, seed: 1 });
  const stopped = linearProbe({ train: part, validation: part, test: part }, 2, () => {
    throw new Error('stopped');
  });
  await expect(stopped).rejects.toThrow('stopped');
});
