import { describe, expect, it } from 'vitest';
import { evaluate, expectClose, expectGradient, expectValue, normal, numbers, sample } from '#test/numeric';

const logits = normal([3, 5], 7);

describe.each([{ axis: -1 }, { axis: 0 }])('along axis $axis', ({ axis }) => {
  it('probabilities sum to 1, and logSoftmax is their logarithm', async () => {
    const sums = await numbers((x) => x.softmax(axis).sum(axis), logits);
    expectClose(
      sums,
      sums.map(() => 1),
    );
    await expectValue((x) => x.logSoftmax(axis), [logits], await numbers((x) => x.softmax(axis).log(), logits));
  });

  it('has the gradient that central differences predict', async () => {
    await expectGradient((x) => x.softmax(axis), logits);
    await expectGradient((x) => x.logSoftmax(axis), logits);
  });
});

it('stays finite at logits of 1000', async () => {
  const y = await numbers((x) => x.logSoftmax(), sample([3], [1000, 0, -1000]));
  expectClose(y, [0, -1000, -2000]);
});

it('names the legal axes and the shape when the axis is wrong', async () => {
  await expect(evaluate((x) => x.logSoftmax(2), logits)).rejects.toThrow(
    'logSoftmax: axis must lie in [-2, 1] for shape [3, 5], got 2',
  );
});
