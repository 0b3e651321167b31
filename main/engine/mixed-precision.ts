/**
 * Mixed precision (Micikevicius et al. 2018, arXiv:1710.03740): products and convolutions, forward and backward, take
 * and give float16; weights, sums, softmax, norms, losses and the update stay float32.
 *
 * A float16 holds nothing below 6e-8, and many gradients are smaller. So the loss is multiplied by a scale before the
 * backward pass and the gradients are divided by it after. The scale finds its own size: it doubles after 2000 steps
 * that went well and halves whenever a gradient overflows; such a step changes nothing but the scale.
 */

import { constant, zeros } from './init';
import type { OpName } from './ops/attributes';
import type { Registry } from './scope';
import type { Tensor } from './tensor';
import type { Traced } from './trace';

/** Larger ones, and NaN, are not less than this. */
export const LARGEST_FLOAT = 3.4e38;

const START = 2 ** 16;
const GROWTH_INTERVAL = 2000; // steps
const GROWTH = 2;
const BACK_OFF = 0.5;
const SMALLEST = 1; // below this the scale would only lose what it is there to keep
const LARGEST = 2 ** 24;

/** Ops that compute in float16. */
export const HALF_OPS: ReadonlySet<OpName> = new Set(['gemm', 'matmul', 'conv', 'convTranspose', 'convWeightGradient']);

export const LOSS_SCALE = 'precision.lossScale';
const GOOD_STEPS = 'precision.goodSteps';

export interface LossScale {
  /** Float scalar []. */
  readonly value: Tensor;
  /**
   * Gives the scale its value for the next step, and says what a step reports: `lossScale`, `skipped` (1 where the step
   * changed nothing but the scale) and `gradientNorm`, 0 in a skipped step. Where even the smallest scale overflows,
   * nothing is skipped: the gradient itself is not finite. norm: float [], finite: bool []
   */
  adapt(norm: Tensor, finite: Tensor): Traced;
}

export function lossScale(registry: Registry, prefix: string): LossScale {
  const declare = (name: string, init: typeof zeros) =>
    registry.declare({ name: prefix + name, shape: [], dtype: 'float32', kind: 'moment', init, decay: false });
  const value = declare(LOSS_SCALE, constant(START));
  const good = declare(GOOD_STEPS, zeros);
  return {
    value,
    adapt(norm, finite) {
      const went = good.plus(1);
      const isLong = went.greater(GROWTH_INTERVAL - 0.5);
      const grown = isLong.where(value.scale(GROWTH).minimum(value.constant(LARGEST)), value);
      const shrunk = value.scale(BACK_OFF).maximum(value.constant(SMALLEST));
      registry.update(prefix + LOSS_SCALE, finite.where(grown, shrunk));
      const nothing = value.constant(0);
      registry.update(prefix + GOOD_STEPS, finite.where(isLong.where(nothing, went), nothing));
      const mayShrink = value.greater(SMALLEST);
      const failed = finite.cast('float32').neg().plus(1);
      return {
        lossScale: value,
        skipped: failed.mul(mayShrink.cast('float32')),
        gradientNorm: finite.where(norm, mayShrink.where(nothing, norm)),
      };
    },
  };
}

/** Lets states keep their values where the forward pass of a micro-batch overflowed; its step will be skipped. */
export function unlessOverflown(registry: Registry, loss: Tensor): void {
  const finite = loss.abs().less(LARGEST_FLOAT);
  for (const [name, value] of registry.updates) {
    registry.updates.set(name, finite.where(value, registry.variables.get(name)!.tensor));
  }
}
