/** Anomaly detection by reconstruction: what was learnt from normal items alone cannot draw what is unlike them. */
import { defineRecipe } from '../define';
import { reconstructionEvaluation } from '../evaluations/reconstruction';
import { anomalyEvaluation } from './anomaly-evaluation';
import { anomalySchema } from './anomaly-settings';
import { anomalySystem } from './anomaly-system';
import { contaminationEvaluation } from './contamination';

export const anomalyAutoencoder = defineRecipe({
  id: 'anomaly-autoencoder',
  title: 'Anomaly auto-encoder',
  family: 'Anomaly detection',
  group: 'Anomaly detection',
  modalities: ['image', 'table'],
  paper: 'Sakurada & Yairi 2014, MLSDA, doi:10.1145/2689746.2689747; An & Cho 2015, reconstruction probability',
  summary: 'Learns to redraw normal items through a narrow middle; what comes back wrong is unlike them.',
  split: { input: 'a normal item', target: 'the same again, through a narrow middle' },
  heads: ['score', 'explain', 'reconstruct', 'embed', 'decode'],
  explorers: ['anomaly'],
  headline: { metric: 'validation/loss', better: 'less' },
  terms: [
    {
      name: 'reconstruction',
      formula: '‖x − D(E(x))‖²',
      meaning: 'How far a normal item is from what comes back of it; under the variational scores in nats.',
    },
    {
      name: 'kl',
      formula: 'KL(q(z|x) ‖ N(0, I))',
      meaning: 'How much the code says, in nats: codes of normal items must lie where codes usually lie.',
      when: { path: 'score', is: 'elbo' },
    },
    {
      name: 'kl',
      formula: 'KL(q(z|x) ‖ N(0, I))',
      meaning: 'How much the code says, in nats: codes of normal items must lie where codes usually lie.',
      when: { path: 'score', is: 'reconstruction-probability' },
    },
  ],
  twins: [
    {
      id: 'untrained',
      title: 'One step of training',
      set: { steps: 1 },
      expect: 'It cannot draw normal items either, so its error tells how large an item is, not how unusual.',
    },
    {
      id: 'no-bottleneck',
      title: 'No narrow middle',
      set: { architecture: 'dense', hiddenLayers: 0, bottleneck: 256 },
      expect: 'It copies whatever it is given, normal or not, and the error says little.',
    },
  ],
  schema: anomalySchema,
  presets: {
    tiny: {},
    small: { bottleneck: 8, width: 128, steps: 4000, learningRate: 1e-3 },
    base: {
      bottleneck: 16,
      hiddenLayers: 2,
      width: 256,
      channels: 64,
      batchSize: 256,
      steps: 20_000,
      learningRate: 1e-3,
    },
  },
  check: ({ contamination, normal }) =>
    contamination > 0 && normal.trim() === '*'
      ? [
          {
            path: 'contamination',
            message: 'contamination has nothing to mix in where normal is *: all rows are trained on',
          },
        ]
      : [],
  build: (config, data) => anomalySystem(config, data),
  evaluations: {
    anomaly: anomalyEvaluation,
    contamination: contaminationEvaluation,
    reconstruction: reconstructionEvaluation,
  },
});
