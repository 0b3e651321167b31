/** FactorVAE: dimensions are told apart by an adversary that sees whether they hang together. */
import { defineRecipe } from '../define';
import { factorVaeSystem } from './factor-vae-system';
import { vaeEvaluations, vaeFacts, vaeTerms, vaeTwins } from './vae';
import { factorVaeSchema } from './vae-settings';

export const factorVae = defineRecipe({
  ...vaeFacts,
  id: 'factor-vae',
  title: 'FactorVAE',
  group: 'Auto-encoders: disentanglement',
  paper: 'Kim & Mnih 2018, arXiv:1802.05983',
  summary: 'A VAE and a discriminator: the code may say as much as it likes, but its dimensions must be independent.',
  terms: [
    ...vaeTerms,
    {
      name: 'total_correlation',
      formula: 'γ KL(q(z) ‖ Π q(z_j))',
      meaning: 'How much the dimensions tell of each other, as the discriminator sees it, in nats; it counts γ times.',
    },
    {
      name: 'discriminator',
      formula: '−½ log D(z) − ½ log(1 − D(z′))',
      meaning: 'How well codes are told from codes z′ whose dimensions were dealt out anew: log 2 = 0.69 is a guess.',
    },
  ],
  twins: [
    {
      id: 'no-correlation',
      title: 'No weight on the total correlation',
      set: { gamma: 0 },
      expect: 'It is a VAE: the discriminator looks on, and dimensions share what they say.',
    },
    ...vaeTwins,
  ],
  schema: factorVaeSchema,
  presets: {
    tiny: { bottleneck: 6, width: 128, channels: 32, criticWidth: 128, batchSize: 64, steps: 4000, learningRate: 2e-3 },
    small: { bottleneck: 10, width: 256 },
    base: {
      ...{ bottleneck: 10, hiddenLayers: 3, width: 1024, channels: 128, steps: 50_000, klWarmup: 2000 },
      ...{ criticWidth: 1000, criticLayers: 6, criticRate: 1e-4, gamma: 35 },
    },
  },
  build: factorVaeSystem,
  evaluations: vaeEvaluations,
});
