/** Principal components: what the best linear bottleneck keeps. */
import { defineRecipe } from '../define';
import { ofDimensions, ofItems, ofRepresentations, ofSamples } from '../evaluations';
import { pcaSchema } from './pca-settings';
import { pcaSystem } from './pca-system';

export const principalComponents = defineRecipe({
  id: 'pca',
  title: 'Principal components',
  family: 'Auto-encoders',
  group: 'Auto-encoders: dimension reduction',
  modalities: ['image', 'table'],
  paper: 'Pearson 1901, Philosophical Magazine 2(11); Hotelling 1933',
  summary:
    'The few directions along which items differ most: the best that a linear code can do, found without training.',
  split: { input: 'the item', target: 'the same item, through the nearest point of a plane' },
  heads: ['embed', 'reconstruct', 'decode', 'sample'],
  explorers: ['latent', 'generator'],
  headline: { metric: 'validation/mse', better: 'less' },
  terms: [
    {
      name: 'reconstruction',
      formula: '‖x − m − WᵀW(x − m)‖²',
      meaning: 'How far an item is from its nearest point in the plane through the mean m along the components W.',
    },
  ],
  twins: [
    {
      id: 'narrow',
      title: 'One component',
      set: { bottleneck: 1 },
      expect: 'Only how far an item lies along one line is left: all of them come out as shades of one picture.',
    },
  ],
  schema: pcaSchema,
  presets: { tiny: {}, small: { bottleneck: 32 }, base: { bottleneck: 64, items: 60_000 } },
  build: pcaSystem,
  evaluations: { ...ofItems, ...ofRepresentations, ...ofDimensions, ...ofSamples },
});
