/** Gradients for what has none, or is to have another: choices, rounding, chance, adversaries. */

import { gradients } from '../gradient';
import type { Scope } from '../scope';
import { axisOf, elements, sameShape, show } from '../shape';
import type { Tensor } from '../tensor';
import { gumbel, logistic, uniform } from './random';

const sizesOf = (x: Tensor): number[] => x.shape.map((dim) => elements('estimators', [dim]));

/**
 * x in the forward pass, −scale · g in the backward pass: what comes before learns to make worse what comes after
 * learns to do (Ganin & Lempitsky 2015, arXiv:1409.7495). The scale may be fed: float scalar.
 */
export function gradientReversal(x: Tensor, scale: number | Tensor = 1): Tensor {
  const turned = typeof scale === 'number' ? x.scale(-scale) : x.mul(scale.neg());
  return turned.straightThrough(x);
}

/** The nearest whole number; backwards the identity (Bengio et al. 2013, arXiv:1308.3432). */
export const straightThroughRound = (x: Tensor): Tensor => x.straightThrough(x.round());

/**
 * −1 or 1 (1 at 0); backwards the identity where |x| ≤ 1 and nothing outside, where it could only run away
 * (Hubara et al. 2016, arXiv:1602.02830, equation 4).
 */
export function straightThroughSign(x: Tensor): Tensor {
  const sign = x.greaterEqual(0).cast('float32').scale(2).plus(-1);
  return x.hardTanh().straightThrough(sign);
}

/** 1 with chance p, otherwise 0; backwards the identity to p, the gradient of its mean. p: in [0, 1], any shape. */
export function straightThroughBernoulli(scope: Scope, name: string, p: Tensor): Tensor {
  const drawn = uniform(scope, name, sizesOf(p)).less(p).cast('float32');
  return p.straightThrough(drawn);
}

export interface GumbelOptions {
  /** τ: near 0 the samples are nearly one-hot and their gradients large. A number or a fed float scalar. */
  temperature?: number | Tensor;
  /** Whether the sample is exactly 0 and 1, with the gradient of the soft one. */
  hard?: boolean;
}

function cooled(logits: Tensor, temperature: number | Tensor): Tensor {
  if (typeof temperature !== 'number') return logits.div(temperature);
  if (!(temperature > 0)) throw new Error(`gumbel: the temperature must be above 0, got ${temperature}`);
  return logits.scale(1 / temperature);
}

/**
 * A sample of classes with the probabilities softmax(logits), through which gradients flow:
 * softmax((logits + gumbel noise) / τ) along an axis (Jang et al. 2017, arXiv:1611.01144; Maddison et al. 2017,
 * arXiv:1611.00712).
 *
 * logits: [..., C] → [..., C]; each sums to 1.
 */
export function gumbelSoftmax(
  scope: Scope,
  name: string,
  logits: Tensor,
  { temperature = 1, hard = false, axis = -1 }: GumbelOptions & { axis?: number } = {},
): Tensor {
  const soft = cooled(logits.add(gumbel(scope, name, sizesOf(logits))), temperature).softmax(axis);
  if (!hard) return soft;
  const along = axisOf('gumbelSoftmax', logits.shape, axis);
  const last = logits.rank - 1;
  const chosen = soft.argMax(along).oneHot(sizesOf(logits)[along]!); // the classes stand last
  const order = Array.from({ length: last }, (_, place) => place).toSpliced(along, 0, last);
  return soft.straightThrough(chosen.transpose(order));
}

/** A sample of 0 and 1 with chance σ(logits) of a 1, through which gradients flow: σ((logits + logistic noise) / τ). */
export function gumbelSigmoid(
  scope: Scope,
  name: string,
  logits: Tensor,
  { temperature = 1, hard = false }: GumbelOptions = {},
): Tensor {
  const soft = cooled(logits.add(logistic(scope, name, sizesOf(logits))), temperature).sigmoid();
  return hard ? soft.straightThrough(soft.greater(0.5).cast('float32')) : soft;
}

/**
 * A loss whose gradient is that of −E[reward] with respect to what chose: −mean of (reward − baseline) · log p(choice)
 * (REINFORCE, Williams 1992, Machine Learning 8). Its value means nothing. A baseline that does not depend on the choice
 * changes the spread of the gradient, not its mean.
 *
 * logProbability: of what was drawn; reward, baseline: any gradient through them is stopped → scalar.
 */
export function reinforce(logProbability: Tensor, reward: Tensor, baseline: Tensor | number = 0): Tensor {
  if (!sameShape(logProbability.shape, reward.shape)) {
    throw new Error(
      `reinforce: needs a reward for each choice, ${show(logProbability.shape)}, got ${show(reward.shape)}`,
    );
  }
  const advantage = typeof baseline === 'number' ? reward.plus(-baseline) : reward.sub(baseline);
  return logProbability.mul(advantage.stopGradient()).mean().neg();
}

const NORM_FLOOR = 1e-12; // keeps the slope of √ finite where a gradient is 0

/**
 * Mean of (‖∂critic/∂x‖ − 1)² over items: makes a critic change at unit speed where it is asked
 * (WGAN-GP, Gulrajani et al. 2017, arXiv:1704.00028, equation 3, without its λ). Its own gradient is a gradient of a
 * gradient: all of the critic's ops have one.
 *
 * x: [N, ...], usually between real and generated items; critic: [N, ...] → [N] or [N, 1], each item for itself → scalar
 */
export function gradientPenalty(critic: (x: Tensor) => Tensor, x: Tensor): Tensor {
  const [slope] = gradients(critic(x).sum(), [x]) as [Tensor];
  const axes = x.shape.map((_, axis) => axis).slice(1);
  const lengths = slope.sumSquares(axes).plus(NORM_FLOOR).sqrt(); // [N]
  return lengths.plus(-1).square().mean();
}
