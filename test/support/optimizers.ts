/** Runs an optimizer on gradients that the test chooses, beside a float64 rule written as the paper writes it. */

import { compileTrainStep } from '#main/engine/compile';
import { uniform } from '#main/engine/init';
import type { Optimizer } from '#main/engine/optimizers/optimizer';
import { stream } from '#main/engine/random';
import { openTrainSession } from '#main/engine/session/open-train';
import type { Device } from '#main/engine/session/runtime';

export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly decay: boolean;
}

/** A matrix, a vector without decay and a kernel: one of each kind that an optimizer may treat apart. */
export const parameters: readonly Parameter[] = [
  { name: 'weight', shape: [3, 5], decay: true },
  { name: 'bias', shape: [5], decay: false },
  { name: 'kernel', shape: [2, 3, 2, 1], decay: true },
];

export const sizeOf = ({ shape }: Parameter): number => shape.reduce((size, dim) => size * dim, 1);

/** Gradients of very different size from step to step, by parameter name. */
export function gradientsOf(step: number, scale = 1): Record<string, Float32Array> {
  const at = (parameter: Parameter) =>
    stream(step)
      .split(parameter.name)
      .normal(sizeOf(parameter))
      .map((value) => scale * 3 ** Math.cos(step) * value);
  return Object.fromEntries(parameters.map((parameter) => [parameter.name, at(parameter)]));
}

export type Weights = Record<string, Float32Array>;

export interface Path {
  /** All variables after each step. */
  readonly steps: Weights[];
  readonly start: Weights;
}

interface Options {
  readonly steps: number;
  readonly learningRate: (step: number) => number;
  readonly gradients?: (step: number) => Weights;
  readonly values?: Weights;
  readonly device?: Device;
}

/** loss = Σ c · p, so the gradient of p is the c that is fed. */
export async function follow(optimizer: Optimizer, options: Options): Promise<Path> {
  const { steps, learningRate, gradients = gradientsOf, values = {}, device = 'cpu' } = options;
  const program = compileTrainStep({
    inputs: Object.fromEntries(parameters.map(({ name, shape }) => [`c.${name}`, { dtype: 'float32', shape }])),
    objective: (scope, inputs) => ({
      loss: parameters
        .map(({ name, shape, decay }) =>
          scope.parameter(name, shape, uniform(-1, 1), { decay }).mul(inputs[`c.${name}`]!).sum(),
        )
        .reduce((sum, term) => sum.add(term)),
    }),
    optimizer,
    device,
  });
  const session = await openTrainSession(program, { device, threads: 1, values: new Map(Object.entries(values)) });
  const read = async () => Object.fromEntries([...(await session.read())].map(([name, { data }]) => [name, data]));
  const start = await read();
  const path: Weights[] = [];
  for (let step = 1; step <= steps; step++) {
    const fed = Object.entries(gradients(step)).map(([name, data]) => [`c.${name}`, data] as const);
    await session.step(Object.fromEntries(fed), learningRate(step));
    path.push(await read());
  }
  await session.close();
  return { start, steps: path };
}

/** One parameter's rule in float64: its next value from its present one; `t` counts from 1, `rate` is this step's. */
export type Rule = (
  p: number[],
  g: number[],
  about: { t: number; rate: number; decay: boolean; rows: number },
) => number[];

/** The same steps by such a rule; `make` gives each parameter its own memory. */
export function reference(make: () => Rule, { start }: Path, options: Options): Weights[] {
  const { steps, learningRate, gradients = gradientsOf } = options;
  const rules = parameters.map(() => make());
  const present = parameters.map(({ name }) => Array.from(start[name]!));
  return Array.from({ length: steps }, (_, i) => {
    const fed = gradients(i + 1);
    parameters.forEach(({ name, decay, shape }, place) => {
      const about = { t: i + 1, rate: learningRate(i + 1), decay, rows: shape.length > 1 ? shape[0]! : 1 };
      present[place] = rules[place]!(present[place]!, Array.from(fed[name]!), about);
    });
    return Object.fromEntries(parameters.map(({ name }, place) => [name, Float32Array.from(present[place]!)]));
  });
}
