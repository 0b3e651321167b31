/** Training on the CPU: weights are JavaScript arrays that ONNX Runtime reads and writes where they lie. */

import { InferenceSession } from 'onnxruntime-node';
import type { StepGraph, TrainPhase, TrainProgram } from '../program';
import { nextName, termName } from '../program';
import type { SessionOptions } from './runtime';
import { arrayOf, emptyArray, sessionOptions, tensorOf } from './runtime';
import type { Tensors, TrainDevice } from './steps';
import { StepSession } from './steps';
import type { TrainSession } from './train-session';
import type { Values, VariableValue } from './variables';
import { checked, expectKnown } from './variables';
import { RunnerWithoutCopies } from './without-copies';

/** Runs a model and returns all its outputs; afterwards the new values are the current ones. */
interface Runner {
  run(feeds: Tensors): Promise<Tensors>;
  close(): Promise<void>;
}

export type CpuTrainOptions = SessionOptions & { withoutCopies: boolean };

export async function cpuTrainSession(
  program: TrainProgram,
  start: ReadonlyMap<string, Float32Array<ArrayBuffer>>,
  options: CpuTrainOptions,
): Promise<TrainSession> {
  const memory = new Memory(program, start);
  const runners = new Map<StepGraph, Runner>();
  for (const { graphs } of Object.values(program.phases)) {
    for (const graph of [graphs.accumulate, graphs.update]) {
      if (!graph) continue;
      const open = options.withoutCopies ? preparedRunner : ordinaryRunner;
      runners.set(graph, await open(graph, memory, options));
    }
  }
  return new StepSession(program, new Cpu(program, memory, runners));
}

/** The present value of every variable and buffer, and a second array for those that cannot be written in place. */
class Memory {
  readonly current: Tensors = {};
  readonly #spare: Tensors = {};

  constructor({ variables, phases }: TrainProgram, start: ReadonlyMap<string, Float32Array<ArrayBuffer>>) {
    for (const { name, dtype, shape } of variables) this.current[name] = tensorOf(dtype, start.get(name)!, shape);
    for (const { name, dtype, shape } of Object.values(phases).flatMap(({ buffers }) => buffers)) {
      const length = shape.reduce((total, dim) => total * dim, 1);
      this.current[name] ??= tensorOf(dtype, emptyArray(dtype, length), shape);
    }
  }

  /** Where a new value goes that may not lie over the old one. */
  spare(name: string): Tensors[string] {
    const { size, dims } = this.current[name]!;
    this.#spare[name] ??= tensorOf('float32', new Float32Array(size), dims);
    return this.#spare[name];
  }

  swap(name: string): void {
    const old = this.current[name]!;
    this.current[name] = this.spare(name);
    this.#spare[name] = old;
  }
}

class Cpu implements TrainDevice {
  readonly #program: TrainProgram;
  readonly #memory: Memory;
  readonly #runners: ReadonlyMap<StepGraph, Runner>;

  constructor(program: TrainProgram, memory: Memory, runners: ReadonlyMap<StepGraph, Runner>) {
    this.#program = program;
    this.#memory = memory;
    this.#runners = runners;
  }

  run(graph: StepGraph, inputs: Tensors): Promise<Tensors> {
    const feeds = { ...inputs };
    for (const name of graph.reads) feeds[name] = this.#memory.current[name]!;
    return this.#runners.get(graph)!.run(feeds);
  }

  async clear({ buffers }: TrainPhase): Promise<void> {
    for (const { name } of buffers) this.#array(name).fill(0);
  }

  #array(name: string): Float32Array<ArrayBuffer> {
    return arrayOf(this.#memory.current[name]!) as Float32Array<ArrayBuffer>;
  }

  async read(): Promise<Map<string, VariableValue>> {
    return new Map(
      this.#program.variables.map(({ name, dtype, shape }) => {
        return [name, { dtype, shape, data: new Float32Array(this.#array(name)) }];
      }),
    );
  }

  async write(values: Values): Promise<void> {
    expectKnown(this.#program.variables, values);
    for (const variable of this.#program.variables) {
      const data = values.get(variable.name);
      if (data) this.#array(variable.name).set(checked(variable, data));
    }
  }

  async close(): Promise<void> {
    for (const runner of this.#runners.values()) await runner.close();
  }
}

/** The plain way: ONNX Runtime allocates every result. Always right, and the reference for the fast way. */
async function ordinaryRunner({ onnx, changes }: StepGraph, memory: Memory, options: SessionOptions): Promise<Runner> {
  const session = await InferenceSession.create(onnx, sessionOptions(options));
  return {
    async run(feeds) {
      const results = (await session.run(feeds)) as Tensors;
      for (const name of changes.keys()) memory.current[name] = results[nextName(name)]!;
      return results;
    },
    close: () => session.release(),
  };
}

/** The fast way: results go into arrays prepared once, for most variables the very array that held the old value. */
async function preparedRunner(graph: StepGraph, memory: Memory, options: SessionOptions): Promise<Runner> {
  const runner = await RunnerWithoutCopies.create(graph.onnx, sessionOptions(options));
  const prepared: Tensors = {};
  for (const term of graph.terms) prepared[termName(term)] = tensorOf('float32', new Float32Array(1), []);
  for (const [name, { dtype, shape }] of Object.entries(graph.outputs)) {
    const dims = shape.map(Number);
    const length = dims.reduce((total, dim) => total * dim, 1);
    prepared[name] = tensorOf(dtype, emptyArray(dtype, length), dims);
  }
  const changes = [...graph.changes].map(([name, { inPlace }]) => ({ name, output: nextName(name), inPlace }));
  return {
    async run(feeds) {
      for (const { name, output, inPlace } of changes) {
        prepared[output] = inPlace ? memory.current[name]! : memory.spare(name);
      }
      runner.run(feeds, prepared);
      for (const { name, inPlace } of changes) if (!inPlace) memory.swap(name);
      return prepared;
    },
    close: async () => runner.close(),
  };
}
