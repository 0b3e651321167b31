/** How a stack of machines becomes an auto-encoder: a kind of step that copies instead of learning. */
import type { Optimizer } from '#main/engine/optimizers/optimizer';
import type { Tensor } from '#main/engine/tensor';

/** −Σ ⟨to, from⟩, whose gradient with respect to `to` is −from, exactly. Pairs of one shape → scalar */
export const copies = (pairs: readonly (readonly [to: Tensor, from: Tensor])[]): Tensor =>
  pairs.map(([to, from]) => to.mul(from.stopGradient()).sum().neg()).reduce((sum, pair) => sum.add(pair));

/** p ← −g: with `copies` as the loss each parameter becomes what it is paired with, whatever it was and the rate is. */
export const copying: Optimizer = {
  name: 'copying',
  update: (parameters) => parameters.map(({ gradient }) => gradient.neg()),
};
