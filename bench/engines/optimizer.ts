/** The optimizer of every workload: Adam (Kingma & Ba 2015, arXiv:1412.6980), as all the other engines have it. */

import { adamW } from '#main/engine/optimizers/adamw';

export const BETA1 = 0.9;
export const BETA2 = 0.999;
export const EPSILON = 1e-8;

/** AdamW without decay is Adam. */
export const optimizer = adamW({ beta1: BETA1, beta2: BETA2, eps: EPSILON, weightDecay: 0 });
