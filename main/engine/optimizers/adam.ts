/** Adam (Kingma & Ba 2015, arXiv:1412.6980), and AdamW and BERT's variant as the same rule with other constants. */

import type { Tensor } from '../tensor';
import { decayingSum, weightSum } from './moments';
import type { Optimizer, OptimizerContext, Trained } from './optimizer';
import { ratedBy } from './optimizer';

export interface AdamOptions {
  /** β₁, how much of the old mean gradient is kept. */
  beta1?: number;
  /** β₂, how much of the old mean squared gradient is kept. */
  beta2?: number;
  /** Keeps the division finite. */
  eps?: number;
  /**
   * Divides both averages by the weight they have gathered so far, as the paper does. Without it the first steps are
   * (1 − β₁) / √(1 − β₂) times as long: 3.2 times with the usual constants.
   */
  biasCorrection?: boolean;
}

/** Adam without weight decay. */
export function adam({ beta1 = 0.9, beta2 = 0.999, eps = 1e-8, biasCorrection = true }: AdamOptions = {}): Optimizer {
  return adamFamily({ name: 'adam', beta1, beta2, eps, weightDecay: 0, biasCorrection });
}

interface Family extends Required<AdamOptions> {
  name: string;
  weightDecay: number;
}

/** Every member of the family: `weightDecay` is decoupled, lr · λ · p taken from each decaying parameter. */
export function adamFamily({ name, weightDecay, ...constants }: Family): Optimizer {
  return {
    name,
    update(parameters, context) {
      const { rate, epsilon } = folded(name, context, constants);
      return parameters.map((parameter) => {
        const { value, decay } = parameter;
        const { first, second } = adamSums(context, parameter, constants);
        const change = first.mul(ratedBy(rate, parameter)).div(second.sqrt().add(epsilon));
        if (!decay || weightDecay === 0) return value.sub(change);
        return value.mul(ratedBy(context.learningRate, parameter).scale(-weightDecay).plus(1)).sub(change);
      });
    },
  };
}

/**
 * The paper's m and v are kept without their factors, M = m / (1 − β₁) and V = v / (1 − β₂), which saves two passes
 * over each tensor:
 *
 *   M ← β₁ M + g        V ← β₂ V + g²
 */
export function adamSums(
  context: OptimizerContext,
  { name, gradient }: Trained,
  { beta1, beta2 }: { beta1: number; beta2: number },
): { first: Tensor; second: Tensor } {
  return {
    first: decayingSum(context, `${name}.m`, beta1, gradient),
    second: decayingSum(context, `${name}.v`, beta2, gradient.square()),
  };
}

/**
 * With bias correction the averages are divided by the sums of the weights so far, S₁ ← β₁ S₁ + 1 and S₂ ← β₂ S₂ + 1;
 * without it by what those sums tend to, 1 / (1 − β). Everything scalar is folded into one rate and one ε:
 *
 *   m̂ = M / S₁        v̂ = V / S₂        lr · m̂ / (√v̂ + ε)  =  (lr √S₂ / S₁) · M / (√V + ε √S₂)
 */
export function folded(
  name: string,
  context: OptimizerContext,
  { beta1, beta2, eps, biasCorrection }: Required<AdamOptions>,
): { rate: Tensor; epsilon: Tensor } {
  const { learningRate } = context;
  if (!biasCorrection) {
    const rootSum2 = 1 / Math.sqrt(1 - beta2);
    return { rate: learningRate.scale(rootSum2 * (1 - beta1)), epsilon: learningRate.constant(eps * rootSum2) };
  }
  const sum1 = weightSum(context, `${name}.sum1`, beta1);
  const rootSum2 = weightSum(context, `${name}.sum2`, beta2).sqrt();
  return { rate: learningRate.mul(rootSum2).div(sum1), epsilon: rootSum2.scale(eps) };
}
