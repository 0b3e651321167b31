/** One training step of a VQ-VAE (van den Oord et al. 2017, arXiv:1711.00937) with 0.67 M parameters. */

import { conv2d, convTranspose2d } from '#main/engine/functions/image';
import { heNormal, normal, zeros } from '#main/engine/init';
import { stream } from '#main/engine/random';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import type { Workload } from './workload';

const CODES = 512;
const WIDTH = 64; // of a code
const COMMITMENT = 0.25; // β of the paper

export interface Images {
  batch: number;
  channels: number;
  size: number;
}

function conv(
  scope: Scope,
  x: Tensor,
  out: number,
  kernel: number,
  options: { stride?: number; pad?: number },
): Tensor {
  const weight = scope.parameter('weight', [out, Number(x.shape[1]), kernel, kernel], heNormal);
  return conv2d(x, weight, scope.parameter('bias', [out], zeros), options);
}

function convTranspose(scope: Scope, x: Tensor, out: number): Tensor {
  const weight = scope.parameter('weight', [Number(x.shape[1]), out, 4, 4], heNormal);
  return convTranspose2d(x, weight, scope.parameter('bias', [out], zeros), { stride: 2, pad: 1 });
}

function objective(scope: Scope, x: Tensor) {
  const half = { stride: 2, pad: 1 };
  let h = conv(scope.at('down1'), x, 64, 4, half).relu();
  h = conv(scope.at('down2'), h, 128, 4, half).relu();
  h = h.add(conv(scope.at('residual1'), h, 128, 3, { pad: 1 }).relu());
  const z = conv(scope.at('to'), h, WIDTH, 1, {}); // [N, 64, H/4, W/4]
  const rows = z.transpose([0, 2, 3, 1]).reshape([-1, WIDTH]);

  const codebook = scope.parameter('codebook', [CODES, WIDTH], normal(0.1), { decay: false });
  const distance = rows.linear(codebook, codebook.sumSquares(1), { transB: true, alpha: -2 }); // |e|² − 2 z·e
  const q = codebook.gather(distance.argMin(1));
  const codebookLoss = q.sub(rows.stopGradient()).square().mean();
  const commitment = rows.sub(q.stopGradient()).square().mean();

  const [n, , height, width] = z.shape as [number, number, number, number];
  let y = rows.straightThrough(q).reshape([n, height, width, WIDTH]).transpose([0, 3, 1, 2]);
  y = conv(scope.at('from'), y, 128, 3, { pad: 1 }).relu();
  y = y.add(conv(scope.at('residual2'), y, 128, 3, { pad: 1 }).relu());
  y = convTranspose(scope.at('up1'), y, 64).relu();
  y = convTranspose(scope.at('up2'), y, Number(x.shape[1]));
  return { loss: y.sub(x).square().mean().add(codebookLoss).add(commitment.scale(COMMITMENT)) };
}

export function vqVae({ batch, channels, size }: Images): Workload {
  const shape = [batch, channels, size, size];
  return {
    title: `VQ-VAE ${size} × ${size} × ${channels}, batch ${batch}`,
    model: 'vqVae',
    settings: { commitment: COMMITMENT },
    batch,
    learningRate: 3e-4,
    step: {
      inputs: { x: { dtype: 'float32', shape } },
      objective: (scope, { x }) => objective(scope, x!),
    },
    feeds: () => ({ x: stream(1).uniform(batch * channels * size * size) }),
  };
}
