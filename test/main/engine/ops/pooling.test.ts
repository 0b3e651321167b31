import { describe, expect, it } from 'vitest';
import type { Pool2dOptions } from '#main/engine/functions/image';
import {
  avgPool1d,
  avgPool2d,
  globalAvgPool,
  maxPool1d,
  maxPool2d,
  pixelShuffle,
  upsample,
} from '#main/engine/functions/image';
import { gradients } from '#main/engine/gradient';
import { distinct, evaluate, expectGradient, expectValue, normal, numbers, sample } from '#test/numeric';

const image = sample([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]);

it('upsample repeats pixels', () =>
  expectValue((x) => upsample(x), [image], [1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 4, 4, 5, 5, 6, 6]));

it('pooling takes whole blocks and drops an incomplete edge', async () => {
  await expectValue((x) => maxPool2d(x, 2), [image], [5]);
  await expectValue((x) => avgPool2d(x, 2), [image], [3]);
});

it('padding counts as nothing: neither in a maximum nor in a mean', async () => {
  const low = sample([1, 1, 3], [-1, -2, -4]);
  await expectValue((x) => maxPool1d(x, { size: 2, stride: 1, pad: 1 }), [low], [-1, -1, -2, -4]);
  await expectValue((x) => avgPool1d(x, { size: 2, stride: 1, pad: 1 }), [low], [-1, -1.5, -3, -4]);
});

it('globalAvgPool is the mean over space', () => expectValue((x) => globalAvgPool(x), [image], [3.5]));

describe.each([{ shape: [2, 3, 4, 6] }, { shape: [1, 1, 5, 3] }, { shape: [1, 2, 2, 2] }])('$shape', ({ shape }) => {
  it('has the gradients that central differences predict', async () => {
    await expectGradient((x) => upsample(x), normal(shape));
    await expectGradient((x) => maxPool2d(x, 2), distinct(shape));
    await expectGradient((x) => avgPool2d(x, 2), normal(shape));
    await expectGradient((x) => globalAvgPool(x), normal(shape));
  });
});

describe.each<Pool2dOptions>([
  { size: 3, stride: 2, pad: 1 },
  { size: 2, stride: 1 },
  { size: [3, 2], stride: [1, 2], pad: [[0, 1], 1] },
  { size: 2, stride: 3 },
])('windows of $size every $stride, padding $pad', (options) => {
  it('have the gradients that central differences predict', async () => {
    await expectGradient((x) => maxPool2d(x, options), distinct([1, 2, 5, 4]));
    await expectGradient((x) => avgPool2d(x, options), normal([1, 2, 5, 4]));
  });
});

it('sequences have the same, along their one axis', async () => {
  await expectGradient((x) => maxPool1d(x, { size: 3, stride: 2, pad: [1, 0] }), distinct([2, 2, 7]));
  await expectGradient((x) => avgPool1d(x, { size: 3, stride: 2, pad: [1, 0] }), normal([2, 2, 7]));
  await expectGradient((x) => maxPool1d(x), distinct([2, 3, 5]));
  await expectGradient((x) => avgPool1d(x), normal([2, 3, 5]));
  await expectGradient((x) => upsample(x, 3), normal([2, 3, 2]));
});

it.each([
  { size: 2, stride: 2 },
  { size: 2, stride: 1 },
])('equal numbers share the gradient of their maximum, $size every $stride', async (options) => {
  const slope = await numbers((x) => gradients(maxPool1d(x, options).sum(), [x])[0]!, sample([1, 1, 4], [7, 7, 7, 7]));
  expect(slope).toEqual(options.stride === 2 ? [0.5, 0.5, 0.5, 0.5] : [0.5, 1, 1, 0.5]);
});

it('pixelShuffle fills each block with consecutive channels', async () => {
  await expectValue((x) => pixelShuffle(x), [sample([1, 2, 3], [1, 2, 3, 4, 5, 6])], [1, 4, 2, 5, 3, 6]);
  const values = [1, 2, 3, 4, 5, 6, 7, 8];
  await expectValue((x) => pixelShuffle(x), [sample([1, 4, 1, 2], values)], [1, 3, 2, 4, 5, 7, 6, 8]);
  await expectGradient((x) => pixelShuffle(x, 3), normal([2, 9, 1, 2]));
  await expectGradient((x) => pixelShuffle(x), normal([2, 4, 3]));
});

it.each<[string, Pool2dOptions, string]>([
  ['a block that does not fit', { size: 3 }, 'maxPool2d: blocks of 3 do not fit into [1, 1, 2, 2]'],
  [
    'a window of padding alone',
    { size: 2, pad: 2 },
    'maxPool2d: padding must lie below the size [2,2], got [2,2] and [2,2]',
  ],
  ['no step', { size: 2, stride: 0 }, 'maxPool2d: size and stride must be whole and 1 or more, got [2,2] and [0,0]'],
])('%s is refused in words', async (_, options, message) => {
  await expect(evaluate((x) => maxPool2d(x, options), normal([1, 1, 2, 2]))).rejects.toThrow(message);
});
