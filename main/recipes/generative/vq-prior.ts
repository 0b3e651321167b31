/** The learned prior of VQ-VAE: which maps of codes are pictures, so that samples are samples of the data. */
import { imagesFor } from '../data-spec';
import { defineRecipe } from '../define';
import { generationEvaluation } from '../evaluations/generation';
import { quantizerFields, vqPriorSchema } from './vq-prior-settings';
import { vqPriorSystem } from './vq-prior-system';

export const vqPrior = defineRecipe({
  id: 'vq-prior',
  title: 'Prior over VQ-VAE codes',
  family: 'Generators',
  group: 'Generators',
  modalities: ['image'],
  paper: 'van den Oord, Vinyals & Kavukcuoglu 2017, arXiv:1711.00937, section 3.2; Radford et al. 2019 (GPT-2)',
  summary:
    'Learns to predict the codes of a trained VQ-VAE one after the other, and so draws maps that decode to new pictures.',
  split: { input: 'the codes of a picture so far', target: 'its next code' },
  parents: ['vq-vae'],
  inherits: quantizerFields,
  heads: ['sample', 'independent', 'reconstruct', 'codes', 'decode', 'score'],
  explorers: ['codebook', 'generator'],
  headline: { metric: 'validation/bits_per_code', better: 'less' },
  terms: [
    {
      name: 'surprise',
      formula: '−log p(c_t | those before)',
      meaning: 'How unexpected each code is after those before it, in nats.',
    },
  ],
  twins: [
    {
      id: 'no-context',
      title: 'Each place for itself',
      set: { context: false },
      expect: 'Bits are those of the frequencies at each place; samples are patches that do not fit together.',
    },
  ],
  schema: vqPriorSchema,
  presets: {
    tiny: { layers: 2, width: 64, steps: 2000 },
    small: { steps: 6000 },
    base: { layers: 6, width: 256, heads: 8, steps: 20_000 },
  },
  build: (config, data) => vqPriorSystem(config, imagesFor('vq-prior', data)),
  evaluations: { generation: generationEvaluation },
});
