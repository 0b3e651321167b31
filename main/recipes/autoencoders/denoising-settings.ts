/** The settings of the denoising auto-encoder, each with its reason. */
import { z } from 'zod';
import { about } from '../fields';
import { trainingFields } from '../training';
import { coderFields } from './coder-settings';

export const denoisingSchema = z.object({
  ...coderFields({
    bottleneck: {
      default: 256,
      reason:
        'Noise, not a narrow middle, is what keeps it from copying: the code may hold more numbers than the picture says things.',
    },
    hiddenLayers: { default: 1, reason: 'On each side. Vincent et al. 2010 stack layers of this kind one by one.' },
    width: { default: 512, reason: 'As wide as the plain auto-encoder, so that noise is all that differs.' },
  }),
  corruption: z
    .enum(['masking', 'salt-and-pepper', 'gaussian'])
    .default('masking')
    .register(about, {
      label: 'Noise',
      group: 'Objective',
      choices: {
        masking: 'Masking: set to 0',
        'salt-and-pepper': 'Salt and pepper: set to 0 or 1',
        gaussian: 'Gaussian: added to each number',
      },
      reason:
        'Masking asks the model to fill blanks in, as BERT is asked to with words; Vincent et al. 2010 try all three.',
    }),
  amount: z
    .number()
    .min(0)
    .max(2)
    .default(0.3)
    .register(about, {
      label: 'Amount of noise',
      symbol: 'ν',
      unit: 'share, or σ',
      group: 'Objective',
      suggestions: [0, 0.1, 0.3, 0.5],
      reason:
        'The share of numbers that are spoilt, or σ of the Gaussian. 0.1 to 0.5 help in the paper; 0.3 is between.',
    }),
  validationAmount: z
    .number()
    .min(0.01)
    .max(2)
    .default(0.3)
    .register(about, {
      label: 'Noise in validation',
      symbol: 'ν',
      unit: 'share, or σ',
      group: 'Objective',
      suggestions: [0.1, 0.3, 0.5],
      reason:
        'How spoilt the items are that validation has restored: the same for every run, whatever it was trained on.',
    }),
  target: z
    .enum(['clean', 'noisy'])
    .default('clean')
    .register(about, {
      label: 'Target',
      group: 'Objective',
      choices: { clean: 'The clean item', noisy: 'The noisy item itself' },
      reason: 'Only the clean item cannot be had by copying; the noisy one teaches to keep the noise.',
    }),
  loss: z
    .enum(['squared-error', 'cross-entropy'])
    .default('squared-error')
    .register(about, {
      label: 'Reconstruction loss',
      group: 'Objective',
      choices: { 'squared-error': 'Squared error', 'cross-entropy': 'Cross-entropy' },
      reason: 'Squared error is what signal to noise is counted by.',
    }),
  ...trainingFields({
    batchSize: { default: 128, reason: 'As the plain auto-encoder: a pass over 8,000 items is 62 steps.' },
    steps: {
      default: 10_000,
      reason: '160 passes over 8,000 items, each time under other noise, some minutes on two cores.',
    },
    learningRate: {
      default: 1e-3,
      reason: "Adam's own 1e-3 (Kingma & Ba 2015) is stable for dense layers of this size.",
    },
  }),
});
export type DenoisingConfig = z.output<typeof denoisingSchema>;
