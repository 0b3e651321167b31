/** One training step of a dense auto-encoder, 784-512-256-512-784, batch 128, Adam: the same work on every engine. */

import { compileTrainStep } from '#main/engine/compile';
import { heNormal, zeros } from '#main/engine/init';
import { adamW } from '#main/engine/optimizers/adamw';
import { stream } from '#main/engine/random';
import { openTrainSession } from '#main/engine/session/open-train';
import type { Contestant } from './measure';

export const SIZES = [784, 512, 256, 512, 784] as const;
export const BATCH = 128;
export const LEARNING_RATE = 1e-3;

export const layers = SIZES.slice(0, -1).map((from, i) => [from, SIZES[i + 1]!] as const);

/** Forward, gradient by the weights and gradient by the input (not for the first layer): 2 · batch · from · to each. */
export const FLOPS = layers.reduce((sum, [from, to], i) => sum + (i === 0 ? 2 : 3) * 2 * BATCH * from * to, 0);

export const pixels = (): Float32Array<ArrayBuffer> => stream(1).uniform(BATCH * SIZES[0]);

export async function pretextDense(name: string, options: { plain?: boolean; threads?: number }): Promise<Contestant> {
  const program = compileTrainStep({
    inputs: { x: { dtype: 'float32', shape: [BATCH, SIZES[0]] } },
    objective(scope, { x }) {
      let h = x!; // [128, 784]
      for (const [i, shape] of layers.entries()) {
        const at = scope.at(i);
        h = h.linear(at.parameter('weight', shape, heNormal), at.parameter('bias', [shape[1]], zeros));
        if (i < layers.length - 1) h = h.relu();
      }
      return { loss: h.sub(x!).square().mean() };
    },
    optimizer: adamW({ weightDecay: 0 }),
    device: 'cpu',
  });
  const session = await openTrainSession(program, { device: 'cpu', spin: true, ...options });
  const x = pixels();
  const step = async () => {
    await session.step({ x }, LEARNING_RATE);
  };
  return { name, steps: 20, flops: program.flops, step, close: () => session.close() };
}
