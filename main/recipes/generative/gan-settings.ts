/** The settings of generative adversarial networks, each with its reason. */
import { z } from 'zod';
import { about } from '../fields';
import { trainingFields } from '../training';

const {
  optimizer: _,
  momentum: __,
  weightDecay: ___,
  ...training
} = trainingFields({
  batchSize: { default: 64, paper: 64, reason: 'The 64 of WGAN-GP; a batch shows the critic what is missing.' },
  steps: { default: 20_000, paper: 200_000, reason: 'A tenth of the paper’s 200,000, for smaller pictures.' },
  learningRate: {
    default: 1e-4,
    paper: 1e-4,
    reason: '1e-4 in WGAN-GP with Adam; WGAN with clipped weights needs RMSProp at 5e-5.',
  },
});

export const ganSchema = z.object({
  objective: z
    .enum(['wgan-gp', 'wgan', 'non-saturating'])
    .default('wgan-gp')
    .register(about, {
      label: 'Objective',
      group: 'Objective',
      choices: {
        'wgan-gp': 'Wasserstein, gradient penalty',
        wgan: 'Wasserstein, clipped weights',
        'non-saturating': 'Real or not, non-saturating',
      },
      reason:
        'A critic of slope 1 tells the generator where to go however bad it still is; “real or not” falls silent once it is sure.',
    }),
  architecture: z
    .enum(['dense', 'convolutional'])
    .default('dense')
    .register(about, {
      label: 'Architecture',
      group: 'Model',
      choices: { dense: 'Dense layers', convolutional: 'Convolutions' },
      paper: 'convolutional',
      reason: 'Dense layers fit tables and small pictures and are quick; convolutions draw sharper pictures.',
    }),
  latent: z
    .int()
    .min(1)
    .max(1024)
    .default(64)
    .register(about, {
      label: 'Latent numbers',
      symbol: 'z',
      unit: 'numbers',
      group: 'Model',
      scale: 'log',
      suggestions: [2, 16, 64, 128],
      paper: 128,
      reason: 'Normal numbers that the generator starts from: more than the data vary in, so that none is missing.',
    }),
  hiddenLayers: z
    .int()
    .min(1)
    .max(8)
    .default(3)
    .register(about, {
      label: 'Hidden layers',
      group: 'Model',
      suggestions: [2, 3],
      paper: 3,
      when: { path: 'architecture', is: 'dense' },
      reason: 'Of the generator and of the critic, as in WGAN-GP’s experiments on points.',
    }),
  width: z
    .int()
    .min(2)
    .max(4096)
    .default(512)
    .register(about, {
      label: 'Hidden width',
      unit: 'numbers',
      group: 'Model',
      scale: 'log',
      suggestions: [128, 256, 512],
      paper: 512,
      when: { path: 'architecture', is: 'dense' },
      reason: '512 in WGAN-GP’s experiments on points.',
    }),
  channels: z
    .int()
    .min(2)
    .max(1024)
    .default(64)
    .register(about, {
      label: 'Channels',
      group: 'Model',
      scale: 'log',
      suggestions: [16, 32, 64, 128],
      paper: 64,
      when: { path: 'architecture', is: 'convolutional' },
      reason: 'After the first of two strided convolutions; twice as many after the second, as in DCGAN.',
    }),
  criticSteps: z
    .int()
    .min(1)
    .max(100)
    .default(5)
    .register(about, {
      label: 'Critic steps',
      unit: 'a step of the generator',
      group: 'Objective',
      suggestions: [1, 5],
      paper: 5,
      reason: 'The critic must be near its best for its slope to mean a distance. “Real or not” takes one.',
    }),
  penalty: z
    .number()
    .min(0)
    .max(1000)
    .default(10)
    .register(about, {
      label: 'Gradient penalty',
      symbol: 'λ',
      group: 'Objective',
      suggestions: [0.1, 1, 10],
      paper: 10,
      when: { path: 'objective', is: 'wgan-gp' },
      reason: 'The paper’s 10. On points in the plane 0.1 to 1 lets the critic bend more sharply.',
    }),
  clip: z
    .number()
    .min(1e-4)
    .max(10)
    .default(0.01)
    .register(about, {
      label: 'Weight clip',
      group: 'Objective',
      scale: 'log',
      suggestions: [0.01, 0.1],
      paper: 0.01,
      when: { path: 'objective', is: 'wgan' },
      reason: 'Weights in ±0.01 bound the critic’s slope, and most of what it could say with it.',
    }),
  optimizer: z
    .enum(['adam', 'rmsprop'])
    .default('adam')
    .register(about, {
      label: 'Optimizer',
      group: 'Training',
      choices: { adam: 'Adam', rmsprop: 'RMSProp' },
      paper: 'adam',
      reason: 'Adam with the gradient penalty; with clipped weights momentum makes the critic unstable: RMSProp.',
    }),
  beta1: z
    .number()
    .min(0)
    .max(0.999)
    .default(0)
    .register(about, {
      label: 'Mean decay',
      symbol: 'β₁',
      group: 'Training',
      suggestions: [0, 0.5],
      paper: 0,
      when: { path: 'optimizer', is: 'adam' },
      reason: '0 in WGAN-GP, 0.5 in DCGAN: the goal moves with each step, so old gradients mislead.',
    }),
  beta2: z
    .number()
    .min(0)
    .max(0.9999)
    .default(0.9)
    .register(about, {
      label: 'Square decay',
      symbol: 'β₂',
      group: 'Training',
      suggestions: [0.9, 0.999],
      paper: 0.9,
      when: { path: 'optimizer', is: 'adam' },
      reason: '0.9 in WGAN-GP: the size of gradients changes as the critic learns.',
    }),
  ...training,
});
export type GanConfig = z.output<typeof ganSchema>;
