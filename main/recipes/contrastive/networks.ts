/**
 * The networks of contrastive learning: an encoder, whose h is what one keeps, and heads that are thrown away.
 *
 * Letters: N items, C channels, H × W pixels, h: [N, D] the representation, z: [N, d] what the loss compares.
 */
import { avgPool2d, globalAvgPool } from '#main/engine/functions/image';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import { batchNorm, conv2d, linear, resNet } from '#main/nn';
import type { Mark } from '../blueprint';

export interface EncoderConfig {
  encoder: 'convolutional' | 'resnet';
  /** Channels of the first stage; each stage has twice as many as the one before. */
  width: number;
  stages: number;
  /** Residual blocks of a stage. */
  blocks: number;
}

/** D */
export const featuresOf = ({ width, stages }: EncoderConfig): number => width * 2 ** (stages - 1);

/** How many times a side is halved. */
export const halvingsOf = ({ stages }: EncoderConfig): number => stages - 1;

/** [N, C, H, W] → h: [N, D], the mean over space of the last stage. */
export function encode(scope: Scope, x: Tensor, config: EncoderConfig, mark: Mark): Tensor {
  const widths = Array.from({ length: config.stages }, (_, stage) => config.width * 2 ** stage);
  if (config.encoder === 'resnet') {
    const blocks = widths.map(() => config.blocks);
    return resNet(scope, x, { widths, blocks }, (name, output) => mark('encoder', name, output));
  }
  const map = widths.reduce((h, width, stage) => {
    const name = `stage${stage + 1}`;
    const next = convolution(scope.at(name), h, width, stage === 0 ? 1 : 2);
    mark('encoder', name, next);
    return next;
  }, x); // [N, D, H / 2^(stages − 1), …]
  return globalAvgPool(map);
}

/** ReLU(norm(conv3×3)): [N, c, h, w] → [N, width, h / stride, w / stride] */
function convolution(scope: Scope, x: Tensor, width: number, stride: number): Tensor {
  const y = conv2d(scope.at('conv'), x, width, { kernel: 3, stride, pad: 1, bias: false });
  return batchNorm(scope.at('norm'), y).relu();
}

export interface HeadConfig {
  headWidth: number;
  /** d */
  projection: number;
  headNorm: boolean;
}

/** Linear → norm → ReLU → linear: [N, D] → [N, d]; the projection head, and BYOL's predictor. */
export function headOf(scope: Scope, h: Tensor, config: HeadConfig, part: string, mark: Mark): Tensor {
  const { headWidth, projection, headNorm } = config;
  const raw = linear(scope.at('hidden'), h, headWidth, { bias: !headNorm }); // [N, headWidth]
  const hidden = (headNorm ? batchNorm(scope.at('norm'), raw) : raw).relu();
  mark(part, 'hidden', hidden);
  const z = linear(scope.at('out'), hidden, projection, { gain: 'linear' }); // [N, d]
  mark(part, 'out', z);
  return z;
}

/** Blocks of pixels as their means: [N, C, H, W] → [N, C, H / pool, W / pool] */
export const shrunk = (x: Tensor, pool: number): Tensor => (pool === 1 ? x : avgPool2d(x, pool));

/**
 * The collapse meter: standard deviation over items of z / ‖z‖, mean over its numbers, times √d. It is 1 where z points
 * evenly everywhere and 0 where all items have become one (Chen & He 2021, arXiv:2011.10566, section 4.1). z: [N, d]
 */
export function spreadOf(z: Tensor): Tensor {
  const unit = z.mul(z.sumSquares(1, true).plus(1e-12).rsqrt()).stopGradient();
  return unit
    .variance(0)
    .sqrt()
    .mean()
    .scale(Math.sqrt(Number(z.shape[1])));
}
