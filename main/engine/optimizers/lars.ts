/** LARS (You, Gitman & Ginsburg 2017, arXiv:1708.03888): momentum whose step is in proportion to each tensor's own size. */

import type { Tensor } from '../tensor';
import { decayingSum, norm, ratioOrOne } from './moments';
import type { Optimizer } from './optimizer';
import { ratedBy } from './optimizer';

export interface LarsOptions {
  /** μ, how much of the old velocity is kept. */
  momentum?: number;
  /** λ, added to the gradient as λ · p. */
  weightDecay?: number;
  /** η, the share of its own length that a tensor may move at a learning rate of 1. */
  trust?: number;
}

/**
 * Algorithm 1 there, for each tensor:
 *
 *   ratio = η ‖p‖ / (‖g‖ + λ ‖p‖)        velocity ← μ · velocity + lr · ratio · (g + λ p)        p ← p − velocity
 *
 * Biases and norms (whatever does not decay) take plain momentum steps, as in SimCLR and BYOL; so does a tensor that is
 * all zero, or whose gradient is.
 */
export function lars({ momentum = 0.9, weightDecay = 0, trust = 1e-3 }: LarsOptions = {}): Optimizer {
  return {
    name: 'lars',
    update: (parameters, context) =>
      parameters.map((parameter) => {
        const { name, value, gradient, decay } = parameter;
        const rate = ratedBy(context.learningRate, parameter);
        const step = decay ? trusted(parameter, rate, { weightDecay, trust }) : gradient.mul(rate);
        return value.sub(decayingSum(context, `${name}.velocity`, momentum, step));
      }),
  };
}

function trusted(
  { value, gradient }: { value: Tensor; gradient: Tensor },
  rate: Tensor,
  { weightDecay, trust }: { weightDecay: number; trust: number },
): Tensor {
  const [length, slope] = [norm(value), norm(gradient)];
  // No ratio for a gradient of zero: the decay alone would be scaled up to η of the whole tensor.
  const slowed = slope.greater(0).where(slope.add(length.scale(weightDecay)), slope);
  const ratio = ratioOrOne(length.scale(trust), slowed);
  const wanted = weightDecay > 0 ? gradient.add(value.scale(weightDecay)) : gradient;
  return wanted.mul(rate.mul(ratio));
}
