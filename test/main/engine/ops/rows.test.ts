import { expect, it } from 'vitest';
import {
  distinct,
  evaluate,
  expectGradient,
  expectSameOnWebgpu,
  expectStaysOnWebgpu,
  expectValue,
  integers,
  normal,
  sample,
} from '#test/numeric';

const table = sample([3, 2], [1, 2, 3, 4, 5, 6]);
const indices = { shape: [4], dtype: 'int32', data: Int32Array.from([2, 0, 2, 1]) } as const;

it('gather reads rows, scatterAdd adds them up', async () => {
  await expectValue((t, i) => t.gather(i), [table, indices], [5, 6, 1, 2, 5, 6, 3, 4]);
  const rows = sample([4, 2], [1, 1, 10, 10, 100, 100, 1000, 1000]);
  await expectValue((t, i, r) => t.scatterAdd(i, r), [table, indices, rows], [11, 12, 1003, 1004, 106, 107]);
});

it('each row collects the gradients of all places that read it', async () => {
  await expectGradient((t, i) => t.gather(i), normal([5, 3]), integers([2, 4], 5));
  await expectGradient((t, i, r) => t.scatterAdd(i, r), normal([5, 3]), integers([2, 4], 5), normal([2, 4, 3]));
});

it('works with positions that argMin found', () =>
  expectGradient((t, x) => t.gather(x.stopGradient().argMin(1)), normal([4, 2]), distinct([3, 4])));

it('oneHot has a one at each position', async () => {
  await expectValue((i) => i.oneHot(3), [indices], [0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0]);
  await expectValue((x) => x.argMax(1).oneHot(2), [table], [0, 1, 0, 1, 0, 1]);
  await expectSameOnWebgpu(
    (i, x) =>
      x
        .argMax(1)
        .oneHot(2)
        .concat([i.reshape([2, 2]).cast('float32')]),
    indices,
    table,
  );
});

it('where chooses, and sends the gradient to the chosen branch', async () => {
  await expectGradient(
    (c, a, b) => c.greater(0).where(a, b),
    sample([3, 1], [-1, 2, 3]),
    normal([3, 2]),
    normal([2], 2),
  );
});

it('wants integers as positions and rows that fit', async () => {
  await expect(evaluate((t, i) => t.gather(i), table, normal([2]))).rejects.toThrow(
    'gather: indices must be int32 or int64, got float32 [2]',
  );
  await expect(evaluate((t, i, r) => t.scatterAdd(i, r), table, indices, normal([4, 3]))).rejects.toThrow(
    'scatterAdd: parts must be [4, 2], got [4, 3]',
  );
});

it('gathers and adds along any axis', async () => {
  const x = sample([2, 3], [1, 2, 3, 4, 5, 6]);
  const at = { shape: [4], dtype: 'int32', data: Int32Array.of(2, 0, 2, 1) } as const;
  await expectValue((t, i) => t.gather(i, 1), [x, at], [3, 1, 3, 2, 6, 4, 6, 5]);
  const parts = sample([2, 4], [1, 10, 100, 1000, 2, 20, 200, 2000]);
  await expectValue((t, i, r) => t.scatterAdd(i, r, 1), [x, at, parts], [11, 1002, 104, 24, 2005, 208]);
});

it('positions found on WebGPU stay there, all the way to one-hot rows', () =>
  expectStaysOnWebgpu([
    { compute: (x) => x.argMax(1).oneHot(3), samples: [normal([4, 3])] },
    { compute: (t, x) => t.gather(x.stopGradient().argMin(1)), samples: [normal([3, 2]), distinct([4, 3])] },
    { compute: (x) => x.topK(2).indices.slice(1, 0, 1).equal(1).any(1), samples: [distinct([4, 3])] },
  ]));
