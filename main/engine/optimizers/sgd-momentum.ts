/** Stochastic gradient descent with momentum (Sutskever et al. 2013, ICML): velocity ← μ · velocity + g, p ← p − lr · velocity. */

import type { Tensor } from '../tensor';
import { decayingSum, stepNumber } from './moments';
import type { Optimizer, OptimizerContext } from './optimizer';
import { ratedBy } from './optimizer';

export interface SgdMomentumOptions {
  /** μ, how much of the old velocity is kept; 0 is plain gradient descent. */
  momentum?: number;
  /** Another momentum for the first steps, while the gradients are still large (Hinton 2010, "A practical guide", section 9). */
  early?: { momentum: number; steps: number };
  /** Added to the gradient as weightDecay · p, which is not AdamW's decoupled decay. */
  weightDecay?: number;
  /** Looks ahead: moves by g + μ · velocity, the velocity that the next step would begin with (equation 7 there). */
  nesterov?: boolean;
}

export function sgdMomentum(options: SgdMomentumOptions = {}): Optimizer {
  const { weightDecay = 0, nesterov = false } = options;
  return {
    name: 'sgdMomentum',
    update(parameters, context) {
      const momentum = momentumAt(options, context);
      return parameters.map((parameter) => {
        const { name, value, gradient, decay } = parameter;
        const rate = ratedBy(context.learningRate, parameter);
        const slope = decay && weightDecay > 0 ? gradient.add(value.scale(weightDecay)) : gradient;
        if (momentum === 0) return value.sub(slope.mul(rate));
        const velocity = decayingSum(context, `${name}.velocity`, momentum, slope);
        return value.sub((nesterov ? slope.add(times(velocity, momentum)) : velocity).mul(rate));
      });
    },
  };
}

const times = (x: Tensor, factor: number | Tensor): Tensor =>
  typeof factor === 'number' ? x.scale(factor) : x.mul(factor);

/** The momentum of this step; a scalar that counts the steps where the first ones have another. */
function momentumAt({ momentum = 0.9, early }: SgdMomentumOptions, context: OptimizerContext): number | Tensor {
  if (!early || early.momentum === momentum) return momentum;
  const step = stepNumber(context, 'sgd.step');
  const isEarly = step.lessEqual(early.steps);
  return isEarly.where(step.constant(early.momentum), step.constant(momentum));
}
