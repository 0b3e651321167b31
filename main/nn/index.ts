/** Layers and blocks: pure functions of tensors and named parameters. */
export { type MultiHeadOptions, multiHeadAttention, projection } from './attention';
export {
  type EmbeddingInputs,
  type EmbeddingOptions,
  embed,
  maskedTokenLogits,
  pooled,
  tiedLogits,
  tokenTable,
} from './embedding';
export { type ExpertsOptions, type Routed, switchExperts } from './experts';
export {
  type Convolution1dOptions,
  type ConvolutionOptions,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  type LayerOptions,
  linear,
} from './layers';
export {
  type BatchNormOptions,
  batchNorm,
  groupNorm,
  instanceNorm,
  layerNorm,
  type NormLayerOptions,
  rmsNorm,
  runningAverages,
  spectralNorm,
} from './normalization';
export {
  bidirectional,
  type RecurrentLayerOptions,
  type RecurrentResult,
  type RecurrentState,
  recurrentStack,
} from './recurrent';
export { residualBlock } from './residual';
export { basicBlock, type ResNetOptions, resNet, resNet18 } from './resnet';
export {
  type Activation,
  bertStyle,
  type Context,
  feedForward,
  gpt2Style,
  type TransformerOptions,
  t5Style,
  transformer,
} from './transformer';
export {
  averageCodes,
  type CodebookOptions,
  codebook,
  type EmaOptions,
  nearestCodes,
  perplexityOf,
  type Quantized,
  quantize,
} from './vector-quantizer';
