/** The settings of anomaly detection, each with its reason. */
import { z } from 'zod';
import { coderFields } from '../autoencoders/coder-settings';
import { about } from '../fields';
import { trainingFields } from '../training';

export const scoreKinds = ['reconstruction', 'denoising', 'elbo', 'reconstruction-probability'] as const;
export type ScoreKind = (typeof scoreKinds)[number];

export const anomalySchema = z.object({
  normal: z.string().default('').register(about, {
    label: 'Normal classes',
    group: 'Objective',
    reason:
      'Names with commas between. Left empty: the class whose name says so, else the most frequent one. * trains on all rows, anomalies among them included. Labels are used for nothing else.',
  }),
  contamination: z
    .number()
    .min(0)
    .max(0.9)
    .default(0)
    .register(about, {
      label: 'Anomalies mixed in',
      unit: 'of training',
      group: 'Objective',
      suggestions: [0, 0.05, 0.2, 0.35],
      reason: 'Only to see what impure training data costs: a detector should learn from normal items alone.',
    }),
  score: z
    .enum(scoreKinds)
    .default('reconstruction')
    .register(about, {
      label: 'Score',
      group: 'Objective',
      choices: {
        reconstruction: 'Reconstruction error',
        denoising: 'Error under noise',
        elbo: 'Variational: negative ELBO',
        'reconstruction-probability': 'Variational: reconstruction probability',
      },
      reason:
        'What training makes small for normal items is what anomalies are high in. The plain error is measured best on the small tables here.',
    }),
  noise: z
    .number()
    .min(0.01)
    .max(3)
    .default(0.3)
    .register(about, {
      label: 'Noise',
      symbol: 'σ',
      group: 'Objective',
      suggestions: [0.1, 0.3, 0.5, 1],
      when: { path: 'score', is: 'denoising' },
      reason: 'A third of a standard deviation: visible, and small beside the differences between items.',
    }),
  klWeight: z
    .number()
    .min(0)
    .max(10)
    .default(1)
    .register(about, {
      label: 'KL weight',
      symbol: 'β',
      group: 'Objective',
      suggestions: [0.1, 0.5, 1],
      reason: 'Of the variational scores alone. 1 is the bound itself (Kingma & Welling 2014).',
    }),
  quantile: z
    .number()
    .min(0.5)
    .max(0.9999)
    .default(0.95)
    .register(about, {
      label: 'Threshold quantile',
      group: 'Objective',
      suggestions: [0.9, 0.95, 0.99, 0.999],
      reason: 'Of the normal validation items, 5 % then raise a false alarm. The explorer moves the line afterwards.',
    }),
  logSkewed: z.boolean().default(true).register(about, {
    label: 'Logarithm of skewed amounts',
    symbol: 'log1p',
    group: 'Model',
    reason:
      'Columns that are never negative, reach beyond 100 and have a skewness above 3, such as sums of money: without it their few large values are all that the error sees.',
  }),
  ...coderFields({
    bottleneck: {
      default: 2,
      suggestions: [1, 2, 3, 8, 16],
      reason: 'Few enough that anomalies do not fit through: on the Wisconsin table 1 to 3 do better than 5.',
    },
    hiddenLayers: { default: 1, reason: 'On each side: 9-16-k-16-9 for the nine columns of the Wisconsin table.' },
    width: { default: 16, suggestions: [16, 24, 64, 256], reason: 'Some more than the columns of a small table.' },
  }),
  ...trainingFields({
    batchSize: { default: 64, reason: 'Normal rows are few in small tables: 64 still makes several steps of a pass.' },
    steps: { default: 1500, reason: '1,500 steps of 9-16-k-16-9; more changes the order of scores by little.' },
    learningRate: { default: 3e-3, reason: 'Layers of 16 take three times Adam’s usual 1e-3 without harm.' },
  }),
});
export type AnomalyConfig = z.output<typeof anomalySchema>;
