/** Running sums and averages that optimizers keep between steps. */

import type { Tensor } from '../tensor';
import type { OptimizerContext } from './optimizer';
import { numericShape } from './optimizer';

/** sum ← β · sum + term, of term's shape: an average's numerator, kept without its factor 1 − β. β: a number or a scalar. */
export function decayingSum(context: OptimizerContext, name: string, beta: number | Tensor, term: Tensor): Tensor {
  const old = context.moment(name, numericShape(term));
  const next = (typeof beta === 'number' ? old.scale(beta) : old.mul(beta)).add(term);
  context.assign(name, next);
  return next;
}

/** weight ← β · weight + 1: what such a sum must be divided by. */
export function weightSum(context: OptimizerContext, name: string, beta: number): Tensor {
  const next = context.moment(name, []).scale(beta).plus(1);
  context.assign(name, next);
  return next;
}

/** t, counted from 1. */
export function stepNumber(context: OptimizerContext, name: string): Tensor {
  const next = context.moment(name, []).plus(1);
  context.assign(name, next);
  return next;
}

/** ‖x‖, a scalar */
export const norm = (x: Tensor): Tensor => x.sumSquares().sqrt();

/** above / below where both are positive, 1 elsewhere. Scalars []. */
export function ratioOrOne(above: Tensor, below: Tensor): Tensor {
  const one = above.constant(1);
  const usable = above.minimum(below).greater(0);
  return usable.where(above.div(usable.where(below, one)), one);
}
