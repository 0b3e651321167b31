import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema, SparseTensorProtoSchema } from 'onnx-buf';
import { expect, it } from 'vitest';
import { openForwardSession } from '#main/engine';
import { describeOnnx, externalFiles, foreignProgram, parseOnnx, takeIn, tryForeign } from '#main/engine/foreign';
import { batchDim } from '#main/engine/shape';
import { classifier, greedy, loop, nested, withWeightsOutside } from '#test/foreign/models';

const changed = (change: (model: ModelProto) => void) => {
  const model = fromBinary(ModelProtoSchema, classifier());
  change(model);
  return toBinary(ModelProtoSchema, model);
};
const graphOf = (model: ModelProto) => model.graph!;

it('says what a file is without running it: weights that an old file lists as inputs are none', () => {
  const { inputs, outputs, operators, opset, parameters } = describeOnnx(parseOnnx(classifier({ ir: 3, opset: 8 })));
  expect(inputs).toEqual([{ name: 'data', dtype: 'float', shape: ['N', 1, 8, 8] }]);
  expect(outputs).toEqual([{ name: 'classes', dtype: 'float', shape: ['N', 3] }]);
  expect(Object.fromEntries(operators)).toEqual({ Conv: 1, Relu: 1, Reshape: 1, MatMul: 1, Softmax: 1 });
  expect(opset).toBe(8);
  expect(parameters).toBe(36 + 4 + 256 * 3);
});

it.each<[string, Uint8Array, string]>([
  ['nothing', new Uint8Array(), 'it is empty (0 bytes)'],
  ['a text', new TextEncoder().encode('The quick brown fox'), 'it is not an ONNX model, or it is damaged'],
  ['no graph', toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 7n })), 'it holds no graph'],
  ['no output', changed((model) => (graphOf(model).output = [])), 'its graph has no output'],
  ['no operators named', changed((model) => (model.opsetImport = [])), 'which version of the ONNX operators'],
  [
    'operators of tomorrow',
    changed((model) => (model.opsetImport[0]!.version = 99n)),
    'version 99 of the ONNX operators',
  ],
  [
    'operators of others',
    changed((model) => Object.assign(graphOf(model).node[0]!, { domain: 'acme', opType: 'Magic' })),
    'the operator acme.Magic, which ONNX Runtime does not have',
  ],
  ['a negative size', changed((model) => (graphOf(model).initializer[0]!.dims[0] = -4n)), 'the negative size -4'],
  [
    'a huge size',
    changed((model) => (graphOf(model).initializer[0]!.dims = [2n ** 40n, 2n ** 40n])),
    'larger than any memory',
  ],
  ['too few bytes', changed((model) => (graphOf(model).initializer[0]!.dims[0] = 5n)), 'needs 180 bytes, but has 144'],
  ['too few numbers', changed((model) => graphOf(model).initializer[2]!.int64Data.pop()), 'needs 2 numbers, but has 1'],
  ['an unknown type', changed((model) => (graphOf(model).initializer[0]!.dataType = 77)), 'the unknown type 77'],
  [
    'sparse weights',
    changed((model) => graphOf(model).sparseInitializer.push(create(SparseTensorProtoSchema, {}))),
    'sparse weights, which are not supported',
  ],
  ['bodies without end', nested(20), 'nested deeper than 16 levels'],
])('%s is refused in words', (_, file, cause) => {
  expect(() => parseOnnx(file)).toThrow(cause);
});

it('a message nested a thousand times is refused, not followed', () => {
  let inner = Buffer.alloc(0);
  // GraphProto.node (1) › NodeProto.attribute (5) › AttributeProto.g (6): three lengths a level
  for (let level = 0; level < 333; level++)
    for (const tag of [0x32, 0x2a, 0x0a]) inner = Buffer.concat([Buffer.from([tag, ...varint(inner.length)]), inner]);
  expect(() => parseOnnx(Buffer.concat([Buffer.from([0x3a, ...varint(inner.length)]), inner]))).toThrow('recursion');
});
function varint(n: number): number[] {
  const bytes: number[] = [];
  for (let rest = n; ; rest >>>= 7) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest & 127) | 128);
  }
}

it('weights in a file beside it are taken in, from exactly the bytes it names', async () => {
  const { file, beside, data } = withWeightsOutside('weights.bin');
  const model = parseOnnx(file);
  expect(externalFiles(model)).toEqual(['weights.bin']);
  await takeIn(model, async ({ offset, length }) => beside.subarray(offset, offset + length));
  expect(externalFiles(model)).toEqual([]);
  expect(new Float32Array(model.graph!.initializer[1]!.rawData.buffer)).toEqual(data);
});

it.each<[string, string, Record<string, string>, string]>([
  ['a path', '../../etc/passwd', {}, 'must lie in a file of the model’s own folder'.replace('’', "'")],
  ['an absolute path', '/etc/passwd', {}, "the model's own folder"],
  ['a path of Windows', '..\\secret', {}, "the model's own folder"],
  ['no name', '', {}, "the model's own folder"],
  ['a negative offset', 'w.bin', { offset: '-1' }, 'its offset in w.bin must be a count of bytes, got “-1”'],
  ['no number', 'w.bin', { offset: 'NaN' }, 'must be a count of bytes'],
  ['another length', 'w.bin', { length: '4' }, 'needs 768 bytes, but names 4'],
  ['a huge offset', 'w.bin', { offset: '99999999999999999999' }, 'must be a count of bytes'],
])('weights outside under %s are refused', async (_, location, change, cause) => {
  const model = parseOnnx(withWeightsOutside(location, change).file);
  await expect(async () => externalFiles(model)).rejects.toThrow(cause);
});

it('any value can be asked for, of a file with several inputs too', async () => {
  const program = foreignProgram(parseOnnx(classifier()), {
    inputs: { data: { dtype: 'float32', shape: [batchDim, 1, 8, 8] } },
    outputs: {
      scores: { dtype: 'float32', shape: [batchDim, 3] },
      active: { dtype: 'float32', shape: [batchDim, 4, 8, 8] },
    },
    device: 'cpu',
  });
  const session = await openForwardSession(program, { device: 'cpu' });
  const { scores, active } = await session.run({ data: new Float32Array(128) }, 2);
  expect(scores!.shape).toEqual([2, 3]);
  expect(active!.data.length).toBe(2 * 4 * 64);
  await session.close();
});

it('a trial tells shapes, and what ONNX Runtime says of a file that asks for 400 GB', async () => {
  const fed = { data: { dtype: 'float32' as const, shape: [2, 1, 8, 8] } };
  const [trial] = await tryForeign(parseOnnx(classifier()), ['active', 'classes'], [fed]);
  expect(trial).not.toBeInstanceOf(Error);
  expect(trial).toMatchObject({
    values: new Map([
      ['active', { dtype: 'float32', shape: [2, 4, 8, 8] }],
      ['classes', { dtype: 'float32', shape: [2, 3] }],
    ]),
  });
  const [looped] = await tryForeign(parseOnnx(loop(5n)), ['last'], [fed]);
  expect(looped).not.toBeInstanceOf(Error);
  const one = { data: { dtype: 'float32' as const, shape: [1, 1, 8, 8] } };
  const [failed] = await tryForeign(parseOnnx(greedy()), ['all'], [one]).catch((error: Error) => [error]);
  expect(failed).toBeInstanceOf(Error);
});
