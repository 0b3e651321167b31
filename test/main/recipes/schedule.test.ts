import { expect, it } from 'vitest';
import { learningRateAt } from '#main/recipes/schedule';

const cosine = { learningRate: 1, steps: 110, warmup: 10, schedule: 'cosine' } as const;

it('climbs in a straight line to its peak at the end of the warm-up', () => {
  expect(learningRateAt(cosine, 1)).toBeCloseTo(0.1, 12);
  expect(learningRateAt(cosine, 5)).toBeCloseTo(0.5, 12);
  expect(learningRateAt(cosine, 10)).toBe(1);
});

it('cosine: at the peak after the warm-up, at half of it half-way, near 0 and above it at the end', () => {
  expect(learningRateAt(cosine, 11)).toBe(1);
  expect(learningRateAt(cosine, 61)).toBeCloseTo(0.5, 12);
  expect(learningRateAt(cosine, 110)).toBeGreaterThan(0);
  expect(learningRateAt(cosine, 110)).toBeLessThan(0.001);
});

it('never rises after the warm-up', () => {
  for (let step = 11; step < 110; step++)
    expect(learningRateAt(cosine, step + 1)).toBeLessThan(learningRateAt(cosine, step));
});

it('constant stays at the peak', () => {
  expect(learningRateAt({ ...cosine, schedule: 'constant' }, 50)).toBe(1);
  expect(learningRateAt({ ...cosine, schedule: 'constant', warmup: 0 }, 1)).toBe(1);
});

it('a run shorter than its warm-up is all warm-up', () => {
  expect(learningRateAt({ ...cosine, steps: 5 }, 5)).toBeCloseTo(0.5, 12);
});
