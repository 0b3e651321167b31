/** The plain auto-encoder: a picture through a narrow middle and back, so that the middle must say all that matters. */
import { defineRecipe } from '../define';
import { ofDimensions, ofItems, ofRepresentations, ofSamples } from '../evaluations';
import { autoencoderSchema } from './autoencoder-settings';
import { autoencoderSystem } from './autoencoder-system';

export const autoencoder = defineRecipe({
  id: 'autoencoder',
  title: 'Auto-encoder',
  family: 'Auto-encoders',
  group: 'Auto-encoders: dimension reduction',
  modalities: ['image', 'table'],
  paper: 'Hinton & Salakhutdinov 2006, Science 313, doi:10.1126/science.1127647',
  summary: 'Squeezes a picture into a few numbers and draws it back from them; the few numbers are its representation.',
  split: { input: 'the picture or row', target: 'the same again, through a narrow middle' },
  heads: ['embed', 'reconstruct', 'decode', 'sample'],
  explorers: ['latent', 'generator'],
  headline: { metric: 'validation/mse', better: 'less' },
  terms: [
    {
      name: 'reconstruction',
      formula: '‖x − D(E(x))‖²',
      meaning:
        'How far the picture drawn from the code is off: squared error of a pixel, or its cross-entropy in nats.',
    },
  ],
  twins: [
    {
      id: 'narrow',
      title: 'One number in the middle',
      set: { bottleneck: 1 },
      expect: 'One number cannot tell the pictures apart: all of them come out as much the same blur.',
    },
    {
      id: 'linear',
      title: 'No hidden layers',
      set: { architecture: 'dense', hiddenLayers: 0 },
      expect: 'A linear auto-encoder ends in the plane of PCA and cannot do better than that.',
    },
  ],
  schema: autoencoderSchema,
  presets: {
    tiny: { width: 256, channels: 32, steps: 3000 },
    small: { bottleneck: 32 },
    base: { bottleneck: 32, hiddenLayers: 3, width: 1024, channels: 128, batchSize: 256, steps: 30_000 },
  },
  build: autoencoderSystem,
  evaluations: { ...ofItems, ...ofRepresentations, ...ofDimensions, ...ofSamples },
});
