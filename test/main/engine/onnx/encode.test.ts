import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { Emitter } from '#main/engine/onnx/emitter';
import { encode } from '#main/engine/onnx/encode';
import { readOnnx } from '#main/engine/onnx/read';
import { batchDim } from '#main/engine/shape';

describe('an encoded model', () => {
  const emit = new Emitter('cpu');
  const scaled = emit.node('Mul', ['x', emit.scalar(2)]);
  const y = emit.node('ReduceSum', [scaled, emit.ints([1])], { keepdims: 0 });
  const bytes = encode({
    nodes: emit.nodes,
    constants: emit.constants,
    inputs: [{ name: 'x', dtype: 'float32', shape: [batchDim, 3] }],
    outputs: [{ name: y, dtype: 'float32', shape: [batchDim] }],
    metadata: { made: 'here' },
  });

  it('runs in ONNX Runtime', async () => {
    const session = await InferenceSession.create(bytes);
    const x = new Tensor('float32', Float32Array.from([1, 2, 3, 4, 5, 6]), [2, 3]);
    expect(Array.from((await session.run({ x }))[y]!.data as Float32Array)).toEqual([12, 30]);
    await session.release();
  });

  it('can be read again', () => {
    expect(readOnnx(bytes)).toMatchObject({
      producer: 'pretext',
      opset: 20,
      metadata: { made: 'here' },
      inputs: [{ name: 'x', dtype: 'float', shape: ['N', 3] }],
      outputs: [{ name: y, dtype: 'float', shape: ['N'] }],
      operators: new Map([
        ['Mul', 1],
        ['ReduceSum', 1],
      ]),
    });
  });
});

it('stores equal constants once, and keeps 0 and −0 apart', () => {
  const emit = new Emitter('cpu');
  expect(emit.scalar(1)).toBe(emit.scalar(1));
  expect(emit.scalar(0)).not.toBe(emit.scalar(-0));
  expect(emit.ints([1])).not.toBe(emit.constant(new Float32Array([1]), [1], 'float32'));
});

it('says when a file is no model', () => {
  expect(() => readOnnx(new Uint8Array())).toThrow('readOnnx: the file cannot be read: it is empty');
});
