/** The settings that every recipe trains by, and what follows from them. */
import { z } from 'zod';
import { PretextError } from '#app/contract';
import { learningRateAt, type ScheduleName, scheduleNames } from '#main/engine/schedules';
import { about } from './fields';
import { type OptimizerName, optimizerNames } from './optimizers';
import type { DataSpec, System } from './recipe';

/** Reasons that differ from recipe to recipe. */
export interface TrainingReasons {
  batchSize: { default: number; reason: string; paper?: number };
  steps: { default: number; reason: string; paper?: number };
  learningRate: { default: number; reason: string; paper?: number };
}

export const trainingFields = ({ batchSize, steps, learningRate }: TrainingReasons) => ({
  batchSize: z
    .int()
    .min(1)
    .max(4096)
    .default(batchSize.default)
    .register(about, {
      label: 'Batch size',
      unit: 'items',
      group: 'Training',
      scale: 'log',
      suggestions: [32, 64, 128, 256],
      ...withoutDefault(batchSize),
    }),
  steps: z
    .int()
    .min(1)
    .max(10_000_000)
    .default(steps.default)
    .register(about, {
      label: 'Steps',
      unit: 'steps',
      group: 'Training',
      scale: 'log',
      suggestions: [500, 2000, 10_000, 50_000],
      ...withoutDefault(steps),
    }),
  optimizer: z
    .enum(optimizerNames)
    .default('adamw')
    .register(about, {
      label: 'Optimizer',
      group: 'Training',
      choices: {
        adamw: 'AdamW',
        'bert-adam': 'Adam as BERT used it',
        sgd: 'SGD with momentum',
        rmsprop: 'RMSProp',
        lars: 'LARS',
        lamb: 'LAMB',
        adafactor: 'Adafactor',
      },
      reason:
        'AdamW needs the least tuning at these batch sizes. LARS and LAMB are for thousands of items a batch, Adafactor for models whose averages fill the memory; each wants a learning rate of its own.',
    }),
  momentum: z
    .number()
    .min(0)
    .max(0.9999)
    .default(0.9)
    .register(about, {
      label: 'Momentum',
      symbol: 'μ',
      group: 'Training',
      suggestions: [0, 0.9, 0.99],
      when: { path: 'optimizer', is: 'sgd' },
      reason: 'Sutskever et al. 2013: 0.9 averages over about the last ten gradients.',
    }),
  learningRate: z
    .number()
    .min(1e-7)
    .max(10)
    .default(learningRate.default)
    .register(about, {
      label: 'Learning rate',
      symbol: 'η',
      group: 'Training',
      scale: 'log',
      suggestions: [1e-4, 3e-4, 1e-3, 2e-3],
      ...withoutDefault(learningRate),
    }),
  schedule: z
    .enum(scheduleNames)
    .default('cosine')
    .register(about, {
      label: 'Learning-rate schedule',
      group: 'Training',
      choices: {
        constant: 'Constant',
        cosine: 'Cosine decay',
        linear: 'Linear decay to 0',
        'inverse-sqrt': 'Inverse square root',
        step: 'Tenths at ½ and ¾',
      },
      reason: 'Falling to 0 settles the weights, so the last step is the one to keep (Loshchilov & Hutter 2017).',
    }),
  floor: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .register(about, {
      label: 'Lowest rate',
      unit: 'of the highest',
      group: 'Training',
      suggestions: [0, 0.1],
      when: { path: 'schedule', is: 'cosine' },
      reason: 'A run that ends should end at 0; GPT-3 stopped at a tenth, since its data had not ended.',
    }),
  warmup: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(50)
    .register(about, {
      label: 'Warm-up',
      unit: 'steps',
      group: 'Training',
      suggestions: [0, 50, 500],
      reason: "Adam's averages rest on few gradients at first: 50 small steps keep those from doing harm.",
    }),
  weightDecay: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .register(about, {
      label: 'Weight decay',
      symbol: 'λ',
      group: 'Training',
      suggestions: [0, 0.01, 0.05],
      reason: 'The bottleneck already keeps the model from memorising, so plain Adam: none.',
    }),
  validations: z
    .int()
    .min(1)
    .max(1000)
    .default(20)
    .register(about, {
      label: 'Validations',
      unit: 'a run',
      group: 'Training',
      suggestions: [10, 20, 50],
      reason: 'Twenty points draw a curve; each also makes a preview and costs one pass over the validation items.',
    }),
});

const withoutDefault = <T extends { default: number }>({ default: _, ...rest }: T): Omit<T, 'default'> => rest;

export interface TrainingConfig {
  batchSize: number;
  steps: number;
  optimizer: OptimizerName;
  momentum: number;
  learningRate: number;
  schedule: ScheduleName;
  floor: number;
  warmup: number;
  weightDecay: number;
  validations: number;
}

/** What a system's training settings mean to the job that trains it. */
export function trainingOf(
  config: TrainingConfig,
): Pick<System, 'batchSize' | 'steps' | 'validateEvery' | 'learningRate'> {
  return {
    batchSize: config.batchSize,
    steps: config.steps,
    validateEvery: Math.ceil(config.steps / config.validations),
    learningRate: (step) => learningRateAt(config.schedule === 'cosine' ? config : { ...config, floor: 0 }, step),
  };
}

/** Throws where there is too little to train or validate on. */
export function expectEnough(recipe: string, { batchSize }: TrainingConfig, data: DataSpec): void {
  if (data.trainCount < batchSize)
    throw new PretextError(
      `${recipe}: the training split must hold at least one batch of ${batchSize} items, got ${data.trainCount}`,
      { advice: `Set batchSize to ${Math.max(1, data.trainCount)} or less, or import more items.` },
    );
  if (data.validationCount < 1)
    throw new PretextError(`${recipe}: the validation split must hold at least one item, got none`, {
      advice: 'Import the data again with a share for validation.',
    });
  if (data.modality === 'image' && !(data.variance > 0))
    throw new PretextError(
      `${recipe}: the training pictures must differ somewhere, got a variance of ${data.variance}`,
      {
        advice: 'Every pixel has the same value: check the files that were imported.',
      },
    );
}
