import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addToSpark, emptySpark, sparkValues } from '#main/store/spark';

const pointsOf = (values: readonly number[]) => values.map((value, at) => ({ step: at + 1, value }));
const spark = (values: readonly number[]) => {
  const made = emptySpark();
  addToSpark(made, pointsOf(values));
  return made;
};
const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });

it('keeps a short curve as it is', () => {
  expect(sparkValues(spark([3, 1, 2]))).toEqual([3, 1, 2]);
});

it('never holds more than 64 values, and always the least and the greatest of all', () => {
  fc.assert(
    fc.property(fc.array(finite, { minLength: 1, maxLength: 3000 }), (values) => {
      const kept = sparkValues(spark(values));
      expect(kept.length).toBeLessThanOrEqual(64);
      expect(Math.min(...kept)).toBe(Math.min(...values));
      expect(Math.max(...kept)).toBe(Math.max(...values));
    }),
    { seed: 1, numRuns: 50 },
  );
});

it('is the same whether points come one by one or all at once', () => {
  fc.assert(
    fc.property(fc.array(finite, { minLength: 1, maxLength: 500 }), (values) => {
      const slow = emptySpark();
      for (const point of pointsOf(values)) addToSpark(slow, [point]);
      expect(slow).toEqual(spark(values));
    }),
    { seed: 2, numRuns: 50 },
  );
});

it('does not change when steps are done again with the same values', () => {
  const values = Array.from({ length: 700 }, (_, at) => Math.sin(at / 20) + 1 / (at + 1));
  const once = spark(values);
  const twice = spark(values);
  addToSpark(twice, pointsOf(values).slice(400));
  expect(twice).toEqual(once);
});

it('leaves out what is not a number', () => {
  expect(sparkValues(spark([1, Number.NaN, Number.POSITIVE_INFINITY, 2]))).toEqual([1, 2]);
});
