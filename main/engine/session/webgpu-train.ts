/** Training on WebGPU: weights and moments stay on the device; only batches go up and terms come down. */

import { InferenceSession, type Tensor } from 'onnxruntime-node';
import type { TrainProgram } from '../compile';
import { LEARNING_RATE, nextName, termName } from '../compile';
import type { TypedArray } from './runtime';
import { arrayOf, feedTensor, sessionOptions, tensorOf } from './runtime';
import type { OutputValue, TrainSession } from './train-session';
import { Transfer } from './transfer';
import type { Values, VariableValue } from './variables';
import { checked, expectKnown } from './variables';

type Tensors = Record<string, Tensor>;

export async function webgpuTrainSession(
  program: TrainProgram,
  start: ReadonlyMap<string, Float32Array<ArrayBuffer>>,
): Promise<TrainSession> {
  const kept = program.variables.filter(({ changes }) => changes);
  const preferredOutputLocation = {
    ...Object.fromEntries(kept.map(({ name }) => [nextName(name), 'gpu-buffer' as const])),
    ...Object.fromEntries(program.terms.map((term) => [termName(term), 'cpu' as const])),
    ...Object.fromEntries(Object.keys(program.outputs).map((name) => [name, 'cpu' as const])),
  };
  const options = { ...sessionOptions({ device: 'webgpu' }), preferredOutputLocation };
  const session = await InferenceSession.create(program.onnx, options);
  const transfer = await Transfer.create(program.variables);
  const host: Tensors = {};
  for (const { name, dtype, shape } of program.variables) host[name] = tensorOf(dtype, start.get(name)!, shape);
  return new WebgpuTrainSession(program, session, transfer, await transfer.upload(host));
}

class WebgpuTrainSession implements TrainSession {
  outputs: Record<string, OutputValue> = {};
  readonly #program: TrainProgram;
  readonly #session: InferenceSession;
  readonly #transfer: Transfer;
  #resident: Tensors;

  constructor(program: TrainProgram, session: InferenceSession, transfer: Transfer, resident: Tensors) {
    this.#program = program;
    this.#session = session;
    this.#transfer = transfer;
    this.#resident = resident;
  }

  async step(feeds: Readonly<Record<string, TypedArray>>, learningRate: number): Promise<Record<string, number>> {
    const { inputs, variables, terms, outputs } = this.#program;
    const fed: Tensors = {
      ...this.#resident,
      [LEARNING_RATE]: tensorOf('float32', new Float32Array([learningRate]), []),
    };
    for (const [name, signature] of Object.entries(inputs)) fed[name] = feedTensor(name, feeds[name], signature);
    const results = (await this.#session.run(fed)) as Tensors;
    for (const { name, changes } of variables) {
      if (!changes) continue;
      this.#resident[name]!.dispose(); // the garbage collector never frees device memory
      this.#resident[name] = results[nextName(name)]!;
    }
    this.outputs = Object.fromEntries(
      Object.entries(outputs).map(([name, { dtype, shape }]) => {
        return [name, { dtype, shape: shape.map(Number), data: arrayOf(results[name]!) }];
      }),
    );
    return Object.fromEntries(terms.map((term) => [term, Number(arrayOf(results[termName(term)]!)[0])]));
  }

  async read(): Promise<Map<string, VariableValue>> {
    const copies = await this.#transfer.download(this.#resident);
    return new Map(
      this.#program.variables.map(({ name, dtype, shape }) => {
        return [name, { dtype, shape, data: new Float32Array(arrayOf(copies[name]!) as Float32Array) }];
      }),
    );
  }

  async write(values: Values): Promise<void> {
    expectKnown(this.#program.variables, values);
    const mixed: Tensors = { ...this.#resident };
    for (const variable of this.#program.variables) {
      const data = values.get(variable.name);
      if (data) mixed[variable.name] = tensorOf('float32', checked(variable, data), variable.shape);
    }
    const next = await this.#transfer.upload(mixed);
    for (const tensor of Object.values(this.#resident)) tensor.dispose();
    this.#resident = next;
  }

  async close(): Promise<void> {
    for (const tensor of Object.values(this.#resident)) tensor.dispose();
    await this.#session.release();
    await this.#transfer.close();
  }
}
