/** Training on the CPU: weights are JavaScript arrays that ONNX Runtime reads and writes where they lie. */

import { InferenceSession, type Tensor } from 'onnxruntime-node';
import type { TrainProgram, TrainVariable } from '../compile';
import { LEARNING_RATE, nextName, termName } from '../compile';
import type { SessionOptions, TypedArray } from './runtime';
import { arrayOf, breathe, emptyArray, feedTensor, sessionOptions, tensorOf } from './runtime';
import type { OutputValue, TrainSession } from './train-session';
import type { Values, VariableValue } from './variables';
import { checked, expectKnown } from './variables';
import { RunnerWithoutCopies } from './without-copies';

type Tensors = Record<string, Tensor>;

/** Runs the model and returns all its outputs. */
interface Runner {
  run(feeds: Tensors): Promise<Tensors>;
  /** After a run: the new values become the current ones. */
  advance(current: Tensors, results: Tensors): void;
  close(): Promise<void>;
}

export async function cpuTrainSession(
  program: TrainProgram,
  start: ReadonlyMap<string, Float32Array<ArrayBuffer>>,
  options: SessionOptions & { withoutCopies: boolean },
): Promise<TrainSession> {
  const current: Tensors = {};
  for (const { name, dtype, shape } of program.variables) current[name] = tensorOf(dtype, start.get(name)!, shape);
  const runner = options.withoutCopies
    ? await preparedRunner(program, current, options)
    : await ordinaryRunner(program, options);
  return new CpuTrainSession(program, runner, current);
}

class CpuTrainSession implements TrainSession {
  outputs: Record<string, OutputValue> = {};
  readonly #program: TrainProgram;
  readonly #runner: Runner;
  readonly #current: Tensors;

  constructor(program: TrainProgram, runner: Runner, current: Tensors) {
    this.#program = program;
    this.#runner = runner;
    this.#current = current;
  }

  async step(feeds: Readonly<Record<string, TypedArray>>, learningRate: number): Promise<Record<string, number>> {
    await breathe();
    const { inputs, terms, outputs } = this.#program;
    const fed: Tensors = {
      ...this.#current,
      [LEARNING_RATE]: tensorOf('float32', new Float32Array([learningRate]), []),
    };
    for (const [name, signature] of Object.entries(inputs)) fed[name] = feedTensor(name, feeds[name], signature);
    const results = await this.#runner.run(fed);
    this.#runner.advance(this.#current, results);
    this.outputs = Object.fromEntries(
      Object.entries(outputs).map(([name, { dtype, shape }]) => {
        return [name, { dtype, shape: shape.map(Number), data: arrayOf(results[name]!).slice() }];
      }),
    );
    return Object.fromEntries(terms.map((term) => [term, Number(arrayOf(results[termName(term)]!)[0])]));
  }

  async read(): Promise<Map<string, VariableValue>> {
    const copy = ({ name, dtype, shape }: TrainVariable): [string, VariableValue] => {
      return [name, { dtype, shape, data: new Float32Array(arrayOf(this.#current[name]!) as Float32Array) }];
    };
    return new Map(this.#program.variables.map(copy));
  }

  async write(values: Values): Promise<void> {
    expectKnown(this.#program.variables, values);
    for (const variable of this.#program.variables) {
      const data = values.get(variable.name);
      if (data) (arrayOf(this.#current[variable.name]!) as Float32Array).set(checked(variable, data));
    }
  }

  close(): Promise<void> {
    return this.#runner.close();
  }
}

/** The plain way: ONNX Runtime allocates every result. Always right, and the reference for the fast way. */
async function ordinaryRunner({ onnx, variables }: TrainProgram, options: SessionOptions): Promise<Runner> {
  const session = await InferenceSession.create(onnx, sessionOptions(options));
  const changing = variables.filter(({ changes }) => changes);
  return {
    run: async (feeds) => (await session.run(feeds)) as Tensors,
    advance(current, results) {
      for (const { name } of changing) current[name] = results[nextName(name)]!;
    },
    close: () => session.release(),
  };
}

/** The fast way: results go into arrays prepared once, for most variables the very array that held the old value. */
async function preparedRunner(program: TrainProgram, current: Tensors, options: SessionOptions): Promise<Runner> {
  const { onnx, variables, terms, outputs } = program;
  const runner = await RunnerWithoutCopies.create(onnx, sessionOptions(options));
  const prepared: Tensors = {};
  for (const term of terms) prepared[termName(term)] = tensorOf('float32', new Float32Array(1), []);
  for (const [name, { dtype, shape }] of Object.entries(outputs)) {
    const dims = shape.map(Number);
    const length = dims.reduce((total, dim) => total * dim, 1);
    prepared[name] = tensorOf(dtype, emptyArray(dtype, length), dims);
  }
  const swapped = variables.filter(({ changes, inPlace }) => changes && !inPlace);
  for (const { name, dtype, shape, changes, inPlace } of variables) {
    const own = current[name]!;
    if (changes) prepared[nextName(name)] = inPlace ? own : tensorOf(dtype, new Float32Array(own.size), shape);
  }
  return {
    async run(feeds) {
      runner.run(feeds, prepared);
      return prepared;
    },
    advance(now, results) {
      for (const { name } of swapped) {
        const old = now[name]!;
        now[name] = results[nextName(name)]!;
        results[nextName(name)] = old;
      }
    },
    close: async () => runner.close(),
  };
}
