/** The residual block of VQ-VAE: what a block adds is small, so that many can be stacked. */
import type { Scope } from '#main/engine/scope';
import { fixed } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';
import { conv2d } from './layers';

/**
 * x + conv1×1(ReLU(conv3×3(ReLU(x)))) (van den Oord et al. 2017, arXiv:1711.00937, section 4.1).
 *
 * x: [n, c, h, w] → [n, c, h, w]; `hidden` channels between the two convolutions.
 */
export function residualBlock(scope: Scope, x: Tensor, hidden: number): Tensor {
  const channels = fixed('residualBlock', x.shape[1], 'the channels of the input');
  const inner = conv2d(scope.at('conv3'), x.relu(), hidden, { kernel: 3, pad: 1 }).relu();
  return x.add(conv2d(scope.at('conv1'), inner, channels, { kernel: 1, gain: 'linear' }));
}
