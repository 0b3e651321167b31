/** Weight clipping, the crude way to a Lipschitz critic (Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1). */

import type { Optimizer } from './optimizer';

/** The same optimizer, after which every weight is put back into [−bound, bound]. */
export const clippedWeights = (optimizer: Optimizer, bound: number): Optimizer => ({
  name: optimizer.name,
  update: (parameters, context) => optimizer.update(parameters, context).map((next) => next.clip(-bound, bound)),
});
