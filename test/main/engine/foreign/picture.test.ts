import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { openForwardSession } from '#main/engine';
import {
  type PictureInput,
  type PictureProgram,
  parseOnnx,
  penultimate,
  pictureProgram,
  redrawWeights,
} from '#main/engine/foreign';
import { resampling } from '#main/engine/foreign/picture';
import { readOnnx } from '#main/engine/onnx/read';
import { stream } from '#main/engine/random';
import { type ClassifierOptions, classifier } from '#test/foreign/models';

const plain: PictureInput = {
  ...{ channels: 1, height: 8, width: 8, layout: 'NCHW', order: 'rgb', scale: 1, shift: 0, elemType: 1 },
  ...{ mean: [0], deviation: [1] },
};
const options = (change: Partial<PictureProgram> = {}): PictureProgram => ({
  ...{ picture: { channels: 1, height: 8, width: 8 }, input: plain, output: 'features', average: [], batch: undefined },
  ...{ width: 256, device: 'cpu', ...change },
});

async function embed(file: Uint8Array, change: Partial<PictureProgram>, x: Float32Array, n: number) {
  const session = await openForwardSession(pictureProgram(parseOnnx(file), options(change)), { device: 'cpu' });
  try {
    return (await session.run({ x }, n))['embedding']!.data as Float32Array;
  } finally {
    await session.close();
  }
}

/** What the file itself gives for what its own input is fed. */
async function direct(file: Uint8Array, data: Float32Array, shape: number[], output: string) {
  const session = await InferenceSession.create(file);
  const result = await session.run({ data: new Tensor('float32', data, shape) });
  await session.release();
  return result[output]!.data as Float32Array;
}

const expectClose = (got: Float32Array, wanted: ArrayLike<number>) => {
  expect(got.length).toBe(wanted.length);
  got.forEach((one, at) => expect(one).toBeCloseTo(wanted[at]!, 4));
};

describe.each<ClassifierOptions>([{}, { ir: 3, opset: 8 }, { opset: 18, ir: 8 }])('a file of $ir $opset', (how) => {
  it('gives what it would give outside, for any number of pictures', async () => {
    const file = classifier(how);
    for (const n of [1, 2, 7]) {
      const x = stream(n).uniform(64 * n);
      const got = await embed(file, { output: 'classes', width: 3 }, x, n);
      expectClose(got, await direct(file, x, [n, 1, 8, 8], 'classes'));
    }
  });
});

it('channels, range, mean, deviation and layout are what its own input would have been fed', async () => {
  const file = classifier({ channels: 3, layout: 'NHWC' });
  const x = stream(3).uniform(2 * 3 * 64); // [2, 3, 8, 8]
  const input: PictureInput = {
    ...plain,
    ...{ channels: 3, layout: 'NHWC', order: 'bgr', scale: 255, mean: [10, 20, 30], deviation: [50, 60, 70] },
  };
  const picture = { channels: 3, height: 8, width: 8 };
  const got = await embed(file, { picture, input, output: 'classes', width: 3 }, x, 2);
  const wanted = new Float32Array(2 * 64 * 3);
  for (let n = 0; n < 2; n++)
    for (let p = 0; p < 64; p++)
      for (let c = 0; c < 3; c++)
        wanted[(n * 64 + p) * 3 + c] = (255 * x[(n * 3 + (2 - c)) * 64 + p]! - input.mean[c]!) / input.deviation[c]!;
  expectClose(got, await direct(file, wanted, [2, 8, 8, 3], 'classes'));
});

it('a colour picture becomes grey by its brightness, a grey one is repeated', async () => {
  const x = stream(4).uniform(3 * 64);
  const grey = Float32Array.from({ length: 64 }, (_, p) => 0.299 * x[p]! + 0.587 * x[64 + p]! + 0.114 * x[128 + p]!);
  const file = classifier();
  expectClose(
    await embed(file, { picture: { channels: 3, height: 8, width: 8 }, output: 'classes', width: 3 }, x, 1),
    await direct(file, grey, [1, 1, 8, 8], 'classes'),
  );
  const colour = classifier({ channels: 3 });
  const three = Float32Array.from({ length: 192 }, (_, at) => grey[at % 64]!);
  const input = { ...plain, channels: 3 };
  expectClose(
    await embed(colour, { input, output: 'classes', width: 3 }, grey, 1),
    await direct(colour, three, [1, 3, 8, 8], 'classes'),
  );
});

it('pictures of another size are resized: what is even stays even, a ramp stays a ramp', () => {
  for (const [from, to] of [
    [8, 28],
    [28, 8],
    [7, 3],
    [5, 5],
    [1, 4],
    [4, 1],
  ] as const) {
    const weights = resampling(from, to);
    for (let row = 0; row < to; row++)
      expect(weights.subarray(row * from, (row + 1) * from).reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 5);
  }
  // v = the pixel's centre: inside, the resized ramp has the centres of the new pixels
  const weights = resampling(16, 8);
  const ramp = Array.from({ length: 8 }, (_, row) =>
    weights.subarray(row * 16, (row + 1) * 16).reduce((sum, one, at) => sum + one * (at + 0.5), 0),
  );
  for (let row = 1; row < 7; row++) expect(ramp[row]).toBeCloseTo(2 * row + 1, 5);
});

it('a picture of another size goes in without a word', async () => {
  const x = new Float32Array(3 * 20 * 12).fill(0.5);
  const got = await embed(
    classifier(),
    { picture: { channels: 3, height: 20, width: 12 }, output: 'classes', width: 3 },
    x,
    1,
  );
  expectClose(got, await direct(classifier(), new Float32Array(64).fill(0.5), [1, 1, 8, 8], 'classes'));
});

it('features before the last layer are found, and can be averaged over places', async () => {
  expect(penultimate(parseOnnx(classifier()).graph!)).toBe('features');
  const x = stream(5).uniform(128);
  const map = await embed(classifier(), { output: 'active' }, x, 2); // [2, 4 · 8 · 8]
  const mean = await embed(classifier(), { output: 'active', average: [2, 3], width: 4 }, x, 2);
  const newer = await embed(classifier({ opset: 18, ir: 8 }), { output: 'active', average: [2, 3], width: 4 }, x, 2);
  const wanted = Array.from(
    { length: 8 },
    (_, at) => map.subarray(at * 64, (at + 1) * 64).reduce((a, b) => a + b) / 64,
  );
  expectClose(mean, wanted);
  expectClose(newer, wanted);
});

it('what the embedding does not depend on is left out of the program', () => {
  const program = pictureProgram(parseOnnx(classifier()), options());
  const { operators, weights } = readOnnx(program.onnx);
  expect(operators.has('Softmax')).toBe(false);
  expect(weights.map(({ name }) => name)).not.toContain('model/dense');
});

it('a baked file runs alone and says what it is', async () => {
  const baked = pictureProgram(parseOnnx(classifier()), options()).bake(new Map(), { head: 'embed' });
  const description = readOnnx(baked);
  expect(description.metadata).toEqual({ head: 'embed' });
  expect(description.inputs).toEqual([{ name: 'x', dtype: 'float', shape: ['N', 1, 8, 8] }]);
  expect(description.outputs).toEqual([{ name: 'embedding', dtype: 'float', shape: ['N', 256] }]);
});

it('shuffled weights keep their spread and lose what they knew', async () => {
  const model = parseOnnx(classifier());
  const before = model.graph!.initializer.find(({ name }) => name === 'dense')!.rawData.slice();
  redrawWeights(model, stream(1));
  const after = model.graph!.initializer.find(({ name }) => name === 'dense')!.rawData;
  const sorted = (bytes: Uint8Array) => [...new Float32Array(new Uint8Array(bytes).buffer)].sort((a, b) => a - b);
  expect(sorted(after)).toEqual(sorted(before));
  expect([...after]).not.toEqual([...before]);
  const shift = model.graph!.initializer.find(({ name }) => name === 'shift')!.rawData;
  expect([...shift]).toEqual([
    ...parseOnnx(classifier()).graph!.initializer.find(({ name }) => name === 'shift')!.rawData,
  ]);
});

it('a value that is not there is told with those that are', () => {
  expect(() => pictureProgram(parseOnnx(classifier()), options({ output: 'nope' }))).toThrow(
    'it computes no value “nope”; its outputs are “classes”',
  );
});
