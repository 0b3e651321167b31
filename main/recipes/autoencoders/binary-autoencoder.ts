/** The auto-encoder with a binary code: whether a feature exists, yes or no. */
import { defineRecipe } from '../define';
import { ofDimensions, ofItems, ofRepresentations, ofSamples } from '../evaluations';
import { binarySchema } from './binary-settings';
import { binarySystem } from './binary-system';

export const binaryAutoencoder = defineRecipe({
  id: 'binary-autoencoder',
  title: 'Binary auto-encoder',
  family: 'Auto-encoders',
  group: 'Auto-encoders: discrete codes',
  modalities: ['image', 'table'],
  paper: 'Bengio, Léonard & Courville 2013, arXiv:1308.3432',
  summary:
    'Writes an item down as a row of bits, each of which says whether something is there, and draws it back from them.',
  split: { input: 'the item', target: 'the same item, through a row of bits' },
  heads: ['embed', 'reconstruct', 'codes', 'decode', 'sample'],
  explorers: ['latent', 'generator'],
  headline: { metric: 'validation/mse', better: 'less' },
  terms: [
    {
      name: 'reconstruction',
      formula: '‖x − D(b)‖²',
      meaning: 'How far the item drawn from its bits is off: cross-entropy of a pixel in nats, or squared error.',
    },
  ],
  twins: [
    {
      id: 'no-straight-through',
      title: 'No straight-through gradient',
      set: { straightThrough: false },
      expect: 'No gradient passes the bits: the encoder stays as it began, and the decoder makes the best of it.',
    },
    {
      id: 'soft-then-threshold',
      title: 'Soft in training, rounded afterwards',
      set: { estimator: 'soft' },
      expect: 'The decoder learns to read shades between 0 and 1; rounded, they mean nothing to it.',
    },
  ],
  schema: binarySchema,
  presets: {
    tiny: { bottleneck: 16, width: 256, channels: 32, steps: 4000 },
    small: {},
    base: { bottleneck: 64, hiddenLayers: 2, width: 1024, channels: 128, batchSize: 256, steps: 30_000 },
  },
  build: binarySystem,
  evaluations: { ...ofItems, ...ofRepresentations, ...ofDimensions, ...ofSamples },
});
