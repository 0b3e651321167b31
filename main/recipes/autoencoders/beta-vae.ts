/** β-VAE: more pressure on the code than the bound asks for, so that each dimension says one thing. */
import { defineRecipe } from '../define';
import { vaeEvaluations, vaeFacts, vaeTerms, vaeTwins } from './vae';
import { betaVaeSchema } from './vae-settings';
import { vaeSystem } from './vae-system';

export const betaVae = defineRecipe({
  ...vaeFacts,
  id: 'beta-vae',
  title: 'β-VAE',
  group: 'Auto-encoders: disentanglement',
  paper: 'Higgins et al. 2017, “beta-VAE”, ICLR 2017',
  summary:
    'A VAE whose code is made dearer: it keeps fewer dimensions, and each comes to stand for one thing that varies.',
  terms: vaeTerms,
  twins: [
    {
      id: 'no-kl',
      title: 'No weight on the KL',
      set: { beta: 0 },
      expect:
        'A plain auto-encoder with noise it can shrink away: every dimension is used, each for a bit of everything.',
    },
    ...vaeTwins,
  ],
  schema: betaVaeSchema,
  presets: {
    tiny: { bottleneck: 6, width: 128, channels: 32, batchSize: 64, steps: 4000, learningRate: 2e-3 },
    small: { bottleneck: 10, width: 256 },
    base: { bottleneck: 10, hiddenLayers: 3, width: 1024, channels: 128, steps: 50_000, klWarmup: 2000 },
  },
  build: (config, data) => vaeSystem('beta-vae', config, data),
  evaluations: vaeEvaluations,
});
