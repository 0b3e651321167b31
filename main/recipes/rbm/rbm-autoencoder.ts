/** The deep auto-encoder of 2006: started layer by layer as Boltzmann machines, for at once it did not train. */
import { imagesFor } from '../data-spec';
import { defineRecipe } from '../define';
import { ofItems, ofRepresentations, ofSamples } from '../evaluations';
import { pretrainingOf, rbmSchema } from './rbm-settings';
import { rbmSystem } from './rbm-system';

export const rbmAutoencoder = defineRecipe({
  id: 'rbm-autoencoder',
  title: 'RBM-pretrained auto-encoder',
  family: 'Auto-encoders',
  group: 'Auto-encoders: dimension reduction',
  modalities: ['image'],
  paper: 'Hinton & Salakhutdinov 2006, Science 313, doi:10.1126/science.1127647',
  summary:
    'Trains each layer of a deep auto-encoder as a Boltzmann machine of its own, unrolls the stack, and then trains the whole.',
  split: { input: 'the picture', target: 'the same picture, through a narrow middle' },
  heads: ['embed', 'reconstruct', 'decode', 'sample', 'dream'],
  explorers: ['latent', 'generator'],
  headline: { metric: 'validation/mse', better: 'less' },
  terms: [
    {
      name: 'reconstruction',
      formula: '−x log y − (1 − x) log(1 − y)',
      meaning: 'Cross-entropy of a pixel, in nats, once the whole net is trained.',
    },
    ...[1, 2, 3, 4].map((layer) => ({
      name: `layer${layer}_error`,
      formula: '‖v − p(v|h)‖²',
      meaning: `How far machine ${layer} is off when it draws what it was shown from its own hidden states.`,
      when: { path: 'start', is: 'rbm' },
    })),
  ],
  twins: [
    {
      id: 'at-once',
      title: 'Small random start, all layers at once',
      set: { start: 'random' },
      expect: 'For hundreds of steps every picture comes out as the mean picture: the error of 2006.',
    },
    {
      id: 'xavier',
      title: 'Xavier’s start, all layers at once',
      set: { start: 'xavier' },
      expect: 'Trains, as later practice found, but lags behind the machines at an equal number of steps of the net.',
    },
    {
      id: 'fast-code',
      title: 'The code’s machine a hundred times as fast',
      set: { codeRate: 1 },
      expect:
        'Gaussian units know no ceiling: the uppermost machine runs away, on larger pictures until the run stops.',
    },
    {
      id: 'not-transposed',
      title: 'Decoder not unrolled',
      set: { transpose: false },
      expect: 'Half of what was learned is thrown away: before fine-tuning the pictures are those of chance.',
    },
  ],
  schema: rbmSchema,
  presets: {
    // The card's protocol: one rate for the whole net, from its first step on.
    tiny: { schedule: 'constant', warmup: 0 },
    small: { widths: '512-256-64', bottleneck: 30, layerSteps: 2000, steps: 16_000, warmup: 0 },
    base: { widths: '1000-500-250', bottleneck: 30, layerSteps: 6000, steps: 48_000, warmup: 0, weightStd: 0.1 },
  },
  check(config) {
    const before = pretrainingOf(config);
    if (before < config.steps) return [];
    const message = `steps must be more than the ${before} that train the machines, got ${config.steps}; lower layerSteps or take more`;
    return [{ path: 'steps', message }];
  },
  build: (config, data) => rbmSystem(config, imagesFor('rbm-autoencoder', data)),
  evaluations: { ...ofItems, ...ofRepresentations, ...ofSamples },
});
