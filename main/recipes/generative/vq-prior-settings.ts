/** The settings of the prior over code maps: those of the VQ-VAE that it was made for, and its own, each with its reason. */
import { z } from 'zod';
import { vqVaeSchema } from '../autoencoders/vq-vae-settings';
import { about } from '../fields';
import { trainingFields } from '../training';

const { codebookSize, codeLength, channels, residualBlocks, residualChannels, codebookLearning } = vqVaeSchema.shape;
/** What must be as it was where the codes were learned. */
const quantizer = { codebookSize, codeLength, channels, residualBlocks, residualChannels, codebookLearning };
export const quantizerFields = Object.keys(quantizer);

export const vqPriorSchema = z.object({
  layers: z
    .int()
    .min(1)
    .max(24)
    .default(4)
    .register(about, {
      label: 'Layers',
      group: 'Model',
      suggestions: [2, 4, 8],
      reason: 'Attention and a small network each. A map of 7 × 7 codes has little more to tell after four.',
    }),
  width: z
    .int()
    .min(8)
    .max(2048)
    .default(128)
    .register(about, {
      label: 'Width',
      unit: 'numbers',
      group: 'Model',
      scale: 'log',
      suggestions: [64, 128, 256],
      reason: 'Of the vector at each place; must divide by the heads.',
    }),
  heads: z
    .int()
    .min(1)
    .max(32)
    .default(4)
    .register(about, {
      label: 'Heads',
      group: 'Model',
      suggestions: [2, 4, 8],
      reason: '32 numbers a head at a width of 128.',
    }),
  dropout: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.1)
    .register(about, {
      label: 'Dropout',
      group: 'Training',
      suggestions: [0, 0.1, 0.3],
      reason: 'The transformer’s 0.1: thousands of maps are few, and a prior learns them by heart.',
    }),
  context: z.boolean().default(true).register(about, {
    label: 'Sees earlier codes',
    group: 'Objective',
    reason: 'Each code given those before it, row by row. Without, each place is drawn for itself.',
  }),
  ...quantizer,
  ...trainingFields({
    batchSize: { default: 64, reason: '64 maps of 49 codes are 3,136 predictions a step.' },
    steps: { default: 10_000, reason: 'About where a prior of this size stops improving on a few thousand maps.' },
    learningRate: { default: 1e-3, reason: 'As small GPTs are trained; larger rates end higher.' },
  }),
});
export type VqPriorConfig = z.output<typeof vqPriorSchema>;
