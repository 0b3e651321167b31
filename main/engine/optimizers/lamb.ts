/** LAMB (You et al. 2020, arXiv:1904.00962): Adam's direction, each tensor's step in proportion to its own length. */

import { adamSums, folded } from './adam';
import type { AdamWOptions } from './adamw';
import { norm, ratioOrOne } from './moments';
import type { Optimizer } from './optimizer';
import { ratedBy } from './optimizer';

/**
 * Algorithm 2 there, for each tensor:
 *
 *   u = m̂ / (√v̂ + ε) + λ p        p ← p − lr · ‖p‖ / ‖u‖ · u
 *
 * Biases and norms (whatever does not decay) have neither decay nor ratio, and so has a tensor that is all zero.
 */
export function lamb({
  beta1 = 0.9,
  beta2 = 0.999,
  eps = 1e-6,
  weightDecay = 0.01,
  biasCorrection = true,
}: AdamWOptions = {}): Optimizer {
  const constants = { beta1, beta2, eps, biasCorrection };
  return {
    name: 'lamb',
    update(parameters, context) {
      const { learningRate } = context;
      // The direction at a rate of 1; the true rate comes in after the ratio.
      const { rate: unit, epsilon } = folded('lamb', { ...context, learningRate: learningRate.constant(1) }, constants);
      return parameters.map((parameter) => {
        const { value, decay } = parameter;
        const { first, second } = adamSums(context, parameter, constants);
        const adam = first.mul(unit).div(second.sqrt().add(epsilon));
        const rate = ratedBy(learningRate, parameter);
        if (!decay) return value.sub(adam.mul(rate));
        const step = weightDecay > 0 ? adam.add(value.scale(weightDecay)) : adam;
        return value.sub(step.mul(rate.mul(ratioOrOne(norm(value), norm(step)))));
      });
    },
  };
}
