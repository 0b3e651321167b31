/** Generative adversarial networks: a generator learns from a critic that learns to tell its work from the data. */
import { defineRecipe } from '../define';
import { generationEvaluation } from '../evaluations/generation';
import { ganSchema } from './gan-settings';
import { ganSystem } from './gan-system';

export const gan = defineRecipe({
  id: 'gan',
  title: 'Adversarial generator',
  family: 'Generators',
  group: 'Generators',
  modalities: ['image', 'table'],
  paper: 'Goodfellow et al. 2014, arXiv:1406.2661; Gulrajani et al. 2017, arXiv:1704.00028',
  summary:
    'Makes new items from normal numbers, guided by a critic that learns to tell them from real ones; the decoder’s other ancestor.',
  split: { input: 'numbers drawn by chance', target: 'items that a critic cannot tell from the data' },
  heads: ['sample', 'decode', 'critic'],
  explorers: ['generator'],
  headline: { metric: 'validation/sliced_wasserstein', better: 'less' },
  terms: [
    {
      name: 'critic',
      formula: 'E[D(G(z))] − E[D(x)] + λP',
      meaning: 'What the critic makes small: it scores real items above invented ones.',
    },
    {
      name: 'distance',
      formula: 'E[D(x)] − E[D(G(z))]',
      meaning:
        'How far apart the critic holds real and invented items; near the Wasserstein distance where its slope is 1.',
    },
    {
      name: 'penalty',
      formula: 'E[(‖∇D‖ − 1)²]',
      meaning: 'How far the critic’s slope between the two is from 1.',
      when: { path: 'objective', is: 'wgan-gp' },
    },
    { name: 'generator', formula: '−E[D(G(z))]', meaning: 'What the generator makes small: its items score high.' },
  ],
  twins: [
    {
      id: 'clipped',
      title: 'Clipped weights for the gradient penalty',
      set: { objective: 'wgan', optimizer: 'rmsprop', learningRate: 5e-5 },
      expect: 'The critic can only say simple things; after as many steps the generator has found few of the modes.',
    },
    {
      id: 'no-penalty',
      title: 'No gradient penalty',
      set: { penalty: 0 },
      expect: 'Nothing bounds the critic: its scores run away, and the generator is thrown about.',
    },
  ],
  schema: ganSchema,
  presets: {
    // Few steps need large ones: after 300, digits are at a sliced distance of 0.04 at a rate of 1e-3 and a mean decay of
    // 0.5, of 0.14 at the paper's 1e-4 and 0, with a quarter of the data's variance.
    tiny: {
      ...{ width: 256, latent: 32, channels: 16, steps: 1000, warmup: 0, schedule: 'linear' },
      ...{ learningRate: 1e-3, beta1: 0.5 },
    },
    small: { architecture: 'convolutional', channels: 32, steps: 10_000, warmup: 0, schedule: 'linear' },
    base: { architecture: 'convolutional', latent: 128, steps: 50_000, warmup: 0, schedule: 'linear' },
  },
  build: (config, data) => ganSystem(config, data),
  evaluations: { generation: generationEvaluation },
});
