/** The settings of the variational auto-encoders, each with its reason. */
import { z } from 'zod';
import { about } from '../fields';
import { trainingFields } from '../training';
import { coderFields } from './coder-settings';

/** `beta`: the weight that a recipe begins with, and why. */
export const vaeFields = (beta: { default: number; reason: string; paper?: number }) => ({
  ...coderFields({
    bottleneck: {
      default: 16,
      reason: 'Dimensions that are not needed cost nothing and stay at the prior: too many do less harm than too few.',
    },
    width: { default: 512, paper: 500, reason: 'About the 500 units of the paper’s networks on digits.' },
    hiddenLayers: { default: 2, paper: 1, reason: 'On each side; the paper has one.' },
  }),
  loss: z
    .enum(['by-data', 'squared-error', 'cross-entropy'])
    .default('by-data')
    .register(about, {
      label: 'Observation p(x|z)',
      group: 'Objective',
      choices: {
        'by-data': 'Pictures: Bernoulli, tables: Gaussian',
        'squared-error': 'Gaussian',
        'cross-entropy': 'Bernoulli',
      },
      reason:
        'A Bernoulli chance for each pixel suits ink on paper, as in the paper; columns of a table are standardised.',
    }),
  sigma: z
    .number()
    .min(0.01)
    .max(10)
    .default(0.15)
    .register(about, {
      label: 'Spread of the Gaussian',
      symbol: 'σ',
      group: 'Objective',
      scale: 'log',
      suggestions: [0.1, 0.15, 0.3, 1],
      when: { path: 'loss', is: 'squared-error' },
      reason:
        'The likelihood is largest where σ is the root of the mean squared error (Rybkin et al. 2021, arXiv:2006.13202): about 0.15 of a pixel on digits.',
    }),
  pixels: z
    .enum(['sum', 'mean'])
    .default('sum')
    .register(about, {
      label: 'Reconstruction over pixels',
      group: 'Objective',
      choices: { sum: 'Summed', mean: 'Averaged' },
      reason:
        'log p(x|z) of an item is a sum over its pixels. Averaging 784 of them makes the KL count 784 times as much.',
    }),
  posterior: z
    .enum(['log-variance', 'sigma'])
    .default('log-variance')
    .register(about, {
      label: 'The KL reads',
      group: 'Objective',
      choices: { 'log-variance': 'log σ²', sigma: 'σ in place of log σ²' },
      reason: 'KL = −½ Σ (1 + log σ² − μ² − σ²); with σ in that place its least value is no longer at the prior.',
    }),
  beta: z
    .number()
    .min(0)
    .max(1000)
    .default(beta.default)
    .register(about, {
      label: 'Weight of the KL',
      symbol: 'β',
      group: 'Objective',
      scale: 'log',
      suggestions: [0, 1, 4, 10],
      ...withoutDefault(beta),
    }),
  klWarmup: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(200)
    .register(about, {
      label: 'Warm-up of the KL',
      unit: 'steps',
      group: 'Objective',
      suggestions: [0, 200, 2000],
      reason:
        'β climbs to its value in a straight line: at full weight from step 1, dimensions fall to the prior before the decoder can use them (Sønderby et al. 2016, arXiv:1602.02282).',
    }),
  freeBits: z
    .number()
    .min(0)
    .max(10)
    .default(0)
    .register(about, {
      label: 'Free bits',
      symbol: 'λ',
      unit: 'nats a dimension',
      group: 'Objective',
      suggestions: [0, 0.1, 0.5],
      reason:
        'A dimension pays nothing for its first λ nats, so none need fall to the prior (Kingma et al. 2016, arXiv:1606.04934). Warm-up alone does here: none.',
    }),
});

const withoutDefault = <T extends { default: number }>({ default: _, ...rest }: T): Omit<T, 'default'> => rest;

const vaeTraining = trainingFields({
  batchSize: {
    default: 128,
    paper: 100,
    reason: 'About the paper’s 100: enough that one sample of z for each item will do.',
  },
  steps: {
    default: 15_000,
    reason: '240 passes over 8,000 items; a sampled objective settles more slowly than a plain one.',
  },
  learningRate: {
    default: 1e-3,
    reason: "Adam's own 1e-3 (Kingma & Ba 2015) is stable for dense layers of this size.",
  },
});

export const vaeSchema = z.object({
  ...vaeFields({
    default: 1,
    paper: 1,
    reason: 'At 1 the objective is a lower bound of log p(x), and samples come from the prior.',
  }),
  ...vaeTraining,
});
export type VaeConfig = z.output<typeof vaeSchema>;

export const betaVaeSchema = z.object({
  ...vaeFields({
    default: 4,
    paper: 4,
    reason: 'Higgins et al. 2017 used 4 on their generated data: the pressure to say each thing in one dimension only.',
  }),
  ...vaeTraining,
});

export const factorVaeSchema = z.object({
  ...vaeFields({
    default: 1,
    paper: 1,
    reason: 'The bound itself; what pulls dimensions apart is the total correlation.',
  }),
  gamma: z
    .number()
    .min(0)
    .max(1000)
    .default(10)
    .register(about, {
      label: 'Weight of the total correlation',
      symbol: 'γ',
      group: 'Objective',
      scale: 'log',
      suggestions: [0, 6.4, 10, 35],
      paper: 35,
      reason:
        'Kim & Mnih 2018 took 35 on dSprites. Measured on 294 sprites over five seeds: at 10 the MIG is 0.22 to 0.30, at 2 and 5 it scatters from 0.04 to 0.39.',
    }),
  criticWidth: z
    .int()
    .min(1)
    .max(4096)
    .default(256)
    .register(about, {
      label: 'Width of the discriminator',
      group: 'Model',
      scale: 'log',
      suggestions: [64, 256, 1000],
      paper: 1000,
      reason: 'A quarter of the paper’s 1000: it tells apart vectors of some ten numbers only.',
    }),
  criticLayers: z
    .int()
    .min(1)
    .max(8)
    .default(3)
    .register(about, {
      label: 'Layers of the discriminator',
      group: 'Model',
      suggestions: [2, 3, 6],
      paper: 6,
      reason: 'Half of the paper’s six, for a quarter of its width.',
    }),
  criticRate: z
    .number()
    .min(1e-7)
    .max(1)
    .default(1e-3)
    .register(about, {
      label: 'Learning rate of the discriminator',
      group: 'Training',
      scale: 'log',
      suggestions: [1e-5, 1e-4, 1e-3],
      paper: 1e-4,
      reason:
        'The paper’s 1e-4 is for 300,000 steps; in a few thousand such a discriminator lags behind, and what it then teaches halves the MIG (0.11 in place of 0.26 on sprites).',
    }),
  ...vaeTraining,
});
export type FactorVaeConfig = z.output<typeof factorVaeSchema>;
