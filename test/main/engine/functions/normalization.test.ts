import { describe, expect, it } from 'vitest';
import { layerNorm, standardize } from '#main/engine/functions/normalization';
import { gradients } from '#main/engine/gradient';
import type { Tensor } from '#main/engine/tensor';
import { evaluate, expectClose, expectGradient, normal, numbers } from '#test/numeric';

/** (x − μ) / √(σ² + ε) of each run of `size` numbers, in double precision. */
function standardized(values: ArrayLike<number>, size: number, epsilon: number): number[] {
  return Array.from(values).map((value, place, all) => {
    const start = place - (place % size);
    const item = all.slice(start, start + size);
    const mean = item.reduce((sum, v) => sum + v, 0) / size;
    const variance = item.reduce((sum, v) => sum + (v - mean) ** 2, 0) / size;
    return (value - mean) / Math.sqrt(variance + epsilon);
  });
}

describe.each([
  { shape: [3, 4], item: [4] },
  { shape: [2, 3, 5], item: [5] },
  { shape: [2, 3, 2, 3], item: [2, 3] },
  { shape: [1, 3], item: [3] },
  { shape: [7], item: [7] },
])('layerNorm of $shape over $item', ({ shape, item }) => {
  const [x, gain, bias] = [normal(shape, 1), normal(item, 2), normal(item, 3)];
  const size = item.reduce((product, dim) => product * dim, 1);

  it('agrees with the formula written out', async () => {
    const expected = standardized(x.data as Float32Array, size, 1e-5).map(
      (value, place) => value * Number(gain.data[place % size]) + Number(bias.data[place % size]),
    );
    expectClose(await numbers((p, q, r) => layerNorm(p, q, r), x, gain, bias), expected);
  });

  it('has the gradients that central differences predict', () =>
    expectGradient((p, q, r) => layerNorm(p, q, r, { epsilon: 0.1 }), x, gain, bias));
});

it('gives a constant item its bias and no gradient', async () => {
  const x = { ...normal([1, 4]), data: new Float32Array(4).fill(1000) };
  const y = (p: Tensor, q: Tensor, r: Tensor) => layerNorm(p, q, r);
  expectClose(await numbers(y, x, normal([4], 2), normal([4], 3)), normal([4], 3).data);
  const slope = (p: Tensor, q: Tensor, r: Tensor) => gradients(y(p, q, r).sum(), [p])[0]!;
  const found = await numbers(slope, x, { ...normal([4]), data: new Float32Array(4).fill(1) }, normal([4], 3));
  expectClose(found, [0, 0, 0, 0], 'gradient', { relative: 0, absolute: 1e-3 });
});

it('standardize is layerNorm without gain and bias', async () => {
  const x = normal([3, 5]);
  expectClose(await numbers((p) => standardize(p), x), standardized(x.data as Float32Array, 5, 1e-5));
  await expectGradient((p) => standardize(p, 1, { epsilon: 0.1 }), x);
});

it('has a gradient that itself has one', () =>
  expectGradient((p) => gradients(standardize(p, 1, { epsilon: 0.5 }).square().mul(p).sum(), [p])[0]!, normal([2, 3])));

it.each([
  [[2, 4], [3], 'layerNorm: gain must be [4], got [3]'],
  [[4], [2, 4], 'layerNorm: needs 1 to 1 last axes of [4], got 2'],
])('%j with a gain of %j is refused in words', async (shape, gain, message) => {
  await expect(evaluate((p, q) => layerNorm(p, q), normal(shape), normal(gain))).rejects.toThrow(message);
});
