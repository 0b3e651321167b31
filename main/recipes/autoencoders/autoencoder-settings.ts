/** The settings of the plain auto-encoder, each with its reason. */
import { z } from 'zod';
import { about } from '../fields';
import { trainingFields } from '../training';

export const autoencoderSchema = z.object({
  architecture: z
    .enum(['dense', 'convolutional'])
    .default('dense')
    .register(about, {
      label: 'Architecture',
      group: 'Model',
      choices: { dense: 'Dense layers', convolutional: 'Convolutions' },
      reason: 'Dense layers as in Hinton & Salakhutdinov 2006; convolutions pay off on larger pictures.',
    }),
  bottleneck: z
    .int()
    .min(1)
    .max(4096)
    .default(16)
    .register(about, {
      label: 'Bottleneck',
      symbol: 'd',
      unit: 'numbers',
      group: 'Model',
      scale: 'log',
      suggestions: [1, 2, 8, 16, 32, 64],
      paper: 30,
      reason:
        '16 numbers for 784 pixels: few enough to force a choice, and the error is two thirds of that of 16 principal components.',
    }),
  hiddenLayers: z
    .int()
    .min(0)
    .max(8)
    .default(2)
    .register(about, {
      label: 'Hidden layers',
      group: 'Model',
      suggestions: [0, 1, 2, 3],
      paper: 3,
      when: { path: 'architecture', is: 'dense' },
      reason: 'On each side. None makes the model linear, and it then learns no more than PCA.',
    }),
  width: z
    .int()
    .min(1)
    .max(8192)
    .default(512)
    .register(about, {
      label: 'Hidden width',
      unit: 'numbers',
      group: 'Model',
      scale: 'log',
      suggestions: [128, 256, 512, 1024],
      paper: 1000,
      when: { path: 'architecture', is: 'dense' },
      reason: 'Two thirds of the 784 pixels of a digit; the paper’s layers are 1000, 500 and 250 wide.',
    }),
  channels: z
    .int()
    .min(2)
    .max(1024)
    .default(64)
    .register(about, {
      label: 'Channels',
      group: 'Model',
      scale: 'log',
      suggestions: [16, 32, 64, 128],
      when: { path: 'architecture', is: 'convolutional' },
      reason: 'After the second of two strided convolutions; half of them after the first.',
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
