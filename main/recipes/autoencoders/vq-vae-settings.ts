/** The settings of VQ-VAE, each with its reason. */
import { z } from 'zod';
import { about } from '../fields';
import { trainingFields } from '../training';

export const vqVaeSchema = z.object({
  codebookSize: z
    .int()
    .min(2)
    .max(8192)
    .default(512)
    .register(about, {
      label: 'Codebook size',
      symbol: 'K',
      unit: 'codes',
      group: 'Model',
      scale: 'log',
      suggestions: [64, 128, 256, 512, 1024],
      paper: 512,
      reason: "The paper's 512. Twice the codes cost one bit more for each place.",
    }),
  codeLength: z
    .int()
    .min(1)
    .max(512)
    .default(64)
    .register(about, {
      label: 'Code length',
      symbol: 'D',
      unit: 'numbers',
      group: 'Model',
      scale: 'log',
      suggestions: [8, 16, 32, 64],
      paper: 64,
      reason: "64 in DeepMind's example. It costs no bits: what is stored is the number of the code.",
    }),
  channels: z
    .int()
    .min(2)
    .max(1024)
    .default(128)
    .register(about, {
      label: 'Channels',
      group: 'Model',
      scale: 'log',
      suggestions: [16, 32, 64, 128],
      paper: 128,
      reason: "128 in DeepMind's example; half of them after the first convolution.",
    }),
  residualBlocks: z
    .int()
    .min(0)
    .max(16)
    .default(2)
    .register(about, {
      label: 'Residual blocks',
      group: 'Model',
      suggestions: [0, 1, 2, 4],
      paper: 2,
      reason: 'Two in the encoder and two in the decoder (section 4.1).',
    }),
  residualChannels: z
    .int()
    .min(1)
    .max(1024)
    .default(32)
    .register(about, {
      label: 'Channels inside a block',
      group: 'Model',
      scale: 'log',
      suggestions: [8, 16, 32],
      paper: 32,
      reason: "32 of 128 in DeepMind's example: a quarter, so that a block costs little.",
    }),
  commitment: z
    .number()
    .min(0)
    .max(10)
    .default(0.25)
    .register(about, {
      label: 'Commitment',
      symbol: 'β',
      group: 'Objective',
      suggestions: [0, 0.1, 0.25, 1, 2],
      paper: 0.25,
      reason: 'The paper found results the same from 0.1 to 2.0 and used 0.25.',
    }),
  straightThrough: z.boolean().default(true).register(about, {
    label: 'Straight-through gradient',
    group: 'Objective',
    reason: 'Without it no gradient passes the codes, and the encoder never hears what the decoder needs.',
  }),
  codebookLearning: z
    .enum(['ema', 'gradient'])
    .default('ema')
    .register(about, {
      label: 'Codebook learns by',
      group: 'Objective',
      choices: { ema: 'Running averages', gradient: 'Gradient' },
      reason: 'Measured on digits: running averages use every code, the gradient of equation 3 about half of them.',
    }),
  emaDecay: z
    .number()
    .min(0.5)
    .max(0.9999)
    .default(0.99)
    .register(about, {
      label: 'Decay of averages',
      symbol: 'γ',
      group: 'Objective',
      suggestions: [0.9, 0.99, 0.999],
      paper: 0.99,
      when: { path: 'codebookLearning', is: 'ema' },
      reason: 'The paper’s 0.99: an average over about the last 100 steps.',
    }),
  codebookInit: z
    .enum(['data', 'uniform', 'normal'])
    .default('data')
    .register(about, {
      label: 'Codebook starts at',
      group: 'Objective',
      choices: { data: 'Encoded items', uniform: 'Small uniform ±1/K', normal: 'N(0, 1)' },
      paper: 'uniform',
      reason: 'Vectors that the untrained encoder gives lie where the data lie, so every code has something to win.',
    }),
  restart: z
    .boolean()
    .default(true)
    .register(about, {
      label: 'Restart dead codes',
      group: 'Objective',
      when: { path: 'codebookLearning', is: 'ema' },
      paper: false,
      reason: 'A code that nothing chooses can never move again; Jukebox (Dhariwal et al. 2020) puts it onto a vector.',
    }),
  restartBelow: z
    .number()
    .min(0)
    .max(1000)
    .default(1)
    .register(about, {
      label: 'Restart below',
      unit: 'choices a step',
      group: 'Objective',
      scale: 'log',
      suggestions: [0.1, 1, 2],
      when: { path: 'restart', is: true },
      reason: "Jukebox's 1.0: dead is what a batch chooses less than once on average.",
    }),
  ...trainingFields({
    batchSize: {
      default: 64,
      paper: 128,
      reason: '64 items × 49 places of a 28 × 28 picture give the averages 3,136 vectors a step.',
    },
    steps: {
      default: 20_000,
      paper: 250_000,
      reason: "A twelfth of the paper's 250,000, for pictures far smaller than ImageNet's.",
    },
    learningRate: {
      default: 3e-4,
      paper: 2e-4,
      reason: "3e-4 in DeepMind's example for a network of this width.",
    },
  }),
});
export type VqVaeConfig = z.output<typeof vqVaeSchema>;
