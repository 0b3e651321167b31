/**
 * Runs a model on the CPU without copying its outputs. The only file that relies on how ONNX Runtime 1.30 works inside.
 *
 * ONNX Runtime writes each result into the array that the caller prepared, and then its Node binding copies all of
 * them once more into new arrays, which for the weights of a model costs more than a third of a small training step.
 * A first output of a type that JavaScript does not know (bfloat16) makes that second copy stop before it starts: the
 * run is complete, the prepared arrays are filled, and the binding throws the one message that is expected here.
 *
 * self-test.ts proves all this at the start of a process, and a session falls back to ordinary runs otherwise.
 */

import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Binding } from 'onnxruntime-node/dist/binding.js';

const FIRST = 'internal:stop';
const EXPECTED = `Tensor type (${TensorProto_DataType.BFLOAT16}) is not supported.`;

type Tensors = Record<string, Tensor>;

export class RunnerWithoutCopies {
  readonly #session: Binding.InferenceSession;

  private constructor(session: Binding.InferenceSession) {
    this.#session = session;
  }

  static async create(onnx: Uint8Array, options: InferenceSession.SessionOptions): Promise<RunnerWithoutCopies> {
    const { binding, initOrt } = await loadBinding();
    initOrt();
    const session = new binding.InferenceSession();
    const model = withUnreadableOutput(onnx);
    session.loadModel(model.buffer, model.byteOffset, model.byteLength, options);
    return new RunnerWithoutCopies(session);
  }

  /** Fills the prepared arrays. Blocks the thread until the run is done. */
  run(feeds: Tensors, prepared: Tensors): void {
    try {
      this.#session.run(feeds, { [FIRST]: null, ...prepared }, {});
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes(EXPECTED)) throw error;
      return;
    }
    throw new Error('internal: ONNX Runtime read a bfloat16 output, so the outputs were copied');
  }

  close(): void {
    this.#session.dispose();
  }
}

/** CommonJS from ESM: the named exports may sit on `default`. */
async function loadBinding(): Promise<typeof import('onnxruntime-node/dist/binding.js')> {
  const loaded = await import('onnxruntime-node/dist/binding.js');
  return 'binding' in loaded ? loaded : (loaded as { default: typeof loaded }).default;
}

function withUnreadableOutput(onnx: Uint8Array): Uint8Array<ArrayBuffer> {
  const model = fromBinary(ModelProtoSchema, onnx);
  const { graph } = model;
  if (!graph) throw new Error('internal: the model has no graph');
  const { BFLOAT16 } = TensorProto_DataType;
  const to = create(AttributeProtoSchema, { name: 'to', type: AttributeProto_AttributeType.INT, i: BigInt(BFLOAT16) });
  const { FLOAT } = TensorProto_DataType;
  const zero = create(TensorProtoSchema, { name: `${FIRST}:zero`, dataType: FLOAT, rawData: new Uint8Array(4) });
  graph.initializer.push(zero);
  graph.node.push(create(NodeProtoSchema, { opType: 'Cast', input: [zero.name], output: [FIRST], attribute: [to] }));
  const scalar = { elemType: BFLOAT16, shape: { dim: [] } };
  graph.output.unshift(
    create(ValueInfoProtoSchema, { name: FIRST, type: { value: { case: 'tensorType', value: scalar } } }),
  );
  return toBinary(ModelProtoSchema, model);
}
