/** One kind of training step: the objective is traced, walked backwards, updated, and written as one or two models. */

import { knownGradients } from './gradient';
import { Graph } from './graph';
import { Guard } from './guard';
import { zeros } from './init';
import type { LossScale } from './mixed-precision';
import { lossScale, unlessOverflown } from './mixed-precision';
import type { Target } from './onnx/emitter';
import { infer } from './ops/index';
import type { Optimizer } from './optimizers/optimizer';
import type { Inputs, Objective, Precision, TrainPhase } from './program';
import { LEARNING_RATE } from './program';
import type { VariableSpec } from './scope';
import { Registry, Scope } from './scope';
import type { Signature } from './shape';
import { isFixed, show } from './shape';
import type { GraphParts } from './step-graph';
import { stepGraph } from './step-graph';
import { Tensor } from './tensor';
import type { Traced } from './trace';
import { leaf, signatures, traceInputs } from './trace';
import type { TrainedParameter } from './update';
import { addUpdate } from './update';

export interface PhaseOptions {
  /** Shapes of one micro-batch. */
  inputs: Inputs;
  objective(scope: Scope, inputs: Traced): Objective;
  optimizer: Optimizer;
  /** Largest length of all gradients together; longer ones are shortened to it. */
  clipNorm?: number;
  /** Which parameters are trained; all when left out. The others stay as they are: frozen. */
  trains?: (name: string) => boolean;
  /** Multiplies the learning rate of a parameter. */
  rate?: (name: string) => number;
  /** Batches whose mean gradient makes one step; a step needs the memory of one only. Default 1. */
  microBatches?: number;
  /** Default 'float32'. */
  precision?: Precision;
  /** Adds an output that tells the first op whose result is not finite; for a step that is run again, as it costs. */
  guard?: boolean;
}

export interface PhasePlace {
  device: Target;
  /** Goes in front of the names of the optimizer's moments. */
  prefix: string;
}

export interface CompiledPhase {
  readonly phase: TrainPhase;
  readonly variables: readonly VariableSpec[];
}

/** What a step computes, in one model or in two. */
export interface PhaseParts {
  readonly accumulate?: GraphParts;
  readonly update: GraphParts;
}

export function compilePhase(options: PhaseOptions, { device, prefix }: PhasePlace): CompiledPhase {
  const { inputs, precision = 'float32', microBatches = 1 } = options;
  expectSettings(inputs, microBatches);
  const graph = new Graph(infer);
  const registry = new Registry(graph, true);
  const fed = traceInputs(graph, inputs);
  const learningRate = leaf(graph, LEARNING_RATE, { shape: [], dtype: 'float32' });
  const objective = trace(registry, options, fed);
  const guard = new Guard(registry);

  const scale = precision === 'mixed' ? lossScale(registry, prefix) : undefined;
  const trained = trainedParameters(registry, objective.loss, scale, options.trains);
  const buffers = new Buffers(registry, microBatches > 1 ? trained : []);
  const parts = assemble({ options, registry, objective, trained, buffers, learningRate, scale, prefix });
  const watched = options.guard ? guard.watch(parts, buffers) : undefined;

  const { accumulate, update } = watched?.parts ?? parts;
  const variables = new Map([...registry.variables].map(([name, { tensor }]) => [name, tensor] as const));
  const settings = {
    inputs: { ...fed, [LEARNING_RATE]: learningRate },
    variables: new Map([...variables, ...buffers.tensors]),
    device,
    precision,
  };
  const graphs = {
    ...(accumulate ? { accumulate: stepGraph(accumulate, settings) } : {}),
    update: stepGraph(update, settings),
  };
  return {
    variables: [...registry.variables.values()].map(({ tensor: _, ...spec }) => spec),
    phase: {
      inputs,
      microBatches,
      precision,
      graphs,
      buffers: buffers.specs,
      terms: [...Object.keys(accumulate?.terms ?? {}), ...Object.keys(update.terms)],
      outputs: signatures({ ...accumulate?.outputs, ...update.outputs }),
      flops: (graphs.accumulate?.flops ?? 0) * microBatches + graphs.update.flops,
      parameterCount: trained.reduce((total, { parameter }) => total + size(parameter), 0),
      ...(watched ? { guard: watched.nodes } : {}),
    },
  };
}

function trace(registry: Registry, { objective }: PhaseOptions, fed: Traced): Required<Objective> {
  const { loss, terms = {}, updates = {}, outputs = {} } = objective(new Scope(registry), fed);
  for (const [name, value] of Object.entries(updates)) registry.update(name, value);
  for (const [name, term] of Object.entries({ loss, ...terms })) expectScalar(name, term);
  return { loss, terms, updates, outputs };
}

function trainedParameters(
  registry: Registry,
  loss: Tensor,
  scale: LossScale | undefined,
  trains: (name: string) => boolean = () => true,
): TrainedParameter[] {
  const wanted = [...registry.variables.values()].filter(({ kind, name }) => kind === 'parameter' && trains(name));
  const found = knownGradients(
    scale ? loss.mul(scale.value) : loss,
    wanted.map(({ tensor }) => tensor),
  );
  const trained = wanted.flatMap((parameter) => {
    const gradient = found.get(parameter.tensor.node.id);
    return gradient ? [{ parameter, gradient }] : [];
  });
  if (trained.length === 0) {
    throw new Error('compileTrainStep: the loss depends on no parameter; nothing would be trained');
  }
  return trained;
}

/** Tensors that sum something over the micro-batches of a step: gradients, and what the guard sees. */
export class Buffers {
  readonly specs: VariableSpec[] = [];
  readonly tensors = new Map<string, Tensor>();
  /** New values after one more micro-batch. */
  readonly next = new Map<string, Tensor>();
  readonly trained: readonly TrainedParameter[];
  readonly #graph: Graph;

  constructor({ graph }: Registry, trained: readonly TrainedParameter[]) {
    this.#graph = graph;
    this.trained = trained.map(({ parameter, gradient }) => {
      return { parameter, gradient: this.sum(`gradient:${parameter.name}`, gradient) };
    });
  }

  /** The sum of `value` over the micro-batches, as the update sees it. */
  sum(name: string, value: Tensor): Tensor {
    const shape = value.shape.map(Number);
    const tensor = new Tensor(this.#graph, this.#graph.apply('variable', [], { name, shape, dtype: 'float32' }));
    this.specs.push({ name, shape, dtype: 'float32', kind: 'state', init: zeros, decay: false });
    this.tensors.set(name, tensor);
    this.next.set(name, tensor.add(value));
    return tensor;
  }
}

interface Pieces {
  options: PhaseOptions;
  registry: Registry;
  objective: Required<Objective>;
  trained: readonly TrainedParameter[];
  buffers: Buffers;
  learningRate: Tensor;
  scale: LossScale | undefined;
  prefix: string;
}

/** Adds the update, and says which results belong to which model. */
function assemble(pieces: Pieces): PhaseParts {
  const { options, registry, objective, trained, buffers, learningRate, scale, prefix } = pieces;
  const { loss, terms, outputs } = objective;
  const { optimizer, clipNorm, rate, microBatches = 1 } = options;
  const isSplit = microBatches > 1;
  if (scale && isSplit) unlessOverflown(registry, loss);
  const states = new Map(registry.updates);
  const gradients = isSplit ? buffers.trained : trained;
  const update = { registry, trained: gradients, learningRate, optimizer, clipNorm, rate, microBatches, prefix };
  const measured = addUpdate({ ...update, lossScale: scale });
  if (!isSplit) return { update: { terms: { ...terms, loss, ...measured }, outputs, updates: registry.updates } };
  const moved = new Map([...registry.updates].filter(([name]) => !states.has(name)));
  return {
    accumulate: { terms: { ...terms, loss }, outputs, updates: new Map([...states, ...buffers.next]) },
    update: { terms: measured, outputs: {}, updates: moved },
  };
}

function expectSettings(inputs: Inputs, microBatches: number): void {
  for (const [name, { shape }] of Object.entries(inputs)) {
    if (!shape.every(isFixed))
      throw new Error(`compileTrainStep: input ${name} ${show(shape)} must have a fixed batch size`);
  }
  if (!Number.isInteger(microBatches) || microBatches < 1)
    throw new Error(`compileTrainStep: microBatches must be a whole number ≥ 1, got ${microBatches}`);
}

/** Terms that the engine reports itself. */
const TAKEN = ['gradientNorm', 'lossScale', 'skipped'];

function expectScalar(name: string, { shape, dtype }: Signature): void {
  if (TAKEN.includes(name))
    throw new Error(`compileTrainStep: the name ${name} is taken by the engine; call the term something else`);
  if (shape.length === 0 && dtype === 'float32') return;
  throw new Error(
    `compileTrainStep: ${name === 'loss' ? 'the loss' : `term ${name}`} must be a float32 scalar, got ${dtype} ${show(shape)}; reduce it first`,
  );
}

const size = ({ shape }: VariableSpec): number => shape.reduce((total, dim) => total * dim, 1);
