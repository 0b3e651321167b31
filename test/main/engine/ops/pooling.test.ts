import { describe, expect, it } from 'vitest';
import { avgPool2d, maxPool2d, upsample } from '#main/engine/functions/image';
import { distinct, evaluate, expectGradient, expectValue, normal, sample } from '#test/numeric';

const image = sample([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]);

it('upsample repeats pixels', () =>
  expectValue((x) => upsample(x), [image], [1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 4, 4, 5, 5, 6, 6]));

it('pooling takes whole blocks and drops an incomplete edge', async () => {
  await expectValue((x) => maxPool2d(x, 2), [image], [5]);
  await expectValue((x) => avgPool2d(x, 2), [image], [3]);
});

describe.each([{ shape: [2, 3, 4, 6] }, { shape: [1, 1, 5, 3] }, { shape: [1, 2, 2, 2] }])('$shape', ({ shape }) => {
  it('has the gradients that central differences predict', async () => {
    await expectGradient((x) => upsample(x), normal(shape));
    await expectGradient((x) => maxPool2d(x, 2), distinct(shape));
    await expectGradient((x) => avgPool2d(x, 2), normal(shape));
  });
});

it('says when a block does not fit', async () => {
  await expect(evaluate((x) => maxPool2d(x, 3), normal([1, 1, 2, 2]))).rejects.toThrow(
    'maxPool2d: blocks of 3 do not fit into [1, 1, 2, 2]',
  );
});
