/** The fixed settings of every op, in one place, so that a graph node can be typed without importing any op. */

import type { DType, Shape } from '../shape';

type None = Record<never, never>;
export type Pair = readonly [height: number, width: number];
export type ConstantData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** A named leaf: fed on each run. */
interface Leaf {
  name: string;
  shape: Shape;
  dtype: DType;
}

interface Reduction {
  axes: readonly number[];
  keep: boolean;
}

interface MatmulSettings {
  transA: boolean;
  transB: boolean;
  alpha: number;
}

interface LayerNormSettings {
  axes: number;
  epsilon: number;
}

/** One number for each axis of space in every list. */
export interface PoolSettings {
  size: readonly number[];
  stride: readonly number[];
  /** Places around the input that count as nothing. */
  before: readonly number[];
  after: readonly number[];
}

/** One number for each axis of space in every list. */
export interface ConvSettings {
  stride: readonly number[];
  dilation: readonly number[];
  /** Zeros in front of the first position, and behind the last. */
  before: readonly number[];
  after: readonly number[];
  groups: number;
}

export type RecurrentCell = 'lstm' | 'gru' | 'tanh';

interface RecurrentSettings {
  cell: RecurrentCell;
  /** From the last step to the first. */
  reverse: boolean;
  /** Whether the state goes through a smaller matrix before the recurrent weight. */
  projected: boolean;
}

export interface OpAttributes {
  // leaves
  input: Leaf;
  variable: Leaf;
  constant: { data: ConstantData; shape: readonly number[]; dtype: DType };
  // elementwise, two tensors
  add: None;
  sub: None;
  mul: None;
  div: None;
  minimum: None;
  maximum: None;
  greater: None;
  less: None;
  equal: None;
  greaterEqual: None;
  lessEqual: None;
  and: None;
  or: None;
  // elementwise, one tensor
  scale: { factor: number };
  plus: { term: number };
  square: None;
  sqrt: None;
  reciprocal: None;
  pow: { exponent: number };
  exp: None;
  log: None;
  sin: None;
  cos: None;
  abs: None;
  sign: None;
  floor: None;
  ceil: None;
  round: None;
  erf: None;
  relu: None;
  leakyRelu: { slope: number };
  elu: { alpha: number };
  sigmoid: None;
  tanh: None;
  gelu: None;
  geluTanh: None;
  silu: None;
  softplus: None;
  clip: { low: number; high: number };
  not: None;
  // choosing and converting
  where: None;
  cast: { to: DType };
  stopGradient: None;
  straightThrough: None;
  recompute: None;
  after: None;
  // reductions
  sum: Reduction;
  mean: Reduction;
  max: Reduction;
  min: Reduction;
  logSumExp: Reduction;
  sumSquares: Reduction;
  argMin: { axis: number };
  argMax: { axis: number };
  softmax: { axis: number };
  logSoftmax: { axis: number };
  cumsum: { axis: number; reverse: boolean; exclusive: boolean };
  topKIndices: { k: number; axis: number; largest: boolean };
  crossEntropy: { smoothing: number };
  // products
  gemm: MatmulSettings;
  matmul: MatmulSettings;
  // recurrent cells over time
  recurrent: RecurrentSettings & { masked: boolean };
  recurrentBack: RecurrentSettings & { carried: boolean };
  further: { index: number; shape: Shape };
  // moving elements
  reshape: { shape: Shape };
  transpose: { perm: readonly number[] };
  broadcastTo: { shape: Shape };
  concat: { axis: number };
  slice: { axis: number; start: number; end: number; step: number };
  pad: { before: readonly number[]; after: readonly number[]; value: number };
  extend: { before: readonly number[]; after: readonly number[]; mode: 'reflect' | 'edge' };
  flip: { axis: number };
  trilu: { upper: boolean; offset: number };
  gather: { axis: number };
  scatterAdd: { axis: number };
  takeAlong: { axis: number };
  addAlong: { axis: number };
  oneHot: { classes: number };
  // normalization, over the last `axes` axes
  layerNorm: LayerNormSettings;
  layerNormMean: LayerNormSettings;
  layerNormScale: LayerNormSettings;
  // images [N, C, H, W]
  conv: ConvSettings;
  convTranspose: ConvSettings & { size: readonly number[] };
  convWeightGradient: ConvSettings & { kernel: readonly number[] };
  upsample: { factor: number };
  maxPool: PoolSettings;
  avgPool: PoolSettings;
}

export type OpName = keyof OpAttributes;
