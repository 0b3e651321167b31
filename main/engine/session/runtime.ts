/** ONNX Runtime as the sessions use it: options, typed arrays in and out, and the devices of this machine. */

import type { InferenceSession } from 'onnxruntime-node';
import { Tensor } from 'onnxruntime-node';
import type { DType, Shape, Signature } from '../shape';
import { isFixed, show } from '../shape';

/** What a program can run on: ONNX Runtime's execution providers, by their own names. */
export type Device = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';
export type TypedArray = Float32Array | Int32Array | BigInt64Array | Uint8Array;

export interface SessionOptions {
  device: Device;
  /** Threads inside one operator, on the CPU. All cores when left out. */
  threads?: number;
  /** Threads wait for work by spinning: faster on an idle machine, much slower on a busy one. Off by default. */
  spin?: boolean;
  /** Beginning of the path of a file into which the time of every node is written, once the session is closed. */
  profileTo?: string;
}

const LOG_ERRORS = 3;

export function sessionOptions({
  device,
  threads,
  spin = false,
  profileTo,
}: SessionOptions): InferenceSession.SessionOptions {
  return {
    executionProviders: [device],
    logSeverityLevel: LOG_ERRORS,
    // A plan of all memory made after the first run lies beside what that run had taken: twice the memory, no faster.
    ...(device === 'cpu' ? { enableMemPattern: false } : {}),
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    ...(profileTo === undefined ? {} : { enableProfiling: true, profileFilePrefix: profileTo }),
    extra: { session: { intra_op: { allow_spinning: spin ? '1' : '0' } } },
  };
}

const arrays = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array, bool: Uint8Array } as const;

export const emptyArray = (dtype: DType, length: number): TypedArray => new arrays[dtype](length);

/** An ONNX Runtime tensor over the same memory: no copy is made. */
export const tensorOf = (dtype: DType, data: TypedArray, shape: readonly number[]): Tensor =>
  new Tensor(dtype as 'float32', data as Float32Array, shape as number[]);

/** Checks fed data against what the program declared, and wraps it. */
export function feedTensor(name: string, data: TypedArray | undefined, { dtype, shape }: Signature): Tensor {
  if (!data) throw new Error(`feeds: input ${name} (${dtype} ${show(shape)}) is missing`);
  if (!(data instanceof arrays[dtype])) {
    throw new Error(`feeds: input ${name} must be a ${arrays[dtype].name}, got a ${data.constructor.name}`);
  }
  const dims = shape.map((dim) => (isFixed(dim) ? dim : Number.NaN));
  const length = dims.reduce((total, dim) => total * dim, 1);
  if (data.length !== length) {
    throw new Error(`feeds: input ${name} ${show(shape)} must hold ${length} values, got ${data.length}`);
  }
  // ONNX Runtime refuses memory that threads share; such a batch is copied.
  const isShared = typeof SharedArrayBuffer !== 'undefined' && data.buffer instanceof SharedArrayBuffer;
  return tensorOf(dtype, isShared ? data.slice() : data, dims);
}

/** The program's shape for one batch size. */
export const withBatch = (shape: Shape, batch: number): number[] =>
  shape.map((dim) => (isFixed(dim) ? dim : dim.batch * batch));

export const arrayOf = (tensor: { readonly data: unknown }): TypedArray => tensor.data as TypedArray;

/** Lets timers and messages (a stop request) in between two native calls, which block their thread. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
