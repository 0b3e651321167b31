import { describe, expect, it } from 'vitest';
import {
  adaptiveInstanceNorm,
  batchNorm,
  channelStatistics,
  groupNorm,
  instanceNorm,
  layerNorm,
  rmsNorm,
  standardize,
  weightNorm,
} from '#main/engine/functions/normalization';
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

const eps = { epsilon: 0.1 }; // large, so that the step of the differences stays small beside the deviation

/** (x − μ) / √(σ² + ε), where numbers of equal key share μ and σ². */
function standardizedBy(values: ArrayLike<number>, key: (place: number) => number, epsilon: number): number[] {
  const all = Array.from(values);
  return all.map((value, place) => {
    const same = all.filter((_, other) => key(other) === key(place));
    const mean = same.reduce((sum, v) => sum + v, 0) / same.length;
    return (value - mean) / Math.sqrt(same.reduce((sum, v) => sum + (v - mean) ** 2, 0) / same.length + epsilon);
  });
}

describe.each([{ shape: [3, 2] }, { shape: [2, 3, 4] }, { shape: [2, 2, 3, 2] }, { shape: [4, 1, 1, 1] }])(
  'channels of $shape',
  ({ shape }) => {
    const channels = shape[1]!;
    const space = shape.slice(2).reduce((product, dim) => product * dim, 1);
    const channel = (place: number) => Math.floor(place / space) % channels;
    const item = (place: number) => Math.floor(place / (space * channels));
    const [x, gain, bias] = [normal(shape, 1), normal([channels], 2), normal([channels], 3)];
    const affine = (values: number[]) =>
      values.map((value, place) => value * Number(gain.data[channel(place)]) + Number(bias.data[channel(place)]));
    const byBatch = (p: Tensor, q: Tensor, r: Tensor) => batchNorm(p, channelStatistics(p), q, r, eps);

    it('batchNorm: one mean and variance for each channel of the batch', async () => {
      const expected = affine(standardizedBy(x.data as Float32Array, channel, 0.1));
      expectClose(await numbers(byBatch, x, gain, bias), expected);
      await expectGradient(byBatch, x, gain, bias);
    });

    it.skipIf(shape.length < 3)('instanceNorm: one for each channel of each item', async () => {
      const key = (place: number) => item(place) * channels + channel(place);
      const y = (p: Tensor, q: Tensor, r: Tensor) => instanceNorm(p, q, r, eps);
      expectClose(await numbers(y, x, gain, bias), affine(standardizedBy(x.data as Float32Array, key, 0.1)));
      await expectGradient(y, x, gain, bias);
    });

    it('groupNorm: one for each group of channels of each item', async () => {
      const groups = channels % 2 === 0 ? 2 : 1;
      const key = (place: number) => item(place) * groups + Math.floor(channel(place) / (channels / groups));
      const y = (p: Tensor, q: Tensor, r: Tensor) => groupNorm(p, groups, q, r, eps);
      expectClose(await numbers(y, x, gain, bias), affine(standardizedBy(x.data as Float32Array, key, 0.1)));
      await expectGradient(y, x, gain, bias);
    });
  },
);

it('adaptiveInstanceNorm takes gain and bias of each item', () =>
  expectGradient(
    (x, gain, bias) => adaptiveInstanceNorm(x, gain, bias, eps),
    normal([2, 3, 4]),
    normal([2, 3], 2),
    normal([2, 3], 3),
  ));

it('rmsNorm divides by the root of the mean square', async () => {
  const [x, gain] = [normal([2, 5]), normal([5], 2)];
  const expected = Array.from(x.data as Float32Array, (value, place) => {
    const row = Array.from(x.data, Number).slice(place - (place % 5), place - (place % 5) + 5);
    const mean = row.reduce((sum, v) => sum + v * v, 0) / 5;
    return (Number(value) / Math.sqrt(mean + 0.1)) * Number(gain.data[place % 5]);
  });
  expectClose(await numbers((p, q) => rmsNorm(p, q, eps), x, gain), expected);
  await expectGradient((p, q) => rmsNorm(p, q, eps), x, gain);
});

it('weightNorm gives each output the length g', async () => {
  const [v, g] = [normal([3, 2, 2]), normal([3], 2)];
  const lengths = await numbers((p, q) => weightNorm(p, q).sumSquares([1, 2]), v, g);
  expectClose(
    lengths,
    Array.from(g.data as Float32Array, (length) => Number(length) ** 2),
  );
  await expectGradient((p, q) => weightNorm(p, q), v, g);
});

it('channels that do not divide into groups are refused in words', async () => {
  await expect(evaluate((x) => groupNorm(x, 2), normal([1, 3, 2]))).rejects.toThrow(
    'groupNorm: 3 channels do not divide into 2 groups',
  );
});
