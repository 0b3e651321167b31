/** A dense auto-encoder, 784-512-256-512-784: nothing but matrix products, and small enough that overheads show. */

import { heNormal, zeros } from '#main/engine/init';
import { stream } from '#main/engine/random';
import type { Workload } from './workload';

const SIZES = [784, 512, 256, 512, 784] as const;
const layers = SIZES.slice(0, -1).map((from, i) => [from, SIZES[i + 1]!] as const);

export function dense(batch: number): Workload {
  return {
    title: `Dense auto-encoder ${SIZES.join('-')}, batch ${batch}`,
    model: 'dense',
    settings: { layers: layers.length },
    batch,
    learningRate: 1e-3,
    step: {
      inputs: { x: { dtype: 'float32', shape: [batch, SIZES[0]] } },
      objective(scope, { x }) {
        let h = x!; // [128, 784]
        for (const [i, shape] of layers.entries()) {
          const at = scope.at(i);
          h = h.linear(at.parameter('weight', shape, heNormal), at.parameter('bias', [shape[1]], zeros));
          if (i < layers.length - 1) h = h.relu();
        }
        return { loss: h.sub(x!).square().mean() };
      },
    },
    feeds: () => ({ x: stream(1).uniform(batch * SIZES[0]) }),
  };
}
