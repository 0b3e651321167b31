import { describe, expect, it } from 'vitest';
import type { Conv1dOptions, Conv2dOptions } from '#main/engine/functions/image';
import { conv1d, conv2d, convTranspose1d, convTranspose2d } from '#main/engine/functions/image';
import { gradients } from '#main/engine/gradient';
import type { Tensor } from '#main/engine/tensor';
import {
  between,
  evaluate,
  expectClose,
  expectGradient,
  expectSameOnWebgpu,
  expectValue,
  normal,
  numbers,
  type Sample,
} from '#test/numeric';

type Options = Conv1dOptions | Conv2dOptions;

interface Geometry {
  n: number;
  c: number;
  o: number;
  size: number[];
  kernel: number[];
  options: Options;
}

const geometries: Geometry[] = [
  { n: 2, c: 2, o: 3, size: [5, 4], kernel: [3, 3], options: { pad: 1 } },
  { n: 1, c: 3, o: 2, size: [6, 6], kernel: [4, 4], options: { stride: 2, pad: 1 } },
  { n: 2, c: 1, o: 2, size: [7, 5], kernel: [3, 2], options: { stride: 2, pad: 1 } },
  { n: 2, c: 3, o: 2, size: [3, 3], kernel: [1, 1], options: {} },
  { n: 1, c: 1, o: 1, size: [1, 1], kernel: [1, 1], options: {} },
  { n: 1, c: 2, o: 1, size: [6, 3], kernel: [2, 3], options: { stride: 3, pad: 2 } },
  { n: 1, c: 2, o: 2, size: [5, 5], kernel: [1, 1], options: { stride: 2 } },
  { n: 1, c: 2, o: 2, size: [7, 6], kernel: [3, 3], options: { dilation: 2, pad: 2 } },
  { n: 2, c: 4, o: 6, size: [4, 3], kernel: [3, 3], options: { groups: 2, pad: 1 } },
  { n: 2, c: 3, o: 3, size: [5, 4], kernel: [3, 3], options: { groups: 3, pad: 1, stride: 2 } },
  { n: 1, c: 2, o: 4, size: [5, 4], kernel: [1, 1], options: { groups: 2 } },
  {
    n: 1,
    c: 2,
    o: 4,
    size: [5, 6],
    kernel: [2, 3],
    options: { groups: 2, dilation: [2, 1], pad: [[2, 0], 1], stride: [1, 2] },
  },
  { n: 2, c: 2, o: 3, size: [8], kernel: [3], options: { pad: 1 } },
  { n: 1, c: 1, o: 2, size: [7], kernel: [3], options: { dilation: 2, pad: [4, 0] } },
  { n: 2, c: 4, o: 4, size: [9], kernel: [4], options: { stride: 2, pad: [1, 2], groups: 4 } },
  { n: 1, c: 3, o: 1, size: [1], kernel: [1], options: {} },
];

type Convolution = (x: Tensor, weight: Tensor, bias?: Tensor, options?: Options) => Tensor;

const conv = (rank: number) => (rank === 1 ? conv1d : conv2d) as Convolution;
const each = (value: number | readonly number[] | undefined, rank: number, otherwise: number): number[] =>
  Array.from({ length: rank }, (_, axis) => (typeof value === 'object' ? value[axis]! : (value ?? otherwise)));

/** Zeros in front of each axis and behind it. */
function padding({ size, options: { pad = 0 } }: Geometry): [number, number][] {
  const axes = size.length === 1 ? [pad] : size.map((_, axis) => (typeof pad === 'number' ? pad : pad[axis]!));
  return axes.map((width) => (typeof width === 'number' ? [width, width] : width) as [number, number]);
}

/** Every position of a grid, row by row. */
const grid = (sides: readonly number[]): number[][] =>
  sides.reduce<number[][]>(
    (places, side) => places.flatMap((place) => Array.from({ length: side }, (_, i) => [...place, i])),
    [[]],
  );

const at = (sides: readonly number[], place: readonly number[]) =>
  place.reduce((flat, i, axis) => flat * sides[axis]! + i, 0);

/** Σ over the channels of the group and over the window, in double precision. */
function reference(x: Sample, w: Sample, geometry: Geometry): number[] {
  const { n, c, o, size, kernel, options } = geometry;
  const groups = options.groups ?? 1;
  const [stride, dilation] = [each(options.stride, size.length, 1), each(options.dilation, size.length, 1)];
  const around = padding(geometry);
  const out = size.map((length, axis) => {
    const room = length + around[axis]![0] + around[axis]![1] - dilation[axis]! * (kernel[axis]! - 1) - 1;
    return Math.floor(room / stride[axis]!) + 1;
  });
  return grid([n, o, ...out]).map(([item, output, ...place]) => {
    const first = Math.floor(output! / (o / groups)) * (c / groups);
    return grid([c / groups, ...kernel]).reduce((sum, [channel, ...tap]) => {
      const read = tap.map((step, axis) => place[axis]! * stride[axis]! + step * dilation[axis]! - around[axis]![0]);
      if (read.some((position, axis) => position < 0 || position >= size[axis]!)) return sum;
      const weight = Number(w.data[at([o, c / groups, ...kernel], [output!, channel!, ...tap])]);
      return sum + weight * Number(x.data[at([n, c, ...size], [item!, first + channel!, ...read])]);
    }, 0);
  });
}

describe.each(geometries)('a convolution of $c × $size by $o × $kernel, $options', (geometry) => {
  const { n, c, o, size, kernel, options } = geometry;
  const weightShape = [o, c / (options.groups ?? 1), ...kernel];
  const [x, w, b] = [normal([n, c, ...size], 1), normal(weightShape, 2), normal([o], 3)];
  const f = conv(size.length);

  it('agrees with the sum written out', async () => {
    expectClose(await numbers((p, q) => f(p, q, undefined, options), x, w), reference(x, w, geometry));
  });

  it('has the gradients that central differences predict', () =>
    expectGradient((p, q, r) => f(p, q, r, options), x, w, b));
});

interface Transposed {
  c: number;
  o: number;
  size: number[];
  kernel: number[];
  options: Options & { outputPadding?: number };
}

const transposed: Transposed[] = [
  { c: 2, o: 3, size: [3, 4], kernel: [4, 4], options: { stride: 2, pad: 1 } },
  { c: 2, o: 3, size: [3, 2], kernel: [3, 3], options: { stride: 2, pad: 1, outputPadding: 1 } },
  { c: 2, o: 3, size: [4, 3], kernel: [3, 3], options: { pad: 1 } },
  { c: 2, o: 3, size: [2, 2], kernel: [2, 3], options: {} },
  { c: 1, o: 1, size: [1, 1], kernel: [1, 1], options: {} },
  { c: 4, o: 2, size: [3, 4], kernel: [3, 3], options: { pad: 1, groups: 2 } },
  { c: 4, o: 6, size: [3, 4], kernel: [3, 2], options: { pad: 1, groups: 2, dilation: [1, 2], stride: [2, 1] } },
  { c: 2, o: 3, size: [5], kernel: [4], options: { stride: 2, pad: [2, 0] } },
  { c: 3, o: 3, size: [4], kernel: [3], options: { dilation: 2, pad: [0, 4], groups: 3 } },
];

describe.each(transposed)('a transposed convolution of $c × $size by $o × $kernel, $options', (geometry) => {
  const { c, o, size, kernel, options } = geometry;
  const [x, w, b] = [normal([2, c, ...size], 1), normal([c, o / (options.groups ?? 1), ...kernel], 2), normal([o], 3)];
  const f = (size.length === 1 ? convTranspose1d : convTranspose2d) as Convolution;

  it('is the adjoint of the convolution: ⟨convTranspose(x), y⟩ = ⟨x, conv(y)⟩', async () => {
    const { shape } = await evaluate((p, q) => f(p, q, undefined, options), x, w);
    const y = normal(shape, 4);
    const [left] = await numbers((p, q, r) => f(p, q, undefined, options).mul(r).sum(), x, w, y);
    const [right] = await numbers((p, q, r) => conv(size.length)(r, q, undefined, options).mul(p).sum(), x, w, y);
    expectClose([left!], [right!], 'inner products', { relative: 1e-4, absolute: 1e-4 });
  });

  it('has the gradients that central differences predict', () =>
    expectGradient((p, q, r) => f(p, q, r, options), x, w, b));
});

/** Pairs of channel counts in which ONNX Runtime's own WebGPU kernels were found wrong, or nearly so. */
it.each([
  [10, 10, 2],
  [12, 12, 2],
  [4, 14, 2],
  [6, 18, 2],
  [6, 15, 3],
  [16, 16, 16],
  [6, 8, 1],
  [9, 4, 1],
  [12, 4, 1],
])('%i → %i channels in %i groups are the same on WebGPU', async (c, o, groups) => {
  const [x, w, b] = [normal([2, c, 5, 4]), normal([o, c / groups, 3, 3], 2), normal([o], 3)];
  await expectSameOnWebgpu((p, q, r) => conv2d(p, q, r, { groups, pad: 1 }), x, w, b);
});

it.each([
  [4, 2, 2],
  [12, 3, 3],
  [6, 3, 3],
  [8, 8, 2],
])('%i → %i channels in %i groups are the same on WebGPU, transposed', async (c, o, groups) => {
  const [x, w, b] = [normal([2, c, 6]), normal([c, o / groups, 3], 2), normal([o], 3)];
  await expectSameOnWebgpu((p, q, r) => convTranspose1d(p, q, r, { groups, stride: 2, pad: 1 }), x, w, b);
});

it('a causal convolution does not see what comes after', () => {
  const causal = (x: Tensor) =>
    conv1d(x, x.constant(new Float32Array([1, 10, 100]), [1, 1, 3]), undefined, { pad: [2, 0] });
  return expectValue(causal, [{ ...normal([1, 1, 4]), data: new Float32Array([1, 2, 3, 4]) }], [100, 210, 321, 432]);
});

it('uses whole pixels for the weight gradient from 16 channels on, with the same result', () =>
  expectGradient(
    (p, q) => conv2d(p, q, undefined, { stride: 2, pad: [[2, 1], 1], dilation: [1, 2] }),
    normal([2, 16, 3, 4]),
    normal([2, 16, 3, 2], 2),
  ));

it.each<[string, Conv2dOptions]>([
  ['stride 1', { pad: 1 }],
  ['stride 2', { pad: [[1, 0], 2], stride: 2 }],
])('few positions of many items, one product for all, are what its parts give, %s', async (_, options) => {
  const [x, w, b] = [normal([24, 16, 5, 6]), normal([17, 16, 3, 3], 2), normal([17], 3)];
  const samples = [x, w, b];
  const whole = (p: Tensor, q: Tensor, r: Tensor) => conv2d(p, q, r, options);
  const inParts = (p: Tensor, q: Tensor, r: Tensor) => {
    const parts = Array.from({ length: 8 }, (_, i) => whole(p.slice(0, 3 * i, 3 * i + 3), q, r));
    return parts[0]!.concat(parts.slice(1));
  };
  for (const at of [0, 1, 2]) {
    const slope = (f: typeof whole) => (p: Tensor, q: Tensor, r: Tensor) =>
      gradients(f(p, q, r).square().sum(), [[p, q, r][at]!])[0]!;
    const [one, many] = [await numbers(slope(whole), ...samples), await numbers(slope(inParts), ...samples)];
    expectClose(one, many, `gradient of input ${at}`, { relative: 1e-4, absolute: 1e-2 });
  }
  expectClose(await numbers(whole, ...samples), await numbers(inParts, ...samples), 'values', {
    relative: 1e-4,
    absolute: 1e-4,
  });
});

it.each([1, 2])('has gradients that have gradients, in %i groups', (groups) =>
  expectGradient(
    (p, q) => {
      const y = conv2d(p, q, undefined, { pad: 1, stride: 2, groups });
      const [dx, dw] = gradients(y.square().mul(y).sum(), [p, q]);
      return dx!.square().sum().add(dw!.square().sum());
    },
    between(-0.5, 0.5, [1, 2, 3, 3]),
    between(-0.5, 0.5, [2, 2 / groups, 2, 2], 2),
  ),
);

it.each<[number[], number[], Conv2dOptions, string]>([
  [[64, 784], [8, 1, 3, 3], {}, 'conv2d: input must be [N, C, H, W], got [64, 784]; reshape first'],
  [[4, 1, 8, 8], [8, 3, 3, 3], {}, 'conv2d: weight [8, 3, 3, 3] takes 3 channels, the input [4, 1, 8, 8] has 1'],
  [[4, 1, 2, 2], [8, 1, 3, 3], {}, 'conv2d: kernel [3,3] does not fit into [2,2] with padding [0,0]'],
  [[4, 1, 8, 8], [8, 9], {}, 'conv2d: weight must be [out, in, kh, kw], got [8, 9]'],
  [[4, 3, 8, 8], [8, 1, 3, 3], { groups: 2 }, 'conv2d: input must divide into 2 groups, got 3 channels'],
  [
    [4, 4, 8, 8],
    [8, 4, 3, 3],
    { groups: 2 },
    'conv2d: weight [8, 4, 3, 3] takes 2 × 4 channels, the input [4, 4, 8, 8] has 4',
  ],
  [[4, 1, 8, 8], [8, 1, 3, 3], { stride: 0 }, 'conv2d: stride must be whole and 1 or more, got [0,0]'],
  [[4, 1, 8, 8], [8, 1, 3, 3], { pad: -1 }, 'conv2d: padding must be whole and 0 or more, got [-1,-1,-1,-1]'],
  [
    [4, 1, 4, 4],
    [8, 1, 3, 3],
    { dilation: 3, pad: [[1, 0], 0] },
    'conv2d: kernel [3,3], dilation [3,3], does not fit into [4,4] with padding [1+0,0]',
  ],
])('%j with %j, %j, is refused in words', async (x, w, options, message) => {
  const attempt = evaluate((p, q) => conv2d(p, q, undefined, options), normal(x), normal(w));
  await expect(attempt).rejects.toThrow(message);
});

it('refuses an output padding that no convolution leaves over', async () => {
  const attempt = evaluate(
    (p, q) => convTranspose1d(p, q, undefined, { outputPadding: 1 }),
    normal([1, 1, 4]),
    normal([1, 1, 3]),
  );
  await expect(attempt).rejects.toThrow(
    'convTranspose1d: a result of [7] cannot come from [4]; outputPadding must lie below stride',
  );
});
