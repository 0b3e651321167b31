/** RMSProp (Tieleman & Hinton 2012, lecture 6.5): each gradient divided by the root of its recent mean square. */

import { decayingSum } from './moments';
import type { Optimizer } from './optimizer';
import { ratedBy } from './optimizer';

export interface RmsPropOptions {
  /** ρ, how much of the old mean square is kept; 0.99 is what Wasserstein GANs were trained with. */
  decay?: number;
  /** Keeps the division finite; stands beside the root. */
  eps?: number;
  /** Added to the gradient as weightDecay · p. */
  weightDecay?: number;
}

/**
 * v ← ρ v + (1 − ρ) g²,  p ← p − lr · g / (√v + ε), kept as V = v / (1 − ρ). No momentum: a critic that changes from
 * step to step has none to follow (Arjovsky et al. 2017, arXiv:1701.07875, section 4).
 */
export function rmsProp({ decay = 0.99, eps = 1e-8, weightDecay = 0 }: RmsPropOptions = {}): Optimizer {
  const root = 1 / Math.sqrt(1 - decay); // √V = root · √v
  return {
    name: 'rmsProp',
    update: (parameters, context) =>
      parameters.map((parameter) => {
        const { name, value, gradient, decay: decays } = parameter;
        const slope = decays && weightDecay > 0 ? gradient.add(value.scale(weightDecay)) : gradient;
        const squares = decayingSum(context, `${name}.square`, decay, slope.square());
        const rate = ratedBy(context.learningRate.scale(root), parameter);
        return value.sub(slope.mul(rate).div(squares.sqrt().plus(eps * root)));
      }),
  };
}
