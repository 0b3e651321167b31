import { describe, expect, it } from 'vitest';
import { exactNeighbours, Umap } from '#main/projection';
import { curveOf, memberships } from '#main/projection/umap';
import { clouds, uniform } from './clouds';

describe('UMAP', () => {
  const n = 300;
  const { x, labels } = clouds(n, 5, 4);
  const start = Float32Array.from({ length: 2 * n }, (_, at) => x[Math.floor(at / 2) * 10 + (at % 2)]!);
  const run = (epochs: number) => {
    const umap = new Umap(exactNeighbours(x, n, 15), start, { epochs, random: uniform(1) });
    for (let epoch = 0; epoch < epochs; epoch++) umap.step();
    return umap.y;
  };

  it('fits the published curve: minDist 0.1 gives a = 1.577, b = 0.895', () => {
    const [a, b] = curveOf(0.1);
    expect(a).toBeCloseTo(1.577, 2);
    expect(b).toBeCloseTo(0.895, 2);
  });

  it('memberships of each item sum to log₂ k, the nearest one being 1', () => {
    const k = 15;
    const weights = memberships(exactNeighbours(x, n, k));
    for (let i = 0; i < n; i += 31) {
      const own = weights.subarray(i * k, (i + 1) * k);
      expect(own[0]).toBe(1);
      expect(own.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(Math.log2(k), 3);
    }
  });

  it('keeps the classes together', () => {
    const { index } = exactNeighbours(Float32Array.from(run(200)), n, 1);
    expect(labels.filter((label, i) => labels[index[i]!] === label).length / n).toBeGreaterThan(0.95);
  });

  it('is the same each time, and finite where items are equal', () => {
    expect(run(20)).toEqual(run(20));
    const same = new Float32Array(20 * 3);
    const umap = new Umap(exactNeighbours(same, 20, 5), new Float32Array(40), { epochs: 20, random: uniform(2) });
    for (let epoch = 0; epoch < 20; epoch++) umap.step();
    expect(umap.y.every(Number.isFinite)).toBe(true);
  });
});
