/** Moves tensors between JavaScript and the WebGPU device. */

import { InferenceSession, type Tensor } from 'onnxruntime-node';
import type { Attribute, OnnxNode, Value } from '../onnx/emitter';
import { Emitter } from '../onnx/emitter';
import { encode } from '../onnx/encode';
import { sessionOptions } from './runtime';

type Tensors = Record<string, Tensor>;

/**
 * A model of Identity nodes. Reading a device tensor directly ends the whole process in ONNX Runtime 1.30, and each
 * session must always fetch the same outputs; so one session uploads, and another one downloads.
 */
export class Transfer {
  readonly #upload: InferenceSession;
  readonly #download: InferenceSession;

  private constructor(upload: InferenceSession, download: InferenceSession) {
    this.#upload = upload;
    this.#download = download;
  }

  static async create(values: readonly Value[]): Promise<Transfer> {
    const model = identityModel(values);
    const options = sessionOptions({ device: 'webgpu' });
    const locations = Object.fromEntries(values.map(({ name }) => [outputName(name), 'gpu-buffer' as const]));
    const upload = await InferenceSession.create(model, { ...options, preferredOutputLocation: locations });
    return new Transfer(upload, await InferenceSession.create(model, options));
  }

  /** Copies on the device; the sources may be disposed of. */
  upload(tensors: Tensors): Promise<Tensors> {
    return renamed(this.#upload, tensors);
  }

  /** Copies in JavaScript memory. */
  download(tensors: Tensors): Promise<Tensors> {
    return renamed(this.#download, tensors);
  }

  async close(): Promise<void> {
    await this.#upload.release();
    await this.#download.release();
  }
}

const outputName = (name: string): string => `copy:${name}`;

async function renamed(session: InferenceSession, tensors: Tensors): Promise<Tensors> {
  const copies = (await session.run(tensors)) as Tensors;
  return Object.fromEntries(Object.keys(tensors).map((name) => [name, copies[outputName(name)]!]));
}

function identityModel(values: readonly Value[]): Uint8Array<ArrayBuffer> {
  const attributes: Record<string, Attribute> = {};
  const nodes = values.map(({ name }): OnnxNode => {
    return { type: 'Identity', domain: '', inputs: [name], outputs: [outputName(name)], attributes };
  });
  const outputs = values.map((value) => ({ ...value, name: outputName(value.name) }));
  return encode({ nodes, constants: [], inputs: values, outputs });
}

/** Makes tensors of zeros on the device, where an upload would cost their whole size each time. */
export class Zeros {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  static async create(values: readonly (Value & { readonly shape: readonly number[] })[]): Promise<Zeros> {
    const emit = new Emitter('webgpu');
    for (const { shape } of values) emit.node('Expand', [emit.scalar(0), emit.ints(shape)]);
    const nodes = emit.nodes.map((node, place) => ({ ...node, outputs: [values[place]!.name] }));
    const model = encode({ nodes, constants: emit.constants, inputs: [], outputs: values });
    const session = await InferenceSession.create(model, {
      ...sessionOptions({ device: 'webgpu' }),
      graphOptimizationLevel: 'disabled', // else the zeros become constants, and stay in memory as well
      preferredOutputLocation: Object.fromEntries(values.map(({ name }) => [name, 'gpu-buffer' as const])),
    });
    return new Zeros(session);
  }

  async make(): Promise<Tensors> {
    return (await this.#session.run({})) as Tensors;
  }

  close(): Promise<void> {
    return this.#session.release();
  }
}
