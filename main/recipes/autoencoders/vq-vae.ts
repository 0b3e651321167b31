/** VQ-VAE: pictures as maps of discrete codes, learnt together with the codebook that they point into. */
import { imagesFor } from '../data-spec';
import { defineRecipe } from '../define';
import { ofCodes, ofItems, ofRepresentations, ofSamples } from '../evaluations';
import { vqVaeSchema } from './vq-vae-settings';
import { vqVaeSystem } from './vq-vae-system';

export const vqVae = defineRecipe({
  id: 'vq-vae',
  title: 'VQ-VAE',
  family: 'Auto-encoders',
  group: 'Auto-encoders: discrete codes',
  modalities: ['image'],
  paper: 'van den Oord, Vinyals & Kavukcuoglu 2017, arXiv:1711.00937',
  summary:
    'Encodes a picture as a small map of codes, each the nearest of K learnt vectors, and draws the picture back from them.',
  split: { input: 'the picture', target: 'the same picture, through a map of discrete codes' },
  heads: ['embed', 'reconstruct', 'codes', 'decode', 'sample'],
  explorers: ['codebook', 'generator'],
  headline: { metric: 'validation/mse', better: 'less' },
  terms: [
    {
      name: 'reconstruction',
      formula: '‖x − y‖² / σ²',
      meaning: 'How far the picture drawn from the codes is off, as a share of the variance of the data.',
    },
    {
      name: 'commitment',
      formula: 'β‖z_e − sg[e]‖²',
      meaning: 'Keeps the encoder’s vectors close to the codes they choose, β times as much as the picture counts.',
    },
    {
      name: 'codebook',
      formula: '‖sg[z_e] − e‖²',
      meaning: 'Pulls each code to the vectors that choose it.',
      when: { path: 'codebookLearning', is: 'gradient' },
    },
  ],
  twins: [
    {
      id: 'no-straight-through',
      title: 'No straight-through gradient',
      set: { straightThrough: false },
      expect: 'The encoder learns nothing of what the decoder needs; pictures stay blurred.',
    },
    {
      id: 'gradient-codebook',
      title: 'Gradient codebook from N(0, 1), no restart',
      set: { codebookLearning: 'gradient', codebookInit: 'normal', restart: false },
      expect: 'Most codes are never chosen and never move: the codebook collapses to a few.',
    },
  ],
  schema: vqVaeSchema,
  presets: {
    // A quarter of the paper's width and code length: 1,500 steps are 12 passes over 8,000 digits, a minute on two
    // cores. Measured: MSE 0.008, every code used (docs/results.md).
    tiny: {
      codebookSize: 128,
      codeLength: 16,
      channels: 32,
      residualBlocks: 1,
      residualChannels: 16,
      steps: 1500,
      learningRate: 2e-3,
    },
    small: {
      codebookSize: 256,
      codeLength: 32,
      channels: 64,
      residualChannels: 32,
      steps: 6000,
      learningRate: 1e-3,
    },
    base: {},
  },
  build: (config, data) => vqVaeSystem(config, imagesFor('vq-vae', data)),
  evaluations: { ...ofItems, ...ofCodes, ...ofRepresentations, ...ofSamples },
});
