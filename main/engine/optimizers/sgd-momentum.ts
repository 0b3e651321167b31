/** Stochastic gradient descent with momentum (Sutskever et al. 2013, ICML): velocity ← μ · velocity + g, p ← p − lr · velocity. */

import type { Optimizer } from './optimizer';
import { numericShape } from './optimizer';

export interface SgdMomentumOptions {
  /** μ, how much of the old velocity is kept; 0 is plain gradient descent. */
  momentum?: number;
  /** Added to the gradient as weightDecay · p, which is not AdamW's decoupled decay. */
  weightDecay?: number;
}

export function sgdMomentum({ momentum = 0.9, weightDecay = 0 }: SgdMomentumOptions = {}): Optimizer {
  return {
    name: 'sgdMomentum',
    update: (parameters, { learningRate, moment, assign }) =>
      parameters.map(({ name, value, gradient, decay }) => {
        const slope = decay && weightDecay > 0 ? gradient.add(value.scale(weightDecay)) : gradient;
        if (momentum === 0) return value.sub(slope.mul(learningRate));
        const velocity = moment(`${name}.velocity`, numericShape(value)).scale(momentum).add(slope);
        assign(`${name}.velocity`, velocity);
        return value.sub(velocity.mul(learningRate));
      }),
  };
}
