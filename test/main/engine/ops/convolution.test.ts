import { describe, expect, it } from 'vitest';
import { conv2d, conv2dWeightGradient, convTranspose2d } from '#main/engine/functions/image';
import { evaluate, expectClose, expectGradient, normal, numbers } from '#test/numeric';

interface Geometry {
  n: number;
  c: number;
  o: number;
  size: [number, number];
  kernel: [number, number];
  stride: number;
  pad: number;
}

const geometries: Geometry[] = [
  { n: 2, c: 2, o: 3, size: [5, 4], kernel: [3, 3], stride: 1, pad: 1 },
  { n: 1, c: 3, o: 2, size: [6, 6], kernel: [4, 4], stride: 2, pad: 1 },
  { n: 2, c: 1, o: 2, size: [7, 5], kernel: [3, 2], stride: 2, pad: 1 },
  { n: 2, c: 3, o: 2, size: [3, 3], kernel: [1, 1], stride: 1, pad: 0 },
  { n: 1, c: 1, o: 1, size: [1, 1], kernel: [1, 1], stride: 1, pad: 0 },
  { n: 1, c: 2, o: 1, size: [6, 3], kernel: [2, 3], stride: 3, pad: 2 },
  { n: 1, c: 2, o: 2, size: [5, 5], kernel: [1, 1], stride: 2, pad: 0 },
];

/** Σ over channels and window, in double precision. */
function reference(x: ArrayLike<number>, w: ArrayLike<number>, { n, c, o, size, kernel, stride, pad }: Geometry) {
  const out = [0, 1].map((axis) => Math.floor((size[axis]! + 2 * pad - kernel[axis]!) / stride) + 1);
  const y: number[] = [];
  for (let b = 0; b < n; b++)
    for (let k = 0; k < o; k++)
      for (let p = 0; p < out[0]!; p++) for (let q = 0; q < out[1]!; q++) y.push(pixel(b, k, p, q));
  return y;

  function pixel(b: number, k: number, p: number, q: number): number {
    let sum = 0;
    for (let channel = 0; channel < c; channel++)
      for (let i = 0; i < kernel[0]; i++)
        for (let j = 0; j < kernel[1]; j++) {
          const [row, column] = [p * stride + i - pad, q * stride + j - pad];
          if (row < 0 || column < 0 || row >= size[0] || column >= size[1]) continue;
          const weight = w[((k * c + channel) * kernel[0] + i) * kernel[1] + j]!;
          sum += weight * x[((b * c + channel) * size[0] + row) * size[1] + column]!;
        }
    return sum;
  }
}

describe.each(geometries)('conv2d of $size by $kernel, stride $stride, pad $pad', (geometry) => {
  const { n, c, o, size, kernel, stride, pad } = geometry;
  const [x, w, b] = [normal([n, c, ...size], 1), normal([o, c, ...kernel], 2), normal([o], 3)];

  it('agrees with the sum written out', async () => {
    const y = await numbers((p, q) => conv2d(p, q, undefined, { stride, pad }), x, w);
    expectClose(y, reference(x.data as Float32Array, w.data as Float32Array, geometry));
  });

  it('has the gradients that central differences predict', () =>
    expectGradient((p, q, r) => conv2d(p, q, r, { stride, pad }), x, w, b));
});

describe.each([
  { size: [3, 4], kernel: [4, 4], stride: 2, pad: 1, outputPadding: 0 },
  { size: [3, 2], kernel: [3, 3], stride: 2, pad: 1, outputPadding: 1 },
  { size: [4, 3], kernel: [3, 3], stride: 1, pad: 1, outputPadding: 0 },
  { size: [2, 2], kernel: [2, 3], stride: 1, pad: 0, outputPadding: 0 },
  { size: [1, 1], kernel: [1, 1], stride: 1, pad: 0, outputPadding: 0 },
])('convTranspose2d of $size by $kernel, stride $stride, pad $pad', ({ size, kernel, ...options }) => {
  const [x, w, b] = [normal([2, 2, ...size], 1), normal([2, 3, ...kernel], 2), normal([3], 3)];

  it('is the adjoint of conv2d: ⟨convTranspose(x), y⟩ = ⟨x, conv(y)⟩', async () => {
    const { shape } = await evaluate((p, q) => convTranspose2d(p, q, undefined, options), x, w);
    const y = normal(shape, 4);
    const [left] = await numbers((p, q, r) => convTranspose2d(p, q, undefined, options).mul(r).sum(), x, w, y);
    const [right] = await numbers((p, q, r) => conv2d(r, q, undefined, options).mul(p).sum(), x, w, y);
    expectClose([left!], [right!], 'inner products', { relative: 1e-4, absolute: 1e-4 });
  });

  it('has the gradients that central differences predict', () =>
    expectGradient((p, q, r) => convTranspose2d(p, q, r, options), x, w, b));
});

it('uses whole pixels for the weight gradient from 64 channels on, with the same result', () =>
  expectGradient(
    (p, q) => conv2d(p, q, undefined, { stride: 2, pad: 1 }),
    normal([2, 64, 3, 2]),
    normal([2, 64, 3, 2], 2),
  ));

it('has a gradient that itself has one', () =>
  expectGradient(
    (p, q) => conv2dWeightGradient(p, q, { stride: [1, 1], pad: [1, 1], kernel: [3, 3] }),
    normal([2, 2, 4, 3]),
    normal([2, 3, 4, 3], 2),
  ));

it.each([
  [[64, 784], [8, 1, 3, 3], 'conv2d: input must be [N, C, H, W], got [64, 784]; reshape first'],
  [[4, 1, 8, 8], [8, 3, 3, 3], 'conv2d: weight [8, 3, 3, 3] takes 3 channels, the input [4, 1, 8, 8] has 1'],
  [[4, 1, 2, 2], [8, 1, 3, 3], 'conv2d: kernel [3,3] does not fit into [2,2] with padding [0,0]'],
  [[4, 1, 8, 8], [8, 9], 'conv2d: weight must be [out, in, kh, kw], got [8, 9]'],
])('%j with %j is refused in words', async (x, w, message) => {
  await expect(evaluate((p, q) => conv2d(p, q), normal(x), normal(w))).rejects.toThrow(message);
});
