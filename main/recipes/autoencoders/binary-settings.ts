/** The settings of the auto-encoder with a binary code, each with its reason. */
import { z } from 'zod';
import { about } from '../fields';
import { trainingFields } from '../training';
import { coderFields, readingField } from './coder-settings';

export const binarySchema = z.object({
  ...coderFields({
    bottleneck: {
      default: 32,
      label: 'Bits',
      unit: 'bits',
      suggestions: [8, 16, 32, 64],
      reason: '32 bits tell 4 billion things apart: measured on digits, twice the bits lower the error by a quarter.',
    },
    width: { default: 512, reason: 'As wide as the plain auto-encoder, so that the bits are all that differs.' },
    hiddenLayers: { default: 1, reason: 'On each side: one is enough to draw digits from 16 bits.' },
  }),
  estimator: z
    .enum(['bernoulli', 'deterministic', 'gumbel', 'soft'])
    .default('bernoulli')
    .register(about, {
      label: 'Bits in training',
      group: 'Objective',
      choices: {
        bernoulli: 'Drawn: 1 with chance p',
        deterministic: 'Rounded: 1 where p > ½',
        gumbel: 'Gumbel-sigmoid, then rounded',
        soft: 'p itself, rounded only after training',
      },
      reason:
        'Bits that are drawn teach the decoder what every code means, not only the likeliest; it measures best of the four.',
    }),
  straightThrough: z.boolean().default(true).register(about, {
    label: 'Straight-through gradient',
    group: 'Objective',
    reason:
      'A bit has no slope. Passing the gradient on to p as if there were no rounding is what teaches the encoder (Bengio et al. 2013).',
  }),
  temperature: z
    .number()
    .min(0.01)
    .max(10)
    .default(0.66)
    .register(about, {
      label: 'Temperature',
      symbol: 'τ',
      group: 'Objective',
      suggestions: [0.1, 0.5, 0.66, 1],
      when: { path: 'estimator', is: 'gumbel' },
      reason: 'Maddison et al. 2017 (arXiv:1611.00712) found ⅔ best for two-valued variables.',
    }),
  loss: readingField,
  ...trainingFields({
    batchSize: { default: 128, reason: 'As the plain auto-encoder: a pass over 8,000 items is 62 steps.' },
    steps: {
      default: 10_000,
      reason: '160 passes over 8,000 items: drawn bits make gradients noisy, which takes time to average out.',
    },
    learningRate: {
      default: 1e-3,
      reason: "Adam's own 1e-3 (Kingma & Ba 2015) is stable for dense layers of this size.",
    },
  }),
});
export type BinaryConfig = z.output<typeof binarySchema>;
