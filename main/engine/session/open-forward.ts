/** Runs a forward program for any batch size, with weights that can be replaced. */

import { InferenceSession, type Tensor } from 'onnxruntime-node';
import type { ForwardProgram } from '../compile';
import { expectDevice } from './open-train';
import type { SessionOptions, TypedArray } from './runtime';
import { arrayOf, feedTensor, sessionOptions, tensorOf, withBatch } from './runtime';
import type { OutputValue } from './train-session';
import { Transfer } from './transfer';
import type { Values } from './variables';
import { checked, startValues } from './variables';

export interface ForwardSession {
  /** `batch` is N of this run. */
  run(feeds: Readonly<Record<string, TypedArray>>, batch?: number): Promise<Record<string, OutputValue>>;
  /** Replaces the named weights; names that this program does not have are passed over. */
  write(values: Values): Promise<void>;
  close(): Promise<void>;
}

export interface ForwardSessionOptions extends SessionOptions {
  /** Weights by name; values of a training session fit, as do ones with more names than this program has. */
  values?: Values;
  /** Weights that are not given start from this seed. */
  seed?: number;
}

type Tensors = Record<string, Tensor>;

export async function openForwardSession(
  program: ForwardProgram,
  options: ForwardSessionOptions,
): Promise<ForwardSession> {
  expectDevice('openForwardSession', program.device, options.device);
  const start = startValues(program.variables, options.seed ?? 0, options.values);
  const session = await InferenceSession.create(program.onnx, sessionOptions(options));
  const usesTransfer = options.device === 'webgpu' && program.variables.length > 0;
  const transfer = usesTransfer ? await Transfer.create(program.variables) : undefined;
  const host: Tensors = {};
  for (const { name, dtype, shape } of program.variables) host[name] = tensorOf(dtype, start.get(name)!, shape);
  return new OpenForwardSession(program, session, transfer, transfer ? await transfer.upload(host) : host);
}

class OpenForwardSession implements ForwardSession {
  readonly #program: ForwardProgram;
  readonly #session: InferenceSession;
  /** On WebGPU, where weights live on the device. */
  readonly #transfer: Transfer | undefined;
  #weights: Tensors;

  constructor(program: ForwardProgram, session: InferenceSession, transfer: Transfer | undefined, weights: Tensors) {
    this.#program = program;
    this.#session = session;
    this.#transfer = transfer;
    this.#weights = weights;
  }

  async run(feeds: Readonly<Record<string, TypedArray>>, batch = 1): Promise<Record<string, OutputValue>> {
    const { inputs, outputs } = this.#program;
    const fed: Tensors = { ...this.#weights };
    for (const [name, { dtype, shape }] of Object.entries(inputs)) {
      fed[name] = feedTensor(name, feeds[name], { dtype, shape: withBatch(shape, batch) });
    }
    const results = (await this.#session.run(fed)) as Tensors;
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { dtype, shape }]) => {
        return [name, { dtype, shape: withBatch(shape, batch), data: arrayOf(results[name]!) }];
      }),
    );
  }

  async write(values: Values): Promise<void> {
    const next: Tensors = { ...this.#weights };
    for (const variable of this.#program.variables) {
      const data = values.get(variable.name);
      if (data) next[variable.name] = tensorOf('float32', checked(variable, data), variable.shape);
    }
    const old = this.#weights;
    this.#weights = this.#transfer ? await this.#transfer.upload(next) : next;
    if (this.#transfer) for (const tensor of Object.values(old)) tensor.dispose();
  }

  async close(): Promise<void> {
    if (this.#transfer) for (const tensor of Object.values(this.#weights)) tensor.dispose();
    await this.#session.release();
    await this.#transfer?.close();
  }
}
