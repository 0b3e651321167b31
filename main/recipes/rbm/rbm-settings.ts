/** The settings of the deep auto-encoder that a stack of Boltzmann machines starts, each with its reason. */
import { z } from 'zod';
import { about } from '../fields';
import { trainingFields } from '../training';

/** 1 to 8 widths, as in 256-128-64. */
const widths = /^[1-9]\d{0,3}(-[1-9]\d{0,3}){0,7}$/;

export const rbmSchema = z.object({
  start: z
    .enum(['rbm', 'random', 'xavier'])
    .default('rbm')
    .register(about, {
      label: 'Weights start at',
      group: 'Objective',
      choices: { rbm: 'A stack of machines', random: 'Small random numbers', xavier: 'Xavier’s random numbers' },
      paper: 'rbm',
      reason:
        'Layer after layer, each as a machine of its own, because all at once did not train in 2006. Xavier’s start (Glorot & Bengio 2010) is what later took its place.',
    }),
  widths: z.string().regex(widths).default('256-128-64').register(about, {
    label: 'Hidden widths',
    group: 'Model',
    paper: '1000-500-250',
    reason: 'From the picture inwards, numbers joined by “-”. A quarter of the paper’s, for pictures of 28 × 28.',
  }),
  bottleneck: z
    .int()
    .min(1)
    .max(4096)
    .default(16)
    .register(about, {
      label: 'Bottleneck',
      symbol: 'd',
      unit: 'numbers',
      group: 'Model',
      scale: 'log',
      suggestions: [2, 8, 16, 30],
      paper: 30,
      reason: '16 numbers for 784 pixels, as the plain auto-encoder has; 2 draw a map of the digits.',
    }),
  layerSteps: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(800)
    .register(about, {
      label: 'Steps a layer',
      unit: 'steps',
      group: 'Training',
      scale: 'log',
      suggestions: [100, 400, 800],
      when: { path: 'start', is: 'rbm' },
      reason: '800 batches of 100 are 8 passes over 10,000 pictures; the error of a layer falls little after that.',
    }),
  gibbsSteps: z
    .int()
    .min(1)
    .max(100)
    .default(1)
    .register(about, {
      label: 'Gibbs steps',
      symbol: 'k',
      group: 'Objective',
      suggestions: [1, 3, 10],
      paper: 1,
      when: { path: 'start', is: 'rbm' },
      reason: 'One step down and up gives a good direction already (CD-1); more come closer to the likelihood.',
    }),
  machineRate: z
    .number()
    .min(1e-5)
    .max(1)
    .default(0.1)
    .register(about, {
      label: 'Rate of the machines',
      group: 'Training',
      scale: 'log',
      suggestions: [0.01, 0.05, 0.1],
      paper: 0.1,
      when: { path: 'start', is: 'rbm' },
      reason: 'The 0.1 of the authors’ own program, for layers of units that are on or off.',
    }),
  codeRate: z
    .number()
    .min(1e-6)
    .max(1)
    .default(0.01)
    .register(about, {
      label: 'Rate of the code’s machine',
      group: 'Training',
      scale: 'log',
      suggestions: [0.001, 0.01],
      paper: 0.001,
      when: { path: 'start', is: 'rbm' },
      reason:
        'Gaussian units have no ceiling, so their machine runs away at 1. The authors’ 0.001 leaves it half trained after 800 steps: unrolled, MSE 0.058 on Fashion-MNIST, 0.026 at 0.01.',
    }),
  earlyMomentum: z
    .number()
    .min(0)
    .max(0.99)
    .default(0.5)
    .register(about, {
      label: 'Early momentum',
      group: 'Training',
      suggestions: [0, 0.5],
      paper: 0.5,
      when: { path: 'start', is: 'rbm' },
      reason: '0.5 in the first five eighths of a layer, then 0.9: early gradients are large and change.',
    }),
  weightCost: z
    .number()
    .min(0)
    .max(0.1)
    .default(0.0002)
    .register(about, {
      label: 'Weight cost',
      group: 'Training',
      suggestions: [0, 0.0002, 0.001],
      paper: 0.0002,
      when: { path: 'start', is: 'rbm' },
      reason: 'The authors’ 0.0002: keeps units from growing together and the chain from getting stuck.',
    }),
  sampleHidden: z
    .boolean()
    .default(true)
    .register(about, {
      label: 'Draw hidden states',
      group: 'Objective',
      paper: true,
      when: { path: 'start', is: 'rbm' },
      reason: 'States of 0 and 1 let a hidden unit tell one bit at most; chances would tell far more.',
    }),
  transpose: z
    .boolean()
    .default(true)
    .register(about, {
      label: 'Unroll with transposed weights',
      group: 'Objective',
      paper: true,
      when: { path: 'start', is: 'rbm' },
      reason: 'A machine draws its visible units by the same weights, so the decoder has learned as well.',
    }),
  weightStd: z
    .number()
    .min(1e-4)
    .max(1)
    .default(0.01)
    .register(about, {
      label: 'Spread of first weights',
      symbol: 'σ',
      group: 'Objective',
      scale: 'log',
      suggestions: [0.01, 0.1],
      paper: 0.1,
      reason: 'Hinton’s guide (2010, section 8) says 0.01; the program of 2006 took 0.1.',
    }),
  dreamSweeps: z
    .int()
    .min(1)
    .max(500)
    .default(50)
    .register(about, {
      label: 'Sweeps of a dream',
      group: 'Model',
      suggestions: [10, 50, 200],
      when: { path: 'start', is: 'rbm' },
      reason:
        'Down and up in the uppermost machine until it has forgotten where it began; nothing learned depends on it.',
    }),
  ...trainingFields({
    batchSize: { default: 100, paper: 100, reason: 'The paper’s mini-batches of 100.' },
    steps: {
      default: 5200,
      reason: '800 for each of four machines, then 2,000 of the whole net: it has passed PCA by then.',
    },
    learningRate: { default: 1e-3, reason: 'Adam’s own 1e-3, for the whole net; the paper took conjugate gradients.' },
  }),
});
export type RbmConfig = z.output<typeof rbmSchema>;

export const widthsOf = ({ widths, bottleneck }: Pick<RbmConfig, 'widths' | 'bottleneck'>): number[] => [
  ...widths.split('-').map(Number),
  bottleneck,
];

/** Steps of training machines, before the whole net is trained. */
export const pretrainingOf = (config: RbmConfig): number =>
  config.start === 'rbm' ? config.layerSteps * widthsOf(config).length : 0;
