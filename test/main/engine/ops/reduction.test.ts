import { describe, expect, it } from 'vitest';
import {
  distinct,
  evaluate,
  expectGradient,
  expectSameOnWebgpu,
  expectValue,
  normal,
  numbers,
  sample,
} from '#test/numeric';

const cases = [
  { shape: [3, 5], axes: [0] },
  { shape: [3, 5], axes: [-1] },
  { shape: [2, 3, 4, 5], axes: [0, 2, 3] },
  { shape: [2, 1, 3], axes: [1] },
  { shape: [4], axes: undefined },
];

describe.each(cases)('over axes $axes of $shape', ({ shape, axes }) => {
  const x = normal(shape);

  it.each([true, false])('sum, mean, sumSquares and max have the right gradients (axes kept: %s)', async (keep) => {
    await expectGradient((a) => a.sum(axes, keep), x);
    await expectGradient((a) => a.mean(axes, keep), x);
    await expectGradient((a) => a.sumSquares(axes, keep), x);
    await expectGradient((a) => a.max(axes, keep), distinct(shape));
    await expectGradient((a) => a.variance(axes, keep), x);
  });

  it('mean is sum over count, sumSquares is the sum of squares', async () => {
    const total = await numbers((a) => a.sum(axes), x);
    const size = x.data.length / total.length;
    await expectValue(
      (a) => a.mean(axes),
      [x],
      total.map((value) => value / size),
    );
    await expectValue((a) => a.sumSquares(axes), [x], await numbers((a) => a.square().sum(axes), x));
  });
});

const matrix = sample([2, 3], [1, 5, 2, 9, -3, 4]);

it('max and positions of extremes', async () => {
  await expectValue((x) => x.max(1), [matrix], [5, 9]);
  expect(await numbers((x) => x.argMax(1), matrix)).toEqual([1, 0]);
  expect(await numbers((x) => x.argMin(0), matrix)).toEqual([0, 1, 0]);
  await expectSameOnWebgpu((x) => x.argMin(0), matrix);
});

it('positions leave a program as int32', async () => {
  expect((await evaluate((x) => x.argMax(1), matrix)).data).toBeInstanceOf(Int32Array);
});

it('names the legal axes and the shape when the axis is wrong', async () => {
  await expect(evaluate((x) => x.sum(2), normal([3, 5]))).rejects.toThrow(
    'sum: axis must lie in [-2, 1] for shape [3, 5], got 2',
  );
});

it('min is the smallest, and log-sum-exp finite at ±1000 on every device', async () => {
  await expectValue((x) => x.min(1), [matrix], [1, -3]);
  const large = sample([3, 2], [1000, 1000, -1000, -1000, 0, 1]);
  const wanted = [1000 + Math.LN2, -1000 + Math.LN2, Math.log(1 + Math.E)];
  await expectValue((x) => x.logSumExp(1), [large], wanted);
  await expectSameOnWebgpu((x) => x.logSumExp(1), large);
  await expectSameOnWebgpu((x) => x.logSumExp(0, true), large);
});
