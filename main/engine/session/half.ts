/** Whether a device computes in float16, which programs compiled with mixed precision need. */

import { TensorProto_DataType } from 'onnx-buf';
import { InferenceSession } from 'onnxruntime-node';
import { Emitter } from '../onnx/emitter';
import { encode } from '../onnx/encode';
import type { TrainProgram } from '../program';
import type { Device } from './runtime';
import { sessionOptions, tensorOf } from './runtime';

const tried = new Map<Device, Promise<boolean>>();

/**
 * Tried out once in a process. The CPU always does: ONNX Runtime computes in float32 between the casts there, so the
 * results are those of float16 operands, and nothing is gained but the test.
 */
export function computesInHalf(device: Device): Promise<boolean> {
  const known = tried.get(device) ?? (device === 'cpu' ? Promise.resolve(true) : tryHalf(device));
  tried.set(device, known);
  return known;
}

export async function expectHalf({ precision, device }: TrainProgram, on: Device): Promise<void> {
  if (precision === 'float32' || (await computesInHalf(on))) return;
  const why = device === 'webgpu' ? 'this graphics device has no 16-bit shaders (shader-f16)' : `${on} lacks float16`;
  throw new Error(`openTrainSession: ${why}, which mixed precision needs; compile the program in float32`);
}

const LOG_NOTHING = 4;

async function tryHalf(device: Device): Promise<boolean> {
  const emit = new Emitter(device);
  const matrix = { dtype: 'float32', shape: [2, 2] } as const;
  const half = emit.node('Cast', ['x'], { to: TensorProto_DataType.FLOAT16 });
  const y = emit.node('Cast', [emit.node('MatMul', [half, half])], { to: TensorProto_DataType.FLOAT });
  const values = { inputs: [{ ...matrix, name: 'x' }], outputs: [{ ...matrix, name: y }] };
  const model = encode({ ...values, nodes: emit.nodes, constants: emit.constants });
  try {
    const options = { ...sessionOptions({ device }), logSeverityLevel: LOG_NOTHING as 4 };
    const session = await InferenceSession.create(model, options);
    const results = await session.run({ x: tensorOf('float32', Float32Array.of(1, 2, 3, 4), [2, 2]) });
    await session.release();
    return (results[y]!.data as Float32Array)[3] === 22;
  } catch {
    return false;
  }
}
