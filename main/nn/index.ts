/** Layers, blocks and losses: pure functions of tensors and named parameters. */
export { type ConvolutionOptions, conv2d, convTranspose2d, type LayerOptions, linear } from './layers';
export { binaryCrossEntropy, squaredError } from './losses';
export { layerNorm, type NormLayerOptions } from './normalization';
export { residualBlock } from './residual';
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
