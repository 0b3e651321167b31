import { describe, expect, it } from 'vitest';
import type { Tensor } from '#main/engine/tensor';
import { evaluate, expectGradient, expectStaysOnWebgpu, expectValue, normal, numbers, sample } from '#test/numeric';

const x = normal([2, 3, 4]);
const matrix = sample([2, 3], [1, 2, 3, 4, 5, 6]);

describe.each<[string, (x: Tensor) => Tensor, number[]]>([
  ['reshape', (a) => a.reshape([4, 6]), [4, 6]],
  ['reshape with one open size', (a) => a.reshape([2, -1]), [2, 12]],
  ['transpose', (a) => a.transpose(), [4, 3, 2]],
  ['transpose by an order', (a) => a.transpose([1, 0, 2]), [3, 2, 4]],
  ['broadcastTo', (a) => a.slice(1, 0, 1).broadcastTo([5, 2, 3, 4]), [5, 2, 3, 4]],
  ['sumTo', (a) => a.sumTo([3, 1]), [3, 1]],
  ['concat', (a) => a.concat([a.scale(2), a.slice(1, 0, 1)], 1), [2, 7, 4]],
  ['slice', (a) => a.slice(2, 1, -1), [2, 3, 2]],
  [
    'pad',
    (a) =>
      a.pad(
        [
          [0, 1],
          [2, 0],
          [0, 0],
        ],
        7,
      ),
    [3, 5, 4],
  ],
])('%s', (_, compute, shape) => {
  it('has its shape and its gradient', async () => {
    expect((await evaluate(compute, x)).shape).toEqual(shape);
    await expectGradient(compute, x);
  });
});

it('moves elements where they belong', async () => {
  await expectValue((a) => a.transpose(), [matrix], [1, 4, 2, 5, 3, 6]);
  await expectValue((a) => a.slice(1, 1), [matrix], [2, 3, 5, 6]);
  await expectValue(
    (a) =>
      a.pad(
        [
          [0, 0],
          [1, 0],
        ],
        9,
      ),
    [matrix],
    [9, 1, 2, 3, 9, 4, 5, 6],
  );
  await expectValue((a) => a.concat([a], 1), [matrix], [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]);
  await expectValue((a) => a.sumTo([1, 3]), [matrix], [5, 7, 9]);
});

it('slices by steps, flips, splits, stacks and repeats', async () => {
  await expectValue((a) => a.slice(1, 0, 3, 2), [matrix], [1, 3, 4, 6]);
  await expectValue((a) => a.flip(1), [matrix], [3, 2, 1, 6, 5, 4]);
  await expectValue((a) => a.flip(0), [matrix], [4, 5, 6, 1, 2, 3]);
  await expectValue((a) => a.split(3, 1)[1]!, [matrix], [2, 5]);
  await expectValue((a) => a.split([1, 2], 1)[1]!, [matrix], [2, 3, 5, 6]);
  await expectValue((a) => a.stack([a.scale(10)], 1), [matrix], [1, 2, 3, 10, 20, 30, 4, 5, 6, 40, 50, 60]);
  await expectValue((a) => a.tile(2, 1), [matrix], [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]);
  await expectValue((a) => a.repeat(2, 1), [matrix], [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
  await expectValue((a) => a.tile(2, 0), [matrix], [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
  await expectValue((a) => a.trilu(), [matrix], [1, 0, 0, 4, 5, 0]);
  await expectValue((a) => a.trilu({ upper: true, offset: 1 }), [matrix], [0, 2, 3, 0, 0, 6]);
  await expectGradient((a) => a.tile(3, 0).mul(a.repeat(3, 0)), matrix);
  await expectGradient((a) => a.stack([a.square(), a.exp()], -1), normal([3, 1]));
});

it('moves integers on WebGPU too', async () => {
  const i = { shape: [2, 3], dtype: 'int32', data: Int32Array.of(1, 2, 3, 4, 5, 6) } as const;
  const moved = (x: Tensor) =>
    x
      .slice(1, 0, 3, 2)
      .concat([x.flip(1), x.transpose().reshape([2, 3])], 1)
      .tile(2, 0);
  expect(await numbers(moved, i)).toEqual([
    1,
    3,
    3,
    2,
    1,
    1,
    4,
    2,
    4,
    6,
    6,
    5,
    4,
    5,
    3,
    6,
    ...[1, 3, 3, 2, 1, 1, 4, 2, 4, 6, 6, 5, 4, 5, 3, 6],
  ]);
  await expectStaysOnWebgpu([{ compute: moved, samples: [i] }]);
});

it('transposing twice gives the tensor back', async () => {
  expect(await numbers((a) => a.transpose([2, 0, 1]).transpose([1, 2, 0]), x)).toEqual(Array.from(x.data, Number));
});

it.each<[(a: Tensor) => Tensor, string]>([
  [(a) => a.reshape([5, 5]), 'reshape: [2, 3, 4] has [24] elements, [5, 5] has another number'],
  [(a) => a.reshape([5, -1]), 'reshape: [2, 3, 4] does not divide into [5, -1]'],
  [(a) => a.transpose([0, 0, 1]), 'transpose: needs each axis of [2, 3, 4] once, got [0,0,1]'],
  [(a) => a.split([1, 1], 1)[0]!, 'split: parts [1,1] do not add up to axis 1 of [2, 3, 4]'],
  [(a) => a.slice(1, 0, 2, 0), 'slice: [0, 2) with step 0 is not inside axis 1 of [2, 3, 4]'],
  [(a) => a.slice(1, 2, 9), 'slice: [2, 9) is not inside axis 1 of [2, 3, 4]'],
  [(a) => a.concat([a.slice(2, 0, 1)], 0), 'concat: float32 [2, 3, 1] does not join float32 [2, 3, 4] along axis 0'],
  [(a) => a.broadcastTo([2, 5, 4]), 'broadcastTo: shapes [2, 3, 4] and [2, 5, 4] do not broadcast'],
  [(a) => a.pad([[1, 1]]), 'pad: needs [before, after] for each axis of [2, 3, 4], got 1'],
])('refuses what does not fit, case %#', async (compute, message) => {
  await expect(evaluate(compute, x)).rejects.toThrow(message);
});
