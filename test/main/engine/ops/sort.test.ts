import { describe, expect, it } from 'vitest';
import {
  distinct,
  evaluate,
  expectGradient,
  expectStaysOnWebgpu,
  expectValue,
  normal,
  numbers,
  sample,
} from '#test/numeric';

const x = sample([2, 4], [3, 1, 4, 1, -5, 9, 2, 6]);

describe('top k', () => {
  it('gives the largest, or smallest, in order, with their positions; the first of equal ones', async () => {
    await expectValue((t) => t.topK(2).values, [x], [4, 3, 9, 6]);
    expect(await numbers((t) => t.topK(2).indices, x)).toEqual([2, 0, 1, 3]);
    expect(await numbers((t) => t.topK(2, 1, { largest: false }).indices, x)).toEqual([1, 3, 0, 2]);
    await expectValue((t) => t.topK(1, 0).values, [x], [3, 9, 4, 6]);
    expect((await evaluate((t) => t.topK(2).indices, x)).data).toBeInstanceOf(Int32Array);
  });

  it('sends the gradient to the chosen elements', async () => {
    await expectGradient((t) => t.topK(2).values, distinct([3, 5]));
    await expectGradient((t) => t.topK(1, 0, { largest: false }).values, distinct([5, 1]));
  });

  it('says which k there are', async () => {
    await expect(evaluate((t) => t.topK(5).values, x)).rejects.toThrow(
      'topK: k must lie in [1, 4], the size of axis 1 of [2, 4], got 5',
    );
  });
});

describe('sort', () => {
  it('orders an axis both ways and says where each came from', async () => {
    await expectValue((t) => t.sort().values, [x], [1, 1, 3, 4, -5, 2, 6, 9]);
    await expectValue((t) => t.sort(1, { descending: true }).values, [x], [4, 3, 1, 1, 9, 6, 2, -5]);
    expect(await numbers((t) => t.sort().indices, x)).toEqual([1, 3, 0, 2, 0, 2, 3, 1]);
  });

  it('has the gradient that central differences predict, on WebGPU too', async () => {
    await expectGradient((t) => t.sort(0).values, distinct([7, 2]));
    await expectStaysOnWebgpu([
      { compute: (t) => t.sort(1, { descending: true }).values, samples: [distinct([3, 5])] },
    ]);
  });
});

it('running sums go either way, with the element or without', async () => {
  const row = sample([4], [1, 2, 3, 4]);
  await expectValue((t) => t.cumsum(), [row], [1, 3, 6, 10]);
  await expectValue((t) => t.cumsum(0, { exclusive: true }), [row], [0, 1, 3, 6]);
  await expectValue((t) => t.cumsum(0, { reverse: true }), [row], [10, 9, 7, 4]);
  await expectValue((t) => t.cumsum(0).cumsum(1), [sample([2, 2], [1, 2, 3, 4])], [1, 3, 4, 10]);
});

it('elements along an axis are read and added one by one', async () => {
  const at = { shape: [2, 3], dtype: 'int32', data: Int32Array.of(3, 0, 3, 1, 1, 2) } as const;
  await expectValue((t, i) => t.takeAlong(i), [x, at], [1, 3, 1, 9, 9, 2]);
  const values = sample([2, 3], [1, 10, 100, 1, 10, 100]);
  await expectValue((t, i, v) => t.addAlong(i, v), [x, at, values], [13, 1, 4, 102, -5, 20, 102, 6]);
  await expect(evaluate((t, i) => t.takeAlong(i, 1), normal([1, 4]), at)).rejects.toThrow(
    'takeAlong: indices [2, 3] do not lie in [1, 4] beside axis 1',
  );
});
