import { describe, expect, it } from 'vitest';
import { ntXent } from '#main/engine';
import { stream } from '#main/engine/random';
import { matchAccuracy, ntXentOf, similarities } from '#main/recipes/contrastive/figures';
import { numbers, sample } from '#test/numeric';

const matrix = (data: Float32Array, columns: number) => ({ rows: data.length / columns, columns, data });
const [a, b] = [matrix(stream(1).normal(24), 4), matrix(stream(2).normal(24), 4)];
const unit = (place: number, columns: number) => Array.from({ length: columns }, (_, j) => (j === place ? 1 : 0));
const axes = matrix(Float32Array.from([0, 1, 2, 3].flatMap((place) => unit(place, 4))), 4);

describe('NT-Xent in float64', () => {
  it('is what the engine trains', async () => {
    for (const temperature of [0.1, 0.5]) {
      const views = [a, b].map(({ data }) => sample([6, 4], [...data]));
      const [value] = await numbers((x, y) => ntXent(x!, y!, temperature), ...views);
      expect(ntXentOf({ first: a, second: b }, temperature)).toBeCloseTo(value!, 5);
    }
  });

  it('is ln(2N − 1) where all views are alike, near 0 where only partners are, and the same with views changed', () => {
    const same = matrix(new Float32Array(24).fill(1), 4);
    expect(ntXentOf({ first: same, second: same }, 0.5)).toBeCloseTo(Math.log(11), 9);
    expect(ntXentOf({ first: axes, second: axes }, 0.02)).toBeLessThan(1e-9);
    expect(ntXentOf({ first: a, second: b }, 0.5)).toBeCloseTo(ntXentOf({ first: b, second: a }, 0.5), 12);
  });
});

it('every view finds its partner where only partners are alike, none where all are', () => {
  expect(matchAccuracy({ first: axes, second: axes })).toBe(1);
  const same = matrix(new Float32Array(24).fill(1), 4);
  expect(matchAccuracy({ first: same, second: same })).toBe(0);
});

it('likeness is symmetric, 1 with itself', () => {
  const all = similarities({ first: a, second: b });
  for (let i = 0; i < 12; i++) {
    expect(all[i * 12 + i]).toBeCloseTo(1, 6);
    for (let k = 0; k < 12; k++) expect(all[i * 12 + k]).toBe(all[k * 12 + i]);
  }
});
