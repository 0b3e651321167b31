import { expect, it } from 'vitest';
import { stream } from '#main/engine';
import { auroc, curveOf, recallAt } from '#main/evaluation/ranking';
import { rankingIntervals } from '#main/evaluation/ranking-intervals';

/** Normal items from N(0, 1), a third as many anomalies from N(1.5, 1). */
function drawn(seed: number, n: number) {
  const noise = stream(seed).normal(n);
  const positive = Uint8Array.from({ length: n }, (_, i) => (i % 4 === 0 ? 1 : 0));
  return { scores: noise.map((value, i) => value + 1.5 * positive[i]!), positive };
}
const uniform = (seed: number) => {
  const values = stream(seed).uniform(100_003);
  let at = 0;
  return () => values[at++ % values.length]!;
};

it('a 95 % interval holds the true area about 95 times in 100', () => {
  const truth = 0.8556; // Φ(1.5 / √2)
  let held = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const { auroc: found } = rankingIntervals(drawn(seed, 240), { auroc }, uniform(seed + 1000));
    if (found.low <= truth && truth <= found.high) held++;
  }
  expect(held).toBeGreaterThanOrEqual(51);
});

it('narrows with the root of the number of items, and holds the figure itself', () => {
  const width = (n: number) => {
    const ranked = drawn(3, n);
    const { auroc: found } = rankingIntervals(ranked, { auroc }, uniform(5));
    const own = auroc(curveOf(ranked));
    expect(found.low).toBeLessThan(own);
    expect(found.high).toBeGreaterThan(own);
    return found.high - found.low;
  };
  expect(width(200) / width(3200)).toBeGreaterThan(2.5);
});

it('all figures come from the same samples, ties and all', () => {
  const ranked = { scores: Float64Array.from([1, 1, 1, 1]), positive: Uint8Array.from([1, 0, 1, 0]) };
  const { auroc: area, recall } = rankingIntervals(
    ranked,
    { auroc, recall: (curve) => recallAt(curve, 0.01) },
    uniform(1),
  );
  expect(area).toEqual({ low: 0.5, high: 0.5 });
  expect(recall).toEqual({ low: 0, high: 0 });
});
