import { expect, it } from 'vitest';
import { knn } from '#main/evaluation';
import { largestOf } from '#main/evaluation/knn';
import { clusters } from './clusters';

const rows = (...data: number[][]) => ({
  rows: data.length,
  columns: data[0]!.length,
  data: Float32Array.from(data.flat()),
});

it('goes by direction, not by length', async () => {
  const train = { features: rows([1, 0], [0, 1]), labels: Int32Array.of(0, 1) };
  const test = { features: rows([100, 1], [0.001, 0.01]), labels: Int32Array.of(0, 1) };
  const { guesses } = await knn(train, test, 2, { k: 1 });
  expect([...guesses]).toEqual([0, 1]);
});

it('lets one close neighbour outvote two far ones: weights are exp(s / 0.07)', async () => {
  const train = { features: rows([1, 0], [0.5, 0.866], [0.5, 0.866]), labels: Int32Array.of(0, 1, 1) };
  const test = { features: rows([1, 0.1]), labels: Int32Array.of(0) };
  expect((await knn(train, test, 2, { k: 3 })).accuracy).toBe(1);
  expect((await knn(train, test, 2, { k: 3, temperature: 1e6 })).accuracy).toBe(0); // plain majority
});

it('finds every class of well-separated clouds', async () => {
  const part = (seed: number) => clusters({ perClass: 25, classes: 5, columns: 8, spread: 0.2, seed });
  expect((await knn(part(1), part(2), 5)).accuracy).toBe(1);
});

it('keeps the k largest, the earlier of equals first', () => {
  expect(largestOf(Float64Array.of(1, 5, 3, 5, 2), 3)).toEqual([1, 3, 2]);
  expect(largestOf(Float64Array.of(1), 3)).toEqual([0]);
});
