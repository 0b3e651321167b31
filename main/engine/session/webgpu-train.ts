/** Training on WebGPU: weights and moments stay on the device; only batches go up and terms come down. */

import { InferenceSession } from 'onnxruntime-node';
import type { StepGraph, TrainPhase, TrainProgram } from '../program';
import { nextName, termName } from '../program';
import { sessionOptions, tensorOf } from './runtime';
import type { Tensors, TrainDevice } from './steps';
import { StepSession } from './steps';
import type { TrainSession } from './train-session';
import { Transfer, Zeros } from './transfer';
import type { Values, VariableValue } from './variables';
import { checked, expectKnown } from './variables';

export async function webgpuTrainSession(
  program: TrainProgram,
  start: ReadonlyMap<string, Float32Array<ArrayBuffer>>,
): Promise<TrainSession> {
  const sessions = new Map<StepGraph, InferenceSession>();
  const zeros = new Map<TrainPhase, Zeros>();
  for (const phase of Object.values(program.phases)) {
    const { accumulate, update } = phase.graphs;
    for (const graph of accumulate ? [accumulate, update] : [update]) sessions.set(graph, await open(graph));
    if (phase.buffers.length > 0) zeros.set(phase, await Zeros.create(phase.buffers));
  }
  const transfer = await Transfer.create(program.variables);
  const host: Tensors = {};
  for (const { name, dtype, shape } of program.variables) host[name] = tensorOf(dtype, start.get(name)!, shape);
  const resident = await transfer.upload(host);
  return new StepSession(program, new Webgpu({ program, sessions, zeros, transfer, resident }));
}

function open({ onnx, changes, terms, outputs }: StepGraph): Promise<InferenceSession> {
  const preferredOutputLocation = {
    ...Object.fromEntries([...changes.keys()].map((name) => [nextName(name), 'gpu-buffer' as const])),
    ...Object.fromEntries(terms.map((term) => [termName(term), 'cpu' as const])),
    ...Object.fromEntries(Object.keys(outputs).map((name) => [name, 'cpu' as const])),
  };
  return InferenceSession.create(onnx, { ...sessionOptions({ device: 'webgpu' }), preferredOutputLocation });
}

interface WebgpuParts {
  readonly program: TrainProgram;
  readonly sessions: ReadonlyMap<StepGraph, InferenceSession>;
  readonly zeros: ReadonlyMap<TrainPhase, Zeros>;
  readonly transfer: Transfer;
  /** Variables, and buffers once they were cleared. */
  resident: Tensors;
}

class Webgpu implements TrainDevice {
  readonly #parts: WebgpuParts;

  constructor(parts: WebgpuParts) {
    this.#parts = parts;
  }

  async run(graph: StepGraph, inputs: Tensors): Promise<Tensors> {
    const { sessions, resident } = this.#parts;
    const feeds = { ...inputs };
    for (const name of graph.reads) feeds[name] = resident[name]!;
    const results = (await sessions.get(graph)!.run(feeds)) as Tensors;
    for (const name of graph.changes.keys()) this.#replace(name, results[nextName(name)]!);
    return results;
  }

  /** The garbage collector never frees device memory. */
  #replace(name: string, value: Tensors[string]): void {
    const { resident } = this.#parts;
    resident[name]?.dispose();
    resident[name] = value;
  }

  async clear(phase: TrainPhase): Promise<void> {
    const zeros = await this.#parts.zeros.get(phase)?.make();
    for (const [name, value] of Object.entries(zeros ?? {})) this.#replace(name, value);
  }

  async read(): Promise<Map<string, VariableValue>> {
    const copies = await this.#parts.transfer.download(this.#variables());
    return new Map(
      this.#parts.program.variables.map(({ name, dtype, shape }) => {
        return [name, { dtype, shape, data: new Float32Array(copies[name]!.data as Float32Array) }];
      }),
    );
  }

  #variables(): Tensors {
    const { program, resident } = this.#parts;
    return Object.fromEntries(program.variables.map(({ name }) => [name, resident[name]!]));
  }

  async write(values: Values): Promise<void> {
    const { program, transfer } = this.#parts;
    expectKnown(program.variables, values);
    const mixed = this.#variables();
    for (const variable of program.variables) {
      const data = values.get(variable.name);
      if (data) mixed[variable.name] = tensorOf('float32', checked(variable, data), variable.shape);
    }
    const next = await transfer.upload(mixed);
    for (const [name, value] of Object.entries(next)) this.#replace(name, value);
  }

  async close(): Promise<void> {
    const { sessions, zeros, transfer, resident } = this.#parts;
    for (const tensor of Object.values(resident)) tensor.dispose();
    for (const session of sessions.values()) await session.release();
    for (const source of zeros.values()) await source.close();
    await transfer.close();
  }
}
