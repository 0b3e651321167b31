/** Residual networks for small images: the CIFAR variant, whose stem keeps the resolution. */
import { globalAvgPool } from '#main/engine/functions/image';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import { conv2d } from './layers';
import { batchNorm } from './normalization';

export interface ResNetOptions {
  /** Channels of each stage; from the second on a stage halves height and width. */
  widths: readonly number[];
  /** Blocks of each stage. */
  blocks: readonly number[];
}

/** ResNet-18 with a stem of 3 × 3: 11.2 M parameters, 1.1 GFLOP for an image of 32 × 32. */
export const resNet18: ResNetOptions = { widths: [64, 128, 256, 512], blocks: [2, 2, 2, 2] };

const convolution = (scope: Scope, x: Tensor, out: number, kernel: number, stride: number): Tensor =>
  batchNorm(scope.at('norm'), conv2d(scope.at('conv'), x, out, { kernel, stride, pad: (kernel - 1) / 2, bias: false }));

/**
 * ReLU(shortcut(x) + norm(conv3×3(ReLU(norm(conv3×3(x)))))) (He et al. 2015, arXiv:1512.03385, section 3.3). The shortcut
 * is x itself, or a 1 × 1 convolution where the shape changes (option B).
 *
 * x: [n, c, h, w] → [n, out, h / stride, w / stride]
 */
export function basicBlock(scope: Scope, x: Tensor, out: number, stride = 1): Tensor {
  const inner = convolution(scope.at('first'), x, out, 3, stride).relu();
  const added = convolution(scope.at('second'), inner, out, 3, 1);
  const keepsShape = stride === 1 && x.shape[1] === out;
  return (keepsShape ? x : convolution(scope.at('shortcut'), x, out, 1, stride)).add(added).relu();
}

/**
 * Stem of 3 × 3 without pooling, stages of blocks, mean over space. x: [n, c, h, w] → [n, last width]
 *
 * seen: called after the stem and each block with its name in the scope and its output.
 */
export function resNet(
  scope: Scope,
  x: Tensor,
  { widths, blocks }: ResNetOptions,
  seen: (name: string, output: Tensor) => void = () => {},
): Tensor {
  if (widths.length === 0 || widths.length !== blocks.length) {
    throw new Error(`resNet: each stage needs a width and a number of blocks, got [${widths}] and [${blocks}]`);
  }
  let h = convolution(scope.at('stem'), x, widths[0]!, 3, 1).relu();
  seen('stem', h);
  for (const [stage, width] of widths.entries()) {
    for (let block = 0; block < blocks[stage]!; block++) {
      h = basicBlock(scope.at(`stage${stage + 1}`).at(block), h, width, stage > 0 && block === 0 ? 2 : 1);
      seen(`stage${stage + 1}.${block}`, h);
    }
  }
  return globalAvgPool(h);
}
