/** Stochastic gradient descent with momentum (Sutskever et al. 2013, ICML): velocity ← μ · velocity + g, p ← p − lr · velocity. */

import { decayingSum } from './moments';
import type { Optimizer } from './optimizer';
import { ratedBy } from './optimizer';

export interface SgdMomentumOptions {
  /** μ, how much of the old velocity is kept; 0 is plain gradient descent. */
  momentum?: number;
  /** Added to the gradient as weightDecay · p, which is not AdamW's decoupled decay. */
  weightDecay?: number;
  /** Looks ahead: moves by g + μ · velocity, the velocity that the next step would begin with (equation 7 there). */
  nesterov?: boolean;
}

export function sgdMomentum({ momentum = 0.9, weightDecay = 0, nesterov = false }: SgdMomentumOptions = {}): Optimizer {
  return {
    name: 'sgdMomentum',
    update: (parameters, context) =>
      parameters.map((parameter) => {
        const { name, value, gradient, decay } = parameter;
        const rate = ratedBy(context.learningRate, parameter);
        const slope = decay && weightDecay > 0 ? gradient.add(value.scale(weightDecay)) : gradient;
        if (momentum === 0) return value.sub(slope.mul(rate));
        const velocity = decayingSum(context, `${name}.velocity`, momentum, slope);
        return value.sub((nesterov ? slope.add(velocity.scale(momentum)) : velocity).mul(rate));
      }),
  };
}
