import { describe, expect, it } from 'vitest';
import { gradients } from '#main/engine/gradient';
import { evaluate, expectGradient, expectValue, normal, numbers, sample } from '#test/numeric';

describe('the gradient check itself', () => {
  it('catches a gradient that is spoilt on purpose', async () => {
    // straightThrough claims that d(x²)/dx = 1
    await expect(expectGradient((x) => x.straightThrough(x.square()), normal([3, 2]))).rejects.toThrow(
      /gradient of input 0: element \d+ is/,
    );
  });

  it('catches an error of one percent', async () => {
    const spoilt = (x: Parameters<Parameters<typeof evaluate>[0]>[0]) => x.scale(1.01).straightThrough(x);
    await expect(expectGradient(spoilt, normal([4]))).rejects.toThrow('gradient of input 0');
  });
});

describe('gradients', () => {
  it('add up where a tensor is used twice', () =>
    expectValue((x) => gradients(x.mul(x).add(x.scale(3)).sum(), [x])[0]!, [sample([2], [1, -2])], [5, -1]));

  it('are zero where the loss does not depend on the tensor', async () => {
    expect(await numbers((x, y) => gradients(x.sum(), [y])[0]!, normal([2]), normal([3]))).toEqual([0, 0, 0]);
  });

  it('of gradients are second derivatives: (x³)″ = 6x', () =>
    expectValue(
      (x) => gradients(gradients(x.square().mul(x).sum(), [x])[0]!.sum(), [x])[0]!,
      [sample([3], [1, 2, -3])],
      [6, 12, -18],
    ));

  it('stop at stopGradient', () =>
    expectValue((x) => gradients(x.mul(x.stopGradient()).sum(), [x])[0]!, [sample([2], [4, 5])], [4, 5]));

  it('pass straight through: value of one tensor, gradient to another', async () => {
    const [z, q] = [sample([2], [0.2, 0.9]), sample([2], [0, 1])];
    await expectValue((a, b) => a.straightThrough(b), [z, q], [0, 1]);
    await expectValue((a, b) => gradients(a.straightThrough(b).square().sum(), [a])[0]!, [z, q], [0, 2]);
    await expectValue((a, b) => gradients(a.straightThrough(b).square().sum(), [b])[0]!, [z, q], [0, 0]);
  });

  it('need a scalar loss', async () => {
    await expect(evaluate((x) => gradients(x, [x])[0]!, normal([2, 3]))).rejects.toThrow(
      'gradients: the loss must be a float32 scalar, got float32 [2, 3]; reduce it first',
    );
  });
});
