/** The variational auto-encoder: a code that is a distribution, close to one that can be drawn from. */
import type { RecipeDescription } from '#app/records/recipe';
import { defineRecipe } from '../define';
import { ofDimensions, ofItems, ofRepresentations, ofSamples } from '../evaluations';
import { likelihoodEvaluation } from './vae-likelihood';
import { vaeSchema } from './vae-settings';
import { vaeSystem } from './vae-system';

/** What VAE, β-VAE and FactorVAE say alike of themselves. */
export const vaeFacts: Pick<RecipeDescription, 'family' | 'modalities' | 'split' | 'heads' | 'explorers' | 'headline'> =
  {
    family: 'Auto-encoders',
    modalities: ['image', 'table'],
    split: { input: 'the item', target: 'the same item, drawn from one sample of its code' },
    heads: ['embed', 'reconstruct', 'decode', 'sample', 'posterior'],
    explorers: ['latent', 'generator'],
    headline: { metric: 'validation/loss', better: 'less' },
  };

export const vaeTerms: RecipeDescription['terms'] = [
  {
    name: 'reconstruction_nats',
    formula: '−E[log p(x|z)]',
    meaning: 'How improbable the decoder finds the item, given a sample of its code: summed over pixels, in nats.',
  },
  {
    name: 'kl_nats',
    formula: 'β KL(q(z|x) ‖ N(0, I))',
    meaning: 'How much the code tells of the item beyond what the prior knew, in nats; it counts β times.',
  },
];

export const vaeTwins: RecipeDescription['twins'] = [
  {
    id: 'mean-over-pixels',
    title: 'Averaged over pixels, not summed',
    set: { pixels: 'mean' },
    expect:
      'The KL counts as many times as there are pixels: every dimension falls to the prior, all pictures are one.',
  },
  {
    id: 'sigma-in-kl',
    title: 'σ in place of log σ² in the KL',
    set: { posterior: 'sigma' },
    expect: 'The least of the wrong KL is at σ = ½, so even idle dimensions stay off the prior, and samples suffer.',
  },
];

export const vaeEvaluations = {
  ...ofItems,
  likelihood: likelihoodEvaluation,
  ...ofRepresentations,
  ...ofDimensions,
  ...ofSamples,
};

export const vae = defineRecipe({
  ...vaeFacts,
  id: 'vae',
  title: 'Variational auto-encoder',
  group: 'Auto-encoders: generation',
  paper: 'Kingma & Welling 2014, arXiv:1312.6114',
  summary:
    'Encodes an item as a cloud of codes close to a normal distribution, so that codes drawn from it give new items.',
  terms: vaeTerms,
  twins: vaeTwins,
  schema: vaeSchema,
  presets: {
    tiny: { bottleneck: 10, width: 256, channels: 32, steps: 4000 },
    small: {},
    base: {
      bottleneck: 32,
      hiddenLayers: 3,
      width: 1024,
      channels: 128,
      batchSize: 256,
      steps: 50_000,
      klWarmup: 2000,
    },
  },
  build: (config, data) => vaeSystem('vae', config, data),
  evaluations: vaeEvaluations,
});
