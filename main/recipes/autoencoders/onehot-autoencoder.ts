/** The auto-encoder with a one-hot code: classification without labels. */
import { defineRecipe } from '../define';
import { ofItems, ofRepresentations, ofSamples } from '../evaluations';
import { onehotSchema } from './onehot-settings';
import { onehotSystem } from './onehot-system';

export const onehotAutoencoder = defineRecipe({
  id: 'onehot-autoencoder',
  title: 'One-hot auto-encoder',
  family: 'Auto-encoders',
  group: 'Auto-encoders: discrete codes',
  modalities: ['image', 'table'],
  paper: 'Jang, Gu & Poole 2017, arXiv:1611.01144',
  summary:
    'Puts every item into one of k classes that it makes up itself, each with a picture that stands for its items.',
  split: { input: 'the item', target: 'the same item, through the number of its class' },
  heads: ['embed', 'reconstruct', 'codes', 'prototypes', 'decode', 'sample'],
  explorers: ['latent', 'generator'],
  headline: { metric: 'validation/loss', better: 'less' },
  terms: [
    {
      name: 'reconstruction',
      formula: '−log p(x|c)',
      meaning:
        'How far the picture of the class is from the item, summed over pixels: cross-entropy in nats, or squared error.',
    },
    {
      name: 'balance',
      formula: 'β KL(q̄ ‖ uniform)',
      meaning:
        'How uneven the shares of the classes in a batch are, in nats; 0 where all are alike. It counts β times for every 64 numbers of an item.',
    },
  ],
  twins: [
    {
      id: 'no-balance',
      title: 'No balance',
      set: { balance: 0 },
      expect: 'One class is a little better for everything at first, takes all items, and no other can ever learn.',
    },
  ],
  schema: onehotSchema,
  presets: {
    tiny: { width: 256, channels: 32, steps: 4000 },
    small: { bottleneck: 20 },
    base: { bottleneck: 30, hiddenLayers: 2, width: 1024, channels: 128, batchSize: 256, steps: 30_000 },
  },
  build: onehotSystem,
  evaluations: { ...ofItems, ...ofRepresentations, ...ofSamples },
});
