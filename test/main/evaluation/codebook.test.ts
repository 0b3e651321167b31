import { expect, it } from 'vitest';
import { countCodes, usageOf } from '#main/evaluation';

it('K codes chosen evenly have perplexity K and log2 K bits', () => {
  const usage = usageOf([5, 5, 5, 5, 5, 5, 5, 5]);
  expect(usage.perplexity).toBeCloseTo(8, 12);
  expect(usage.perplexityShare).toBeCloseTo(1, 12);
  expect(usage.entropyBits).toBeCloseTo(3, 12);
  expect(usage).toMatchObject({ total: 40, used: 8, usedShare: 1 });
});

it('one code alone has perplexity 1, whatever the size of the codebook', () => {
  const usage = usageOf([0, 0, 9, 0]);
  expect(usage.perplexity).toBe(1);
  expect(usage).toMatchObject({
    used: 1,
    usedShare: 0.25,
    entropyBits: 0,
    blank: { code: 2, share: 1, perplexity: 0 },
  });
});

it('perplexity without the blank code is that of the others alone', () => {
  const { blank, perplexity } = usageOf([90, 5, 5]);
  expect(blank).toMatchObject({ code: 0, share: 0.9 });
  expect(blank.perplexity).toBeCloseTo(2, 12);
  expect(perplexity).toBeCloseTo(Math.exp(-(0.9 * Math.log(0.9) + 0.1 * Math.log(0.05))), 12);
});

it('nothing counted is nothing used', () => {
  expect(usageOf([0, 0])).toMatchObject({ total: 0, used: 0, perplexity: 0, entropyBits: 0 });
});

it('counts codes where they fall', () => {
  const counts = new Float64Array(3);
  countCodes(counts, Int32Array.of(2, 0, 2));
  expect([...counts]).toEqual([1, 0, 2]);
});
