/** From a model written in tensors to one ONNX graph: forward, backward and update together, or forward alone. */

import { knownGradients } from './gradient';
import { Graph, reachable } from './graph';
import { inPlaceVariables } from './in-place';
import { zeros } from './init';
import { lower } from './lower';
import type { Target } from './onnx/emitter';
import type { ConstantData } from './ops/attributes';
import { infer, opOf } from './ops/index';
import type { Optimizer, OptimizerContext, Trained } from './optimizers/optimizer';
import type { Declared, VariableSpec } from './scope';
import { Registry, Scope } from './scope';
import type { Shape, Signature } from './shape';
import { isFixed, show } from './shape';
import { Tensor } from './tensor';

export type Inputs = Readonly<Record<string, Signature>>;

export interface Objective {
  /** Float scalar that the optimizer makes small. */
  loss: Tensor;
  /** Named scalars to report at each step; `loss` and `gradientNorm` are always reported. */
  terms?: Record<string, Tensor>;
  /** New values of states, by full name; `scope.update` does the same from inside a layer. */
  updates?: Record<string, Tensor>;
  /** Tensors to read back at each step. */
  outputs?: Record<string, Tensor>;
}

export interface TrainVariable extends VariableSpec {
  /** Whether a step changes it; a parameter that the loss does not depend on is left alone. */
  readonly changes: boolean;
  /** Whether its new value may be written over the old one; see in-place.ts. */
  readonly inPlace: boolean;
}

export interface TrainProgram {
  readonly onnx: Uint8Array<ArrayBuffer>;
  readonly device: Target;
  readonly inputs: Inputs;
  /** In the order of the model's inputs. The new value of `x` is the output nextName('x'). */
  readonly variables: readonly TrainVariable[];
  /** Names of the scalars that a step returns. */
  readonly terms: readonly string[];
  readonly outputs: Readonly<Record<string, Signature>>;
  /** Floating-point operations of the matrix products and convolutions of one step, forward and backward. */
  readonly flops: number;
  /** Numbers that the optimizer trains. */
  readonly parameterCount: number;
}

export interface ForwardProgram {
  readonly onnx: Uint8Array<ArrayBuffer>;
  readonly device: Target;
  readonly inputs: Inputs;
  readonly variables: readonly VariableSpec[];
  readonly outputs: Readonly<Record<string, Signature>>;
  /** The same program as one file: weights inside, standard operators only. */
  bake(values: ReadonlyMap<string, ConstantData>, metadata?: Record<string, string>): Uint8Array<ArrayBuffer>;
}

export const LEARNING_RATE = 'learningRate';
export const nextName = (variable: string): string => `next:${variable}`;
export const termName = (term: string): string => `term:${term}`;

/** The count of steps done, kept with the weights so that a resumed run knows where it is. */
export const STEP_COUNT = 'optimizer.steps';

type Traced = Record<string, Tensor>;

export interface TrainOptions {
  inputs: Inputs;
  objective(scope: Scope, inputs: Traced): Objective;
  optimizer: Optimizer;
  device: Target;
  /** Largest length of all gradients together; longer ones are shortened to it. */
  clipNorm?: number;
}

export function compileTrainStep({ inputs, objective, optimizer, device, clipNorm }: TrainOptions): TrainProgram {
  const graph = new Graph(infer);
  const registry = new Registry(graph, true);
  const fed = traceInputs(graph, inputs);
  for (const [name, { shape }] of Object.entries(inputs)) {
    if (!shape.every(isFixed))
      throw new Error(`compileTrainStep: input ${name} ${show(shape)} must have a fixed batch size`);
  }
  const { loss, terms = {}, updates = {}, outputs = {} } = objective(new Scope(registry), fed);
  for (const [name, value] of Object.entries(updates)) registry.update(name, value);

  const learningRate = leaf(graph, LEARNING_RATE, { shape: [], dtype: 'float32' });
  const { norm, changed } = addUpdate({ registry, loss, learningRate, optimizer, clipNorm });
  const scalars = new Map(Object.entries({ ...terms, loss, gradientNorm: norm }));
  for (const [name, term] of scalars) expectScalar(name, term);

  const fetched = new Map([
    ...[...scalars].map(([name, term]) => [termName(name), term] as const),
    ...Object.entries(outputs).map(([name, output]) => [name, readable(output)] as const),
    ...[...registry.updates].map(([name, next]) => [nextName(name), next] as const),
  ]);
  const declared = [...registry.variables.values()];
  const onnx = lower({
    inputs: [...Object.values(fed), learningRate, ...declared.map(({ tensor }) => tensor)],
    outputs: fetched,
    target: device,
  });
  return {
    onnx,
    device,
    inputs,
    variables: describeVariables(registry, [...fetched.values()]),
    terms: [...scalars.keys()],
    outputs: signatures(outputs),
    flops: countFlops([...fetched.values()]),
    parameterCount: changed.reduce((total, { shape }) => total + shape.reduce((size, dim) => size * dim, 1), 0),
  };
}

interface UpdateParts {
  registry: Registry;
  loss: Tensor;
  learningRate: Tensor;
  optimizer: Optimizer;
  clipNorm: number | undefined;
}

/** Adds gradients, clipping and the optimizer to the graph. */
function addUpdate({ registry, loss, learningRate, optimizer, clipNorm }: UpdateParts): {
  norm: Tensor;
  changed: Declared[];
} {
  const parameters = [...registry.variables.values()].filter(({ kind }) => kind === 'parameter');
  const found = knownGradients(
    loss,
    parameters.map(({ tensor }) => tensor),
  );
  const changed = parameters.filter(({ tensor }) => found.has(tensor.node.id));
  if (changed.length === 0)
    throw new Error('compileTrainStep: the loss depends on no parameter; nothing would be trained');
  const raw = changed.map(({ tensor }) => found.get(tensor.node.id)!);
  const norm = raw
    .map((gradient) => gradient.sumSquares())
    .reduce((sum, part) => sum.add(part))
    .sqrt();

  // The factor is wired in even where nothing is clipped: it makes each update wait for every gradient, which is what
  // lets the weights be overwritten in place (in-place.ts).
  const one = norm.constant(1);
  const factor = one.minimum(norm.constant(clipNorm ?? UNREACHABLE_NORM).div(norm));
  const trained: Trained[] = changed.map(({ name, tensor, decay }, place) => {
    const gradient = clipNorm === undefined ? raw[place]! : raw[place]!.mul(factor);
    return { name, value: tensor, gradient, decay };
  });
  const context = optimizerContext(registry, clipNorm === undefined ? learningRate.mul(factor) : learningRate);
  const next = optimizer.update(trained, context);
  changed.forEach(({ name }, place) => registry.updates.set(name, next[place]!));
  context.assign(STEP_COUNT, context.moment(STEP_COUNT, []).plus(1));
  return { norm, changed };
}

const UNREACHABLE_NORM = 1e18; // its square is still a float32

function optimizerContext(registry: Registry, learningRate: Tensor): OptimizerContext {
  const moment: OptimizerContext['moment'] = (name, shape) =>
    registry.declare({ name, shape, dtype: 'float32', kind: 'moment', init: zeros, decay: false });
  return { learningRate, moment, assign: (name, value) => registry.update(name, value) };
}

function describeVariables(registry: Registry, outputs: readonly Tensor[]): TrainVariable[] {
  const updates = [...registry.updates].map(([name, next]) => ({
    variable: registry.variables.get(name)!.tensor,
    next,
  }));
  const inPlace = inPlaceVariables(outputs, updates);
  return [...registry.variables.values()].map(({ tensor, ...spec }) => ({
    ...spec,
    changes: registry.updates.has(spec.name),
    inPlace: inPlace.has(tensor.node),
  }));
}

export interface ForwardOptions {
  /** Shapes may contain `batchDim`. */
  inputs: Inputs;
  outputs(scope: Scope, inputs: Traced): Record<string, Tensor>;
  device: Target;
}

export function compileForward({ inputs, outputs, device }: ForwardOptions): ForwardProgram {
  const graph = new Graph(infer);
  const registry = new Registry(graph, false);
  const fed = traceInputs(graph, inputs);
  const results = outputs(new Scope(registry), fed);
  const fetched = new Map(Object.entries(results).map(([name, output]) => [name, readable(output)] as const));
  // A model may declare more than these outputs need: the rest is neither fed nor written into an export.
  const needed = new Set(reachable([...fetched.values()].map(({ node }) => node)));
  const declared = [...registry.variables.values()].filter(({ tensor }) => needed.has(tensor.node));
  const parts = { inputs: [...Object.values(fed), ...declared.map(({ tensor }) => tensor)], outputs: fetched };
  return {
    onnx: lower({ ...parts, target: device }),
    device,
    inputs,
    variables: declared.map(({ tensor: _, ...spec }) => spec),
    outputs: signatures(results),
    bake(values, metadata) {
      for (const { name } of declared) if (!values.has(name)) throw new Error(`bake: no value for ${name}`);
      const baked = new Map(declared.map(({ name }) => [name, values.get(name)!]));
      return lower({ ...parts, target: 'portable', baked, ...(metadata ? { metadata } : {}) });
    },
  };
}

function leaf(graph: Graph, name: string, { shape, dtype }: Signature): Tensor {
  return new Tensor(graph, graph.apply('input', [], { name, shape, dtype }));
}

function traceInputs(graph: Graph, inputs: Inputs): Traced {
  if (LEARNING_RATE in inputs) throw new Error(`compile: the input name ${LEARNING_RATE} is taken by the engine`);
  return Object.fromEntries(Object.entries(inputs).map(([name, spec]) => [name, leaf(graph, name, spec)]));
}

/** Integers leave a program as int32: positions fit, and JavaScript reads them without BigInt. */
const readable = (tensor: Tensor): Tensor => (tensor.dtype === 'int64' ? tensor.cast('int32') : tensor);

const signatures = (tensors: Record<string, Tensor>): Record<string, Signature> =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      const { shape, dtype } = readable(tensor);
      return [name, { shape, dtype }];
    }),
  );

function expectScalar(name: string, { shape, dtype }: { shape: Shape; dtype: string }): void {
  if (shape.length === 0 && dtype === 'float32') return;
  throw new Error(
    `compileTrainStep: term ${name} must be a float32 scalar, got ${dtype} ${show(shape)}; reduce it first`,
  );
}

function countFlops(outputs: readonly Tensor[]): number {
  const nodes = reachable(outputs.map(({ node }) => node));
  return nodes.reduce(
    (total, node) => total + (opOf(node.op).flops?.(node.inputs, node.attributes as never, node) ?? 0),
    0,
  );
}
