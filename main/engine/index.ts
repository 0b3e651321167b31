/** The public face of the engine. Inside the engine, files import each other directly. */

export type { ForwardProgram, Objective, TrainProgram, TrainVariable } from './compile';
export { compileForward, compileTrainStep, STEP_COUNT } from './compile';
export {
  avgPool2d,
  type ConvOptions,
  conv2d,
  conv2dWeightGradient,
  convTranspose2d,
  maxPool2d,
  upsample,
} from './functions/image';
export { layerNorm, type NormOptions, standardize } from './functions/normalization';
export { gradients } from './gradient';
export type { Init } from './init';
export { constant, glorotUniform, heNormal, heUniform, normal, ones, uniform, zeros } from './init';
export { adamW } from './optimizers/adamw';
export type { Optimizer } from './optimizers/optimizer';
export { sgdMomentum } from './optimizers/sgd-momentum';
export { Stream, stream } from './random';
export type { VariableSpec } from './scope';
export { Scope } from './scope';
export type { DeviceReport } from './session/devices';
export { devices, measurePeak, webgpuAvailable } from './session/devices';
export type { ForwardSession } from './session/open-forward';
export { openForwardSession } from './session/open-forward';
export { openTrainSession } from './session/open-train';
export type { Device, TypedArray } from './session/runtime';
export type { OutputValue, TrainSession } from './session/train-session';
export type { Values, VariableValue } from './session/variables';
export type { Dim, DType, Shape, Signature } from './shape';
export { batchDim, product, show } from './shape';
export { Tensor } from './tensor';
