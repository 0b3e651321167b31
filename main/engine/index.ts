/** The public face of the engine. Inside the engine, files import each other directly. */

export type {
  AlternatingOptions,
  ForwardProgram,
  Objective,
  PhaseOptions,
  Precision,
  TrainOptions,
  TrainPhase,
  TrainProgram,
  TrainVariable,
} from './compile';
export { compileAlternating, compileForward, compileTrainStep, STEP_COUNT } from './compile';
export { type AttentionOptions, attention, joinHeads, splitHeads } from './functions/attention';
export { alibiBias, type BucketOptions, relativeBias, rotary } from './functions/attention-bias';
export { type BigBirdOptions, type BlockPattern, bigBird, blockBias } from './functions/block-sparse';
export {
  type GumbelOptions,
  gradientPenalty,
  gradientReversal,
  gumbelSigmoid,
  gumbelSoftmax,
  reinforce,
  straightThroughBernoulli,
  straightThroughRound,
  straightThroughSign,
} from './functions/estimators';
export {
  avgPool1d,
  avgPool2d,
  type Conv1dOptions,
  type Conv2dOptions,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  extend,
  globalAvgPool,
  maxPool1d,
  maxPool2d,
  type Padding,
  type PerAxis,
  type Pool1dOptions,
  type Pool2dOptions,
  pixelShuffle,
  upsample,
} from './functions/image';
export {
  binaryCrossEntropy,
  type CrossEntropyOptions,
  cosineSimilarity,
  crossEntropy,
  crossEntropyOfEach,
  type Gaussian,
  gaussianDivergence,
  ntXent,
  softCrossEntropy,
  squaredError,
  unitLength,
} from './functions/losses';
export {
  adaptiveInstanceNorm,
  batchNorm,
  channelStatistics,
  groupNorm,
  instanceNorm,
  layerNorm,
  type NormOptions,
  rmsNorm,
  standardize,
  weightNorm,
} from './functions/normalization';
export {
  bernoulli,
  type DropoutOptions,
  dropout,
  gumbel,
  normal as normalNoise,
  uniform as uniformNoise,
} from './functions/random';
export {
  type GruWeights,
  gru,
  type LstmOptions,
  type LstmStates,
  type LstmWeights,
  lstm,
  type RecurrentOptions,
  type RecurrentWeights,
  rnn,
} from './functions/recurrent';
export { type ResizeOptions, resize } from './functions/resize';
export { gradients } from './gradient';
export { firstNonFinite } from './guard';
export type { Init } from './init';
export {
  constant,
  fanInNormal,
  glorotUniform,
  heNormal,
  heUniform,
  normal,
  ones,
  truncatedNormal,
  uniform,
  zeros,
} from './init';
export { adafactor } from './optimizers/adafactor';
export { adam } from './optimizers/adam';
export { adamW, bertAdam } from './optimizers/adamw';
export { clippedWeights } from './optimizers/clipped-weights';
export { lamb } from './optimizers/lamb';
export { lars } from './optimizers/lars';
export type { Optimizer } from './optimizers/optimizer';
export { rmsProp } from './optimizers/rms-prop';
export { sgdMomentum } from './optimizers/sgd-momentum';
export { Stream, stream } from './random';
export { recompute } from './recompute';
export { learningRateAt, teacherDecayAt } from './schedules';
export type { VariableSpec } from './scope';
export { Scope } from './scope';
export type { DeviceReport } from './session/devices';
export { deviceAvailable, devices, measurePeak, webgpuAvailable } from './session/devices';
export { isOutOfMemory } from './session/memory';
export type { ForwardSession } from './session/open-forward';
export { openForwardSession } from './session/open-forward';
export { openTrainSession } from './session/open-train';
export type { Placement, Scratch } from './session/placement';
export { describeFallbacks, placement, staysOnDevice } from './session/placement';
export type { Device, TypedArray } from './session/runtime';
export type { OutputValue, TrainSession } from './session/train-session';
export type { Values, VariableValue } from './session/variables';
export type { Dim, DType, Shape, Signature } from './shape';
export { batchDim, product, show } from './shape';
export { Tensor } from './tensor';
