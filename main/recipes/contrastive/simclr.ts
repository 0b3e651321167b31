/** SimCLR: two views of a picture attract each other, the views of all others are pushed away. */
import { z } from 'zod';
import { ntXent } from '#main/engine/functions/losses';
import { imagesFor } from '../data-spec';
import { defineRecipe } from '../define';
import { ofRepresentations } from '../evaluations';
import { about } from '../fields';
import { trainingFields } from '../training';
import { ntXentOf } from './figures';
import { networkFields } from './network-settings';
import { spreadOf } from './networks';
import { fashion, noiseOnly, photos } from './presets';
import { viewFields } from './view-settings';
import { type Comparison, viewSystem } from './view-system';

export const simclrSchema = z.object({
  ...networkFields({
    width: 512,
    out: 128,
    paper: [2048, 128],
    reason: 'As wide as what goes in. A head with a hidden layer is worth ten points (figure 8).',
  }),
  ...viewFields(),
  temperature: z
    .number()
    .min(0.01)
    .max(10)
    .default(0.5)
    .register(about, {
      label: 'Temperature',
      symbol: 'τ',
      group: 'Objective',
      scale: 'log',
      suggestions: [0.05, 0.1, 0.5, 1],
      paper: 0.5,
      reason: 'The paper’s 0.5 for 32 × 32 (0.1 for ImageNet). The lower, the more the most similar others count.',
    }),
  ...trainingFields({
    batchSize: {
      default: 512,
      paper: 512,
      reason: 'The paper’s for 32 × 32: each view is told from 1,022 others.',
    },
    steps: { default: 97_656, paper: 97_656, reason: 'A thousand passes over 50,000 pictures, as in the paper.' },
    learningRate: { default: 1, paper: 1, reason: 'The paper’s for LARS and 512 items. For AdamW: 1e-3.' },
  }),
});
export type SimclrConfig = z.output<typeof simclrSchema>;

const comparison = ({ temperature }: SimclrConfig): Comparison<SimclrConfig> => ({
  who: 'simclr',
  // ℓ(i, j) = −log (exp(sim(z_i, z_j) / τ) / Σ_{k≠i} exp(sim(z_i, z_k) / τ)), mean over both orders (equation 1)
  objective(network, scope, views) {
    const z = network.project(scope, network.encode(scope, views)); // [2N, d]
    const [first, second] = z.split(2, 0); // [N, d] each
    const loss = ntXent(first!, second!, temperature);
    return { loss, terms: { nt_xent: loss, spread: spreadOf(z) } };
  },
  outputs: (network, scope, view) => ({ z: network.project(scope, network.encode(scope, view)) }),
  loss: (first, second, count) => {
    const matrix = ({ z }: typeof first) => ({ rows: count, columns: z!.length / count, data: z as Float32Array });
    return ntXentOf({ first: matrix(first), second: matrix(second) }, temperature);
  },
});

export const simclr = defineRecipe({
  id: 'simclr',
  title: 'SimCLR',
  family: 'Contrastive learning',
  group: 'Beyond text: contrastive learning',
  modalities: ['image'],
  paper: 'Chen, Kornblith, Norouzi & Hinton 2020, arXiv:2002.05709',
  summary:
    'Makes two views of every picture by chance and learns to tell which belong together among all views of a batch.',
  split: { input: 'one view of a picture', target: 'the other view of it, among the views of all other pictures' },
  heads: ['embed', 'project'],
  explorers: [],
  headline: { metric: 'validation/match_accuracy', better: 'more' },
  terms: [
    {
      name: 'nt_xent',
      formula: '−log( exp(s_ij/τ) / Σ exp(s_ik/τ) )',
      meaning: 'How surely a view finds the other view of its picture among all views; ln(2N − 1) where it guesses.',
    },
  ],
  twins: [
    {
      id: 'noise-only',
      title: 'Views differ in noise alone',
      set: noiseOnly,
      expect: 'The loss falls lower and the features are worse: texture is enough to match two views.',
    },
    {
      id: 'projection',
      title: 'The head is kept',
      set: { embedding: 'z' },
      expect: 'The same training; what is read after the head has lost part of what the encoder knew.',
    },
  ],
  schema: simclrSchema,
  presets: {
    tiny: { ...fashion, headWidth: 128, projection: 64 },
    small: { ...photos, headWidth: 128, projection: 64 },
    base: { optimizer: 'lars', weightDecay: 1e-4, warmup: 977 },
  },
  build: (config, data) => viewSystem(config, imagesFor('simclr', data), comparison(config)),
  evaluations: ofRepresentations,
});
