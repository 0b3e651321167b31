import { describe, expect, it } from 'vitest';
import { assign } from '#main/evaluation/assignment';
import { clusterAccuracy, contingency, kMeans, normalisedMutualInformation, purity } from '#main/evaluation/clustering';
import { clusters, uniform } from './clusters';

describe('the assignment', () => {
  it('is the best of all permutations', () => {
    const random = uniform(5);
    const weight = Array.from({ length: 6 }, () => Array.from({ length: 6 }, () => Math.floor(random() * 20)));
    const value = (columns: ArrayLike<number>) => weight.reduce((sum, row, i) => sum + row[columns[i]!]!, 0);
    const permutations = (left: number[]): number[][] =>
      left.length === 0 ? [[]] : left.flatMap((x) => permutations(left.filter((y) => y !== x)).map((p) => [x, ...p]));
    const best = Math.max(...permutations([0, 1, 2, 3, 4, 5]).map(value));
    expect(value(assign(weight))).toBe(best);
  });

  it('leaves clusters over where there are more of them than classes', () => {
    expect([
      ...assign([
        [1, 9],
        [8, 2],
        [3, 3],
      ]),
    ]).toEqual([1, 0, -1]);
    expect([...assign([[5, 1, 2]])]).toEqual([0]);
  });
});

describe('clusters against classes', () => {
  const perfect = [
    [0, 5],
    [7, 0],
  ];
  const useless = [
    [2, 2],
    [2, 2],
  ];
  it('names do not matter', () => {
    expect(clusterAccuracy(perfect)).toBe(1);
    expect(normalisedMutualInformation(perfect)).toBeCloseTo(1, 12);
  });
  it('chance is chance', () => {
    expect(clusterAccuracy(useless)).toBe(0.5);
    expect(normalisedMutualInformation(useless)).toBeCloseTo(0, 12);
  });
  it('accuracy lets a class name one cluster, purity many', () => {
    const split = [
      [3, 0],
      [3, 0],
      [0, 4],
    ];
    expect(purity(split)).toBe(1);
    expect(clusterAccuracy(split)).toBeCloseTo(0.7, 12);
  });
});

it('k-means finds clouds that lie apart, the same ones for the same seed', async () => {
  const { features, labels } = clusters({ perClass: 30, classes: 4, columns: 5, spread: 0.3, seed: 2 });
  const run = () => kMeans(features, { k: 4, random: uniform(1) });
  const found = await run();
  expect(clusterAccuracy(contingency(found.clusters, labels, 4, 4))).toBe(1);
  expect(await run()).toEqual(found);
});
