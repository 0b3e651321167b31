/** AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101): Adam whose weight decay does not pass through the averages. */

import type { AdamOptions } from './adam';
import { adamFamily } from './adam';
import type { Optimizer } from './optimizer';

export interface AdamWOptions extends AdamOptions {
  /** λ: fraction of each decaying parameter, times the learning rate, that is removed at each step. */
  weightDecay?: number;
}

export function adamW({
  beta1 = 0.9,
  beta2 = 0.999,
  eps = 1e-8,
  weightDecay = 0.01,
  biasCorrection = true,
}: AdamWOptions = {}): Optimizer {
  return adamFamily({ name: 'adamW', beta1, beta2, eps, weightDecay, biasCorrection });
}

/**
 * Adam as BERT was trained with it (google-research/bert, optimization.py): no bias correction, ε = 1e-6 beside √v, and
 * decoupled decay of all but biases and layer norms. Clip by a global norm of 1, as there.
 */
export function bertAdam({ beta1 = 0.9, beta2 = 0.999, eps = 1e-6, weightDecay = 0.01 }: AdamWOptions = {}): Optimizer {
  return adamFamily({ name: 'bertAdam', beta1, beta2, eps, weightDecay, biasCorrection: false });
}
