/** The settings of the plain auto-encoder, each with its reason. */
import { z } from 'zod';
import { about } from '../fields';
import { trainingFields } from '../training';
import { coderFields } from './coder-settings';

export const autoencoderSchema = z.object({
  ...coderFields({
    bottleneck: {
      default: 16,
      paper: 30,
      reason:
        '16 numbers for 784 pixels: few enough to force a choice, and the error is two thirds of that of 16 principal components.',
    },
    hiddenLayers: {
      default: 2,
      paper: 3,
      reason: 'On each side. None makes the model linear, and it then learns no more than PCA.',
    },
    width: {
      default: 512,
      paper: 1000,
      reason: 'Two thirds of the 784 pixels of a digit; the paper’s layers are 1000, 500 and 250 wide.',
    },
  }),
  loss: z
    .enum(['squared-error', 'cross-entropy'])
    .default('squared-error')
    .register(about, {
      label: 'Reconstruction loss',
      group: 'Objective',
      choices: { 'squared-error': 'Squared error', 'cross-entropy': 'Cross-entropy' },
      reason: 'Squared error is what validation measures; cross-entropy reads each pixel as the chance of being lit.',
    }),
  ...trainingFields({
    batchSize: {
      default: 128,
      reason: 'Products of 128 rows keep a CPU busy, and a pass over 8,000 items is still 62 steps.',
    },
    steps: { default: 10_000, reason: '160 passes over 8,000 items of 28 × 28, some minutes on two cores.' },
    learningRate: {
      default: 1e-3,
      reason: "Adam's own 1e-3 (Kingma & Ba 2015) is stable for dense layers of this size.",
    },
  }),
});
export type AutoencoderConfig = z.output<typeof autoencoderSchema>;
