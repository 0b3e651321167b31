import { expect, it } from 'vitest';
import { stream } from '#main/engine/random';
import { meanInterval } from '#main/evaluation/bootstrap';

function uniform(seed: number): () => number {
  const all = stream(seed).uniform(400_000);
  let at = 0;
  return () => all[at++ % all.length]!;
}

it('the interval of a share is that of the binomial distribution', () => {
  const values = Uint8Array.from({ length: 400 }, (_, i) => (i < 100 ? 1 : 0));
  const { low, high } = meanInterval(values, uniform(1));
  const deviation = Math.sqrt((0.25 * 0.75) / 400);
  expect(low).toBeGreaterThan(0.25 - 2.3 * deviation);
  expect(low).toBeLessThan(0.25 - 1.6 * deviation);
  expect(high).toBeGreaterThan(0.25 + 1.6 * deviation);
  expect(high).toBeLessThan(0.25 + 2.3 * deviation);
});

it('what never varies has an interval without width; nothing has none', () => {
  expect(meanInterval([1, 1, 1], uniform(2))).toEqual({ low: 1, high: 1 });
  expect(() => meanInterval([], uniform(2))).toThrow('at least one value');
});
