/** The denoising auto-encoder: what was spoilt must be made whole, which no copying can do. */
import { defineRecipe } from '../define';
import { ofItems, ofRepresentations, ofSamples } from '../evaluations';
import { denoisingSchema } from './denoising-settings';
import { denoisingSystem } from './denoising-system';

export const denoisingAutoencoder = defineRecipe({
  id: 'denoising-autoencoder',
  title: 'Denoising auto-encoder',
  family: 'Auto-encoders',
  group: 'Auto-encoders: dimension reduction',
  modalities: ['image', 'table'],
  paper: 'Vincent et al. 2010, JMLR 11, “Stacked Denoising Autoencoders”',
  summary:
    'Restores items that were spoilt on purpose: to fill in what is missing it must know how things hang together.',
  split: { input: 'the item with noise', target: 'the item without it' },
  heads: ['embed', 'reconstruct', 'corrupt', 'decode', 'sample'],
  explorers: ['latent', 'generator'],
  headline: { metric: 'validation/mse', better: 'less' },
  terms: [
    {
      name: 'reconstruction',
      formula: '‖x − D(E(x̃))‖²',
      meaning: 'How far the restored item is from the clean one, x̃ being what noise made of it.',
    },
  ],
  twins: [
    {
      id: 'noisy-target',
      title: 'The noisy item as the target',
      set: { target: 'noisy' },
      expect: 'Copying is then the best answer, and the noise comes back with the item.',
    },
    {
      id: 'no-noise',
      title: 'No noise in training',
      set: { amount: 0 },
      expect: 'A code this wide copies; what was never spoilt is never learnt to be restored.',
    },
  ],
  schema: denoisingSchema,
  presets: {
    tiny: { bottleneck: 128, width: 256, channels: 32, steps: 3000 },
    small: {},
    base: { bottleneck: 512, hiddenLayers: 2, width: 1024, channels: 128, batchSize: 256, steps: 30_000 },
  },
  build: denoisingSystem,
  evaluations: { ...ofItems, ...ofRepresentations, ...ofSamples },
});
