/** SimCLR (Chen et al. 2020, arXiv:2002.05709) with a small residual encoder: the loss compares every view with every other. */

import { crossEntropy } from '#main/engine/functions/losses';
import { stream } from '#main/engine/random';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import { batchNorm, conv2d, linear } from '#main/nn';
import type { Workload } from './workload';

const SIZE = 32; // pixels
const STEM = 32;
const WIDTHS = [32, 64, 128]; // channels after each block, which halves the sides
const PROJECTED = 128;
const TEMPERATURE = 0.5;
const HIDDEN = -1e9; // added to the likeness of a view with itself

/** relu(conv → norm → relu → conv → norm, plus a 1 × 1 way past them). x: [n, c, h, w] → [n, width, h/2, w/2] */
function block(scope: Scope, x: Tensor, width: number): Tensor {
  const part = (name: string, from: Tensor, options: { kernel: number; stride?: number; pad?: number }) =>
    batchNorm(scope.at(`${name}Norm`), conv2d(scope.at(name), from, width, { ...options, bias: false }));
  const inner = part('first', x, { kernel: 3, stride: 2, pad: 1 }).relu();
  return part('second', inner, { kernel: 3, pad: 1 })
    .add(part('past', x, { kernel: 1, stride: 2 }))
    .relu();
}

function objective(scope: Scope, { views, self, partners }: Record<string, Tensor>) {
  let h = conv2d(scope.at('stem'), views!, STEM, { kernel: 3, pad: 1, bias: false });
  h = batchNorm(scope.at('stemNorm'), h).relu();
  for (const [at, width] of WIDTHS.entries()) h = block(scope.at('blocks').at(at), h, width);
  const features = h.mean([2, 3]); // [2n, 128]
  const projected = linear(scope.at('out'), linear(scope.at('hidden'), features, WIDTHS.at(-1)!).relu(), PROJECTED);
  const z = projected.div(projected.sumSquares(1, true).sqrt()); // [2n, 128], of length 1
  const likeness = z.matmul(z, { transB: true, alpha: 1 / TEMPERATURE }).add(self!); // [2n, 2n]
  return { loss: crossEntropy(likeness, partners!) };
}

export function simclr(batch: number): Workload {
  const views = 2 * batch;
  return {
    title: `SimCLR, residual encoder, ${SIZE} × ${SIZE} × 3, two views, batch ${batch}`,
    model: 'simclr',
    settings: { blocks: WIDTHS.length, temperature: TEMPERATURE },
    batch,
    learningRate: 1e-3,
    step: {
      inputs: {
        views: { dtype: 'float32', shape: [views, 3, SIZE, SIZE] }, // first views of all items, then second ones
        self: { dtype: 'float32', shape: [views, views] },
        partners: { dtype: 'int32', shape: [views] },
      },
      objective,
    },
    feeds: () => ({
      views: stream(1).uniform(views * 3 * SIZE * SIZE),
      self: Float32Array.from({ length: views ** 2 }, (_, at) => (at % (views + 1) === 0 ? HIDDEN : 0)),
      partners: Int32Array.from({ length: views }, (_, view) => (view + batch) % views),
    }),
  };
}
