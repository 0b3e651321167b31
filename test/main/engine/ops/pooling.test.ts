import { describe, expect, it } from 'vitest';
import { distinct, evaluate, expectGradient, expectValue, normal, sample } from '#test/numeric';

const image = sample([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]);

it('upsample repeats pixels', () =>
  expectValue(
    (x) => x.upsample2x(),
    [image],
    [1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 4, 4, 5, 5, 6, 6],
  ));

it('pooling takes whole blocks and drops an incomplete edge', async () => {
  await expectValue((x) => x.maxPool2d(2), [image], [5]);
  await expectValue((x) => x.avgPool2d(2), [image], [3]);
});

describe.each([{ shape: [2, 3, 4, 6] }, { shape: [1, 1, 5, 3] }, { shape: [1, 2, 2, 2] }])('$shape', ({ shape }) => {
  it('has the gradients that central differences predict', async () => {
    await expectGradient((x) => x.upsample2x(), normal(shape));
    await expectGradient((x) => x.maxPool2d(2), distinct(shape));
    await expectGradient((x) => x.avgPool2d(2), normal(shape));
  });
});

it('says when a block does not fit', async () => {
  await expect(evaluate((x) => x.maxPool2d(3), normal([1, 1, 2, 2]))).rejects.toThrow(
    'maxPool2d: blocks of 3 do not fit into [1, 1, 2, 2]',
  );
});
