/** Runs a foreign network once on zeros: whether it runs at all, and of what shape and type its values come out. */

import { create, toBinary } from '@bufbuild/protobuf';
import type { ModelProto } from 'onnx-buf';
import { ModelProtoSchema, ValueInfoProtoSchema } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { sessionOptions } from '../session/runtime';
import { keepOnly } from './rewrite';

export interface Given {
  dtype: string;
  shape: readonly number[];
}

/** Arrays of the element types that can be fed, by ONNX Runtime's name. */
const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  bool: Uint8Array,
  float16: Uint16Array,
} as const;
export type FedType = keyof typeof arrays;
export interface Fed {
  dtype: FedType;
  shape: readonly number[];
  /** Every element; default 0. A choice between networks, such as a sample rate, is made by it. */
  value?: number;
}

export interface Trial {
  /** What each wanted value looked like, by name. */
  values: Map<string, Given>;
}

/**
 * Opens the model and runs it once for each set of inputs, all zero. A file that was made to hang or to eat memory does
 * so here: run it in a process that may be ended.
 *
 * @throws Error with ONNX Runtime's own words
 */
export async function tryForeign(
  model: ModelProto,
  wanted: readonly string[],
  feeds: readonly Readonly<Record<string, Fed>>[],
): Promise<(Trial | Error)[]> {
  const graph = model.graph!;
  const declared = new Map(graph.output.map((value) => [value.name, value] as const));
  graph.output = wanted.map((name) => declared.get(name) ?? create(ValueInfoProtoSchema, { name }));
  keepOnly(graph, wanted);
  // What goes wrong comes back as an error; it need not be written to the terminal as well.
  const options = { ...sessionOptions({ device: 'cpu' }), logSeverityLevel: 4 as const };
  const session = await InferenceSession.create(toBinary(ModelProtoSchema, model), options);
  try {
    const known = new Set(session.inputNames);
    const trials: (Trial | Error)[] = [];
    for (const fed of feeds) trials.push(await once(session, fed, known));
    return trials;
  } finally {
    await session.release();
  }
}

async function once(
  session: InferenceSession,
  fed: Readonly<Record<string, Fed>>,
  known: ReadonlySet<string>,
): Promise<Trial | Error> {
  const given = Object.entries(fed).filter(([name]) => known.has(name));
  const tensors = given.map(([name, one]) => [name, filled(one)] as const);
  try {
    const results = await session.run(Object.fromEntries(tensors));
    const values = Object.entries(results).map(
      ([name, { type, dims }]) => [name, { dtype: type, shape: dims }] as const,
    );
    return { values: new Map(values) };
  } catch (error) {
    return error as Error;
  }
}

function filled({ dtype, shape, value = 0 }: Fed): Tensor {
  const length = shape.reduce((product, size) => product * size, 1);
  const data = new arrays[dtype](length);
  if (data instanceof BigInt64Array) data.fill(BigInt(value));
  else data.fill(value);
  return new Tensor(dtype as 'float32', data as Float32Array, [...shape]);
}
