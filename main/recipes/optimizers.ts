/** The optimizers that a recipe may be trained by, by the names of its settings. */
import { adafactor } from '#main/engine/optimizers/adafactor';
import { adamW, bertAdam } from '#main/engine/optimizers/adamw';
import { lamb } from '#main/engine/optimizers/lamb';
import { lars } from '#main/engine/optimizers/lars';
import type { Optimizer } from '#main/engine/optimizers/optimizer';
import { rmsProp } from '#main/engine/optimizers/rms-prop';
import { sgdMomentum } from '#main/engine/optimizers/sgd-momentum';

export const optimizerNames = ['adamw', 'bert-adam', 'sgd', 'rmsprop', 'lars', 'lamb', 'adafactor'] as const;
export type OptimizerName = (typeof optimizerNames)[number];

export interface OptimizerConfig {
  optimizer: OptimizerName;
  weightDecay: number;
  momentum: number;
}

/** Weight decay is decoupled in Adam's family and Adafactor, and part of the gradient in SGD and LARS, as in their papers. */
const makers: Record<OptimizerName, (config: OptimizerConfig) => Optimizer> = {
  adamw: ({ weightDecay }) => adamW({ weightDecay }),
  'bert-adam': ({ weightDecay }) => bertAdam({ weightDecay }),
  sgd: ({ weightDecay, momentum }) => sgdMomentum({ weightDecay, momentum }),
  rmsprop: ({ weightDecay }) => rmsProp({ weightDecay }),
  lars: ({ weightDecay }) => lars({ weightDecay }),
  lamb: ({ weightDecay }) => lamb({ weightDecay }),
  adafactor: ({ weightDecay }) => adafactor({ weightDecay }),
};

export const optimizerOf = (config: OptimizerConfig): Optimizer => makers[config.optimizer](config);
