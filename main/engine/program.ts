/** What the compiler hands to sessions: models over one set of variables, and what goes in and out of them. */

import type { Target } from './onnx/emitter';
import type { ConstantData } from './ops/attributes';
import type { Outline } from './outline/node';
import type { VariableSpec } from './scope';
import type { Signature } from './shape';
import type { Tensor } from './tensor';

export type Inputs = Readonly<Record<string, Signature>>;
export type Signatures = Readonly<Record<string, Signature>>;

/** `mixed`: products and convolutions in float16, all else in float32; see mixed-precision.ts. */
export type Precision = 'float32' | 'mixed';

export interface Objective {
  /** Float scalar that the optimizer makes small. */
  loss: Tensor;
  /** Named scalars to report at each step; `loss` and `gradientNorm` are always reported. */
  terms?: Record<string, Tensor>;
  /** New values of states, by full name; `scope.update` does the same from inside a layer. */
  updates?: Record<string, Tensor>;
  /** Tensors to read back at each step; of the last micro-batch where a step has several. */
  outputs?: Record<string, Tensor>;
}

/** What one element of the output GUARD watches. */
export interface GuardedNode {
  /** Position in the traced graph. */
  readonly node: number;
  readonly op: string;
  /** The part of the model whose variables it uses, as `encoder.down1`; empty where none is near. */
  readonly block: string;
  readonly part: 'forward' | 'backward' | 'update';
}

export interface TrainVariable extends VariableSpec {
  /** Whether a step changes it; a parameter that the loss does not depend on is left alone. */
  readonly changes: boolean;
  /** Whether its new value may always be written over the old one; see in-place.ts. */
  readonly inPlace: boolean;
}

/** One ONNX model of a step. It is fed what it reads, and nothing else. */
export interface StepGraph {
  readonly onnx: Uint8Array<ArrayBuffer>;
  /** Inputs of the program, and LEARNING_RATE. */
  readonly inputs: readonly string[];
  /** Variables and gradient buffers. */
  readonly reads: readonly string[];
  /** Variables and buffers that get a new value, the output nextName(…), and whether it may lie over the old one. */
  readonly changes: ReadonlyMap<string, { readonly inPlace: boolean }>;
  readonly terms: readonly string[];
  readonly outputs: Signatures;
  /** What it is made of, node by node. */
  outline(): Outline;
}

/** One kind of step: an objective with its optimizer. */
export interface TrainPhase {
  /** The inputs of one micro-batch. */
  readonly inputs: Inputs;
  /** How many micro-batches a step is fed; its gradient is their mean. */
  readonly microBatches: number;
  /** `accumulate` runs once for each micro-batch and adds to the buffers; `update` moves the parameters. */
  readonly graphs: { readonly accumulate?: StepGraph; readonly update: StepGraph };
  /** Sums of gradients; zero when a step begins, and no part of what is read or saved. */
  readonly buffers: readonly VariableSpec[];
  readonly precision: Precision;
  /** Names of the scalars that a step returns; with micro-batches their means. */
  readonly terms: readonly string[];
  readonly outputs: Signatures;
  /** Floating-point operations of the matrix products and convolutions of one step, forward and backward. */
  readonly flops: number;
  /** Numbers that the optimizer trains. */
  readonly parameterCount: number;
  /** With `guard`: what each element of the output GUARD watches. */
  readonly guard?: readonly GuardedNode[];
}

/** `phases` says it all; the fields beside it are those of the only phase, or of all phases together. */
export interface TrainProgram extends Omit<TrainPhase, 'graphs' | 'buffers' | 'guard'> {
  readonly device: Target;
  /** In the order of declaration. */
  readonly variables: readonly TrainVariable[];
  readonly phases: Readonly<Record<string, TrainPhase>>;
  /** The model that moves the parameters, in the first phase. */
  readonly onnx: Uint8Array<ArrayBuffer>;
}

export interface ForwardProgram {
  readonly onnx: Uint8Array<ArrayBuffer>;
  readonly device: Target;
  readonly inputs: Inputs;
  readonly variables: readonly VariableSpec[];
  readonly outputs: Signatures;
  /** What it is made of, node by node; an imported model does not tell. */
  outline?(): Outline;
  /** The same program as one file: weights inside, standard operators only. */
  bake(values: ReadonlyMap<string, ConstantData>, metadata?: Record<string, string>): Uint8Array<ArrayBuffer>;
}

export const LEARNING_RATE = 'learningRate';
export const nextName = (variable: string): string => `next:${variable}`;
export const termName = (term: string): string => `term:${term}`;

/** The output from which `firstNonFinite` reads. */
export const GUARD = 'guard';

/** The only phase of a program that compileTrainStep made. */
export const ONLY_PHASE = 'step';

/** The count of steps done, kept with the weights so that a resumed run knows where it is. */
export const STEP_COUNT = 'optimizer.steps';
