import { describe, expect, it } from 'vitest';
import { compileForward, openForwardSession, type Scope, type Tensor } from '#main/engine';
import { conv2d, convTranspose2d, linear, residualBlock } from '#main/nn';
import { normal } from '#test/numeric';

/** Runs a layer on random values of mean 0 and variance 1. */
async function layer(shape: number[], build: (scope: Scope, x: Tensor) => Tensor) {
  const program = compileForward({
    inputs: { x: { dtype: 'float32', shape } },
    outputs: (scope, { x }) => ({ y: build(scope.at('layer'), x!) }),
    device: 'cpu',
  });
  const session = await openForwardSession(program, { device: 'cpu', seed: 3, threads: 1 });
  const y = (await session.run({ x: normal(shape, 5).data }))['y']!;
  await session.close();
  const names = program.variables.map(({ name, shape: size }) => `${name} [${size}]`);
  return { shape: y.shape, data: Array.from(y.data, Number), names };
}
const meanSquare = (data: number[]) => data.reduce((sum, value) => sum + value ** 2, 0) / data.length;

describe('layers', () => {
  it('linear maps features and names its weight and bias', async () => {
    const { shape, names } = await layer([7, 3], (scope, x) => linear(scope, x, 5));
    expect(shape).toEqual([7, 5]);
    expect(names).toEqual(['layer.weight [3,5]', 'layer.bias [5]']);
  });

  it('a 4 × 4 convolution of stride 2 halves a picture, and its transpose doubles it', async () => {
    const halve = { kernel: 4, stride: 2, pad: 1 };
    expect((await layer([2, 3, 8, 12], (scope, x) => conv2d(scope, x, 5, halve))).shape).toEqual([2, 5, 4, 6]);
    expect((await layer([2, 3, 4, 6], (scope, x) => convTranspose2d(scope, x, 5, halve))).shape).toEqual([2, 5, 8, 12]);
  });

  const wide = { kernel: 4, stride: 2, pad: 1 } as const;
  it.each([
    ['linear', [400, 100], (scope: Scope, x: Tensor) => linear(scope, x, 200, { gain: 'linear' })],
    ['conv2d', [4, 16, 24, 24], (scope: Scope, x: Tensor) => conv2d(scope, x, 32, { ...wide, gain: 'linear' })],
    [
      'convTranspose2d',
      [4, 16, 24, 24],
      (scope: Scope, x: Tensor) => convTranspose2d(scope, x, 32, { ...wide, gain: 'linear' }),
    ],
  ] as const)('%s with linear gain keeps the variance of its input, within a tenth', async (_, shape, build) => {
    expect(Math.abs(meanSquare((await layer([...shape], build)).data) - 1)).toBeLessThan(0.1);
  });

  it('relu gain doubles it, for the half that the ReLU takes away', async () => {
    const { data } = await layer([400, 100], (scope, x) => linear(scope, x, 200));
    expect(Math.abs(meanSquare(data) - 2)).toBeLessThan(0.2);
  });
});

it('a residual block adds to its input, and adds ReLU → 3 × 3 → ReLU → 1 × 1', async () => {
  const { shape, names } = await layer([2, 6, 5, 5], (scope, x) => residualBlock(scope, x, 4));
  expect(shape).toEqual([2, 6, 5, 5]);
  expect(names).toEqual([
    'layer.conv3.weight [4,6,3,3]',
    'layer.conv3.bias [4]',
    'layer.conv1.weight [6,4,1,1]',
    'layer.conv1.bias [6]',
  ]);
  // Of an input that the first ReLU takes away whole, the input itself is left: all biases start at 0.
  const { data } = await layer([1, 6, 2, 2], (scope, x) => {
    const negative = x.square().plus(1).neg();
    return residualBlock(scope, negative, 4).sub(negative);
  });
  expect(data.every((value) => value === 0)).toBe(true);
});
