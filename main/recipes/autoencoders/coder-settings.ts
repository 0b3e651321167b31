/** The settings of encoder and decoder, which every system with a few numbers in the middle shares. */
import { z } from 'zod';
import { about } from '../fields';

/** What differs from recipe to recipe: a default and the reason for it. */
interface Reasoned {
  default: number;
  reason: string;
  paper?: number;
  suggestions?: number[];
}

export interface CoderReasons {
  bottleneck: Reasoned & { label?: string; symbol?: string; unit?: string };
  hiddenLayers?: Reasoned;
  width?: Reasoned;
}

const usualDepth: Reasoned = { default: 2, reason: 'On each side. None makes encoder and decoder linear maps.' };
const usualWidth: Reasoned = {
  default: 512,
  reason: 'Two thirds of the 784 pixels of a digit: wide enough that the middle is the only narrow place.',
};

export const coderFields = ({ bottleneck, hiddenLayers = usualDepth, width = usualWidth }: CoderReasons) => ({
  architecture: z
    .enum(['dense', 'convolutional'])
    .default('dense')
    .register(about, {
      label: 'Architecture',
      group: 'Model',
      choices: { dense: 'Dense layers', convolutional: 'Convolutions' },
      reason: 'Dense layers as in Hinton & Salakhutdinov 2006; convolutions pay off on larger pictures.',
    }),
  bottleneck: z
    .int()
    .min(1)
    .max(4096)
    .default(bottleneck.default)
    .register(about, {
      label: 'Bottleneck',
      symbol: 'd',
      unit: 'numbers',
      group: 'Model',
      scale: 'log',
      suggestions: [1, 2, 8, 16, 32, 64],
      ...withoutDefault(bottleneck),
    }),
  hiddenLayers: z
    .int()
    .min(0)
    .max(8)
    .default(hiddenLayers.default)
    .register(about, {
      label: 'Hidden layers',
      group: 'Model',
      suggestions: [0, 1, 2, 3],
      when: { path: 'architecture', is: 'dense' },
      ...withoutDefault(hiddenLayers),
    }),
  width: z
    .int()
    .min(1)
    .max(8192)
    .default(width.default)
    .register(about, {
      label: 'Hidden width',
      unit: 'numbers',
      group: 'Model',
      scale: 'log',
      suggestions: [128, 256, 512, 1024],
      when: { path: 'architecture', is: 'dense' },
      ...withoutDefault(width),
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
      when: { path: 'architecture', is: 'convolutional' },
      reason: 'After the second of two strided convolutions; half of them after the first.',
    }),
});

const withoutDefault = <T extends { default: number }>({ default: _, ...rest }: T): Omit<T, 'default'> => rest;

export interface CoderConfig {
  architecture: 'dense' | 'convolutional';
  bottleneck: number;
  hiddenLayers: number;
  width: number;
  channels: number;
}

/** How the decoder's numbers are read: as the pixels themselves, or as the logit of the chance that a pixel is lit. */
export type Reading = 'squared-error' | 'cross-entropy';

/** The loss of what the decoder draws. For pictures and tables alike: what suits the data, unless it is said. */
export const readingField = z
  .enum(['by-data', 'squared-error', 'cross-entropy'])
  .default('by-data')
  .register(about, {
    label: 'Reconstruction loss',
    group: 'Objective',
    choices: {
      'by-data': 'Pictures: cross-entropy, tables: squared error',
      'squared-error': 'Squared error',
      'cross-entropy': 'Cross-entropy',
    },
    reason:
      'Cross-entropy reads each pixel as the chance of being lit, which suits ink on paper; a standardised column has no such bounds.',
  });
