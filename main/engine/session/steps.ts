/** A training step on any device: feeds are checked, each micro-batch is run, then the parameters move. */

import type { Tensor } from 'onnxruntime-node';
import type { StepGraph, TrainPhase, TrainProgram } from '../program';
import { LEARNING_RATE, termName } from '../program';
import type { Signature } from '../shape';
import { arrayOf, breathe, feedTensor, tensorOf } from './runtime';
import type { OutputValue, StepFeeds, TrainSession } from './train-session';
import type { Values, VariableValue } from './variables';

export type Tensors = Record<string, Tensor>;

/** Where the variables live, and what runs a model over them. */
export interface TrainDevice {
  /** Runs the model on these inputs and the present variables, which then have their new values. */
  run(graph: StepGraph, inputs: Tensors): Promise<Tensors>;
  /** Sets the phase's buffers to zero. */
  clear(phase: TrainPhase): Promise<void>;
  read(): Promise<Map<string, VariableValue>>;
  write(values: Values): Promise<void>;
  close(): Promise<void>;
}

export class StepSession implements TrainSession {
  outputs: Record<string, OutputValue> = {};
  readonly #program: TrainProgram;
  readonly #device: TrainDevice;

  constructor(program: TrainProgram, device: TrainDevice) {
    this.#program = program;
    this.#device = device;
  }

  async step(
    feeds: StepFeeds | readonly StepFeeds[],
    learningRate: number,
    phase?: string,
    check?: () => void,
  ): Promise<Record<string, number>> {
    const part = this.#phase(phase);
    const batches = batchesOf(part, feeds).map((batch) => fedTensors(part.inputs, batch));
    const rate = tensorOf('float32', new Float32Array([learningRate]), []);
    const { accumulate, update } = part.graphs;
    const terms: Record<string, number> = {};
    const outputs: Record<string, OutputValue> = {};
    const run = async (graph: StepGraph, inputs: Tensors, share: number) => {
      await breathe();
      const results = await this.#device.run(graph, chosen({ ...inputs, [LEARNING_RATE]: rate }, graph.inputs));
      for (const term of graph.terms) terms[term] = (terms[term] ?? 0) + share * scalar(results[termName(term)]!);
      for (const [name, signature] of Object.entries(graph.outputs)) outputs[name] = output(signature, results[name]!);
    };
    if (accumulate) {
      await this.#device.clear(part);
      const undone = leavesNoTrace(part, accumulate); // what has gathered so far is cleared by the next step
      for (const batch of batches) {
        if (undone) check?.();
        await run(accumulate, batch, 1 / batches.length);
      }
      if (undone) check?.();
    }
    await run(update, batches.at(-1)!, 1);
    this.outputs = outputs;
    return terms;
  }

  #phase(name?: string): TrainPhase {
    const { phases } = this.#program;
    const names = Object.keys(phases);
    const wanted = name ?? (names.length === 1 ? names[0] : undefined);
    const phase = wanted === undefined ? undefined : phases[wanted];
    if (phase) return phase;
    throw new Error(`step: name one of the phases ${names.join(', ')}${name === undefined ? '' : `, not ${name}`}`);
  }

  read(): Promise<Map<string, VariableValue>> {
    return this.#device.read();
  }

  write(values: Values): Promise<void> {
    return this.#device.write(values);
  }

  close(): Promise<void> {
    return this.#device.close();
  }
}

/** Whether a micro-batch changes nothing but the sums of gradients: no running statistics, no state of chance. */
const leavesNoTrace = ({ buffers }: TrainPhase, { changes }: StepGraph): boolean =>
  [...changes.keys()].every((name) => buffers.some((buffer) => buffer.name === name));

function batchesOf({ microBatches }: TrainPhase, feeds: StepFeeds | readonly StepFeeds[]): readonly StepFeeds[] {
  const batches = isList(feeds) ? feeds : [feeds];
  if (batches.length === microBatches) return batches;
  throw new Error(`step: the program takes ${microBatches} micro-batches, got ${batches.length}`);
}

const isList = (feeds: StepFeeds | readonly StepFeeds[]): feeds is readonly StepFeeds[] => Array.isArray(feeds);

const fedTensors = (inputs: Readonly<Record<string, Signature>>, feeds: StepFeeds): Tensors =>
  Object.fromEntries(Object.entries(inputs).map(([name, spec]) => [name, feedTensor(name, feeds[name], spec)]));

const chosen = (tensors: Tensors, names: readonly string[]): Tensors =>
  Object.fromEntries(names.map((name) => [name, tensors[name]!]));

const scalar = (tensor: Tensor): number => Number(arrayOf(tensor)[0]);

/** A copy, because the next run may write into the same memory. */
const output = ({ dtype, shape }: Signature, tensor: Tensor): OutputValue => ({
  dtype,
  shape: shape.map(Number),
  data: arrayOf(tensor).slice(),
});
