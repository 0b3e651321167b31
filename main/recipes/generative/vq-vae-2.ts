/** VQ-VAE-2: two maps of codes, one for the whole of a picture and one for its detail. */
import { imagesFor } from '../data-spec';
import { defineRecipe } from '../define';
import { knnEvaluation } from '../evaluations/knn';
import { linearProbeEvaluation } from '../evaluations/linear-probe';
import { reconstructionEvaluation } from '../evaluations/reconstruction';
import { twoLevelSchema } from './vq-vae-2-settings';
import { twoLevelSystem } from './vq-vae-2-system';

export const vqVae2 = defineRecipe({
  id: 'vq-vae-2',
  title: 'VQ-VAE-2',
  family: 'Auto-encoders',
  group: 'Auto-encoders: discrete codes',
  modalities: ['image'],
  paper: 'Razavi, van den Oord & Vinyals 2019, arXiv:1906.00446',
  summary:
    'Encodes a picture as a coarse map of codes for the whole and a fine one for the detail that the coarse leaves open.',
  split: { input: 'the picture', target: 'the same picture, through two maps of discrete codes' },
  heads: ['embed', 'reconstruct', 'codes', 'decode'],
  explorers: ['codebook'],
  headline: { metric: 'validation/mse', better: 'less' },
  terms: [
    {
      name: 'reconstruction',
      formula: '‖x − y‖² / σ²',
      meaning: 'How far the picture drawn from the codes is off, as a share of the variance of the data.',
    },
    {
      name: 'commitment',
      formula: 'β Σ ‖z − sg[e]‖²',
      meaning: 'Keeps the vectors of both encoders close to the codes they choose.',
    },
  ],
  twins: [
    {
      id: 'coarse-only',
      title: 'Decoder without the fine map',
      set: { detail: false },
      expect: 'The coarse map alone draws soft pictures: several times the error.',
    },
  ],
  schema: twoLevelSchema,
  presets: {
    tiny: {
      ...{ codebookSize: 128, codeLength: 16, channels: 32, residualBlocks: 1, residualChannels: 16 },
      ...{ steps: 1000, learningRate: 2e-3 },
    },
    small: { codebookSize: 256, codeLength: 32, channels: 64, steps: 6000, learningRate: 1e-3 },
    base: {},
  },
  build: (config, data) => twoLevelSystem(config, imagesFor('vq-vae-2', data)),
  evaluations: {
    reconstruction: reconstructionEvaluation,
    'linear-probe': linearProbeEvaluation,
    knn: knnEvaluation,
  },
});
