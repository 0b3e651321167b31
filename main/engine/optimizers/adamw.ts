/** AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101). */

import type { Tensor } from '../tensor';
import type { Optimizer, OptimizerContext } from './optimizer';
import { numericShape } from './optimizer';

export interface AdamWOptions {
  /** How much of the old mean gradient is kept. */
  beta1?: number;
  /** How much of the old mean squared gradient is kept. */
  beta2?: number;
  /** Keeps the division finite. */
  eps?: number;
  /** Fraction of each decaying parameter, times the learning rate, that is removed at each step. */
  weightDecay?: number;
}

/**
 * The paper's m and v are kept without their factors, M = m / (1 − β₁) and V = v / (1 − β₂), which saves two passes
 * over each tensor:
 *
 *   M ← β₁ M + g        V ← β₂ V + g²
 *
 * The bias corrections are then the sums of the weights so far, S₁ ← β₁ S₁ + 1 and S₂ ← β₂ S₂ + 1: the corrected
 * averages are m̂ = M / S₁ and v̂ = V / S₂. Everything scalar is folded into one rate and one ε:
 *
 *   p ← (1 − lr · decay) p − (lr √S₂ / S₁) · M / (√V + ε √S₂)
 */
export function adamW({ beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weightDecay = 0.01 }: AdamWOptions = {}): Optimizer {
  return {
    name: 'adamW',
    update(parameters, context) {
      const sum1 = weightSum(context, 'adamW.sum1', beta1);
      const rootSum2 = weightSum(context, 'adamW.sum2', beta2).sqrt();
      const rate = context.learningRate.mul(rootSum2).div(sum1);
      const epsilon = rootSum2.scale(eps);
      const kept = context.learningRate.scale(-weightDecay).plus(1);
      return parameters.map(({ name, value, gradient, decay }) => {
        const first = accumulated(context, `${name}.m`, value, beta1, gradient);
        const second = accumulated(context, `${name}.v`, value, beta2, gradient.square());
        const change = first.mul(rate).div(second.sqrt().add(epsilon));
        return (decay && weightDecay > 0 ? value.mul(kept) : value).sub(change);
      });
    },
  };
}

function weightSum(context: OptimizerContext, name: string, beta: number): Tensor {
  const next = context.moment(name, []).scale(beta).plus(1);
  context.assign(name, next);
  return next;
}

function accumulated(context: OptimizerContext, name: string, like: Tensor, beta: number, term: Tensor): Tensor {
  const next = context.moment(name, numericShape(like)).scale(beta).add(term);
  context.assign(name, next);
  return next;
}
