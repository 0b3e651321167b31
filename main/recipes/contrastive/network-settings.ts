/** The settings of encoder and head that SimCLR and BYOL share, each with its reason. */
import { z } from 'zod';
import { about } from '../fields';

/** Defaults are ResNet-18 for 32 × 32, and a head of the given sizes. */
export const networkFields = (head: { width: number; out: number; reason: string; paper: [number, number] }) => ({
  encoder: z
    .enum(['resnet', 'convolutional'])
    .default('resnet')
    .register(about, {
      label: 'Encoder',
      group: 'Model',
      choices: { resnet: 'Residual', convolutional: 'Convolutional' },
      paper: 'resnet',
      reason: 'Residual as in the paper; a convolution for each stage costs a fifth of it and trains on a CPU.',
    }),
  width: z
    .int()
    .min(4)
    .max(512)
    .default(64)
    .register(about, {
      label: 'Channels',
      unit: 'in the first stage',
      group: 'Model',
      scale: 'log',
      suggestions: [16, 32, 64],
      paper: 64,
      reason: 'ResNet-18’s 64; each stage has twice as many as the one before.',
    }),
  stages: z
    .int()
    .min(1)
    .max(5)
    .default(4)
    .register(about, {
      label: 'Stages',
      group: 'Model',
      suggestions: [3, 4],
      paper: 4,
      reason: 'ResNet-18’s four; from the second on each halves the sides.',
    }),
  blocks: z
    .int()
    .min(1)
    .max(8)
    .default(2)
    .register(about, {
      label: 'Blocks of a stage',
      group: 'Model',
      suggestions: [1, 2],
      when: { path: 'encoder', is: 'resnet' },
      paper: 2,
      reason: 'ResNet-18 has two residual blocks in each stage.',
    }),
  headWidth: z
    .int()
    .min(4)
    .max(8192)
    .default(head.width)
    .register(about, {
      label: 'Width of the head',
      group: 'Model',
      scale: 'log',
      suggestions: [128, 512, 2048, 4096],
      paper: head.paper[0],
      reason: head.reason,
    }),
  projection: z
    .int()
    .min(2)
    .max(2048)
    .default(head.out)
    .register(about, {
      label: 'Projection',
      symbol: 'd',
      unit: 'numbers',
      group: 'Model',
      scale: 'log',
      suggestions: [64, 128, 256],
      paper: head.paper[1],
      reason: 'What the loss compares. Its length hardly matters: the paper found no difference from 32 to 2,048.',
    }),
  headNorm: z.boolean().default(true).register(about, {
    label: 'Batch norm in the head',
    group: 'Model',
    reason: 'As in the released code. It keeps the numbers of a batch apart, which BYOL has nothing else for.',
  }),
  embedding: z
    .enum(['h', 'z'])
    .default('h')
    .register(about, {
      label: 'What is kept',
      group: 'Model',
      choices: { h: 'h, before the head', z: 'z, after the head' },
      paper: 'h',
      reason:
        'The head throws away what the views differ in, and what one wants to know of a picture with it (figure 8).',
    }),
});
