import { describe, expect, it } from 'vitest';
import { extend } from '#main/engine/functions/image';
import type { ResizeOptions } from '#main/engine/functions/resize';
import { resize } from '#main/engine/functions/resize';
import { evaluate, expectGradient, expectValue, normal, sample } from '#test/numeric';

const row = sample([1, 1, 4], [0, 10, 20, 30]);

it('nearest takes the element at ⌊i · from / to⌋', async () => {
  await expectValue((x) => resize(x, 8), [row], [0, 0, 10, 10, 20, 20, 30, 30]);
  await expectValue((x) => resize(x, 3), [row], [0, 10, 20]);
  const ten = sample([1, 1, 10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await expectValue((x) => resize(x, 6), [ten], [0, 1, 3, 5, 6, 8]);
});

it('linear reads between the centres of pixels', async () => {
  await expectValue((x) => resize(x, 8, { mode: 'linear' }), [row], [0, 2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 30]);
  await expectValue((x) => resize(x, 2, { mode: 'linear' }), [row], [5, 25]);
});

it('with aligned corners the outermost pixels stay', async () => {
  const options = { mode: 'linear', alignCorners: true } as const;
  await expectValue((x) => resize(x, 7, options), [row], [0, 5, 10, 15, 20, 25, 30]);
  await expectValue((x) => resize(x, 1, options), [row], [0]);
});

it('bilinear is linear along both axes', () =>
  expectValue((x) => resize(x, [2, 4], { mode: 'linear' }), [sample([1, 1, 1, 2], [0, 4])], [0, 1, 3, 4, 0, 1, 3, 4]));

describe.each<ResizeOptions>([{}, { mode: 'linear' }, { mode: 'linear', alignCorners: true }])(
  'resize with %j',
  (options) => {
    it.each([
      { shape: [2, 2, 3, 5], size: [6, 10] as const },
      { shape: [1, 2, 5, 4], size: [2, 7] as const },
      { shape: [1, 1, 1, 1], size: 3 },
      { shape: [2, 3, 5], size: 4 },
    ])('$shape to $size has the gradient that central differences predict', ({ shape, size }) =>
      expectGradient((x) => resize(x, size, options), normal(shape)),
    );
  },
);

it('extending continues what is there', async () => {
  const widths = [
    [0, 0],
    [0, 0],
    [2, 1],
  ] as const;
  await expectValue((x) => extend(x, widths, 'reflect'), [row], [20, 10, 0, 10, 20, 30, 20]);
  await expectValue((x) => extend(x, widths, 'edge'), [row], [0, 0, 0, 10, 20, 30, 30]);
});

it('what cannot be resized or mirrored is refused in words', async () => {
  await expect(evaluate((x) => resize(x, 0), row)).rejects.toThrow(
    'resize: needs [N, C, L] or [N, C, H, W] and whole sizes of 1 or more, got [1, 1, 4] to [0]',
  );
  await expect(
    evaluate(
      (x) =>
        extend(
          x,
          [
            [0, 0],
            [0, 0],
            [4, 0],
          ],
          'reflect',
        ),
      row,
    ),
  ).rejects.toThrow('extend: reflect padding must lie in [0, 3] on axis 2 of [1, 1, 4], got [4, 0]');
});
