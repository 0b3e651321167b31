/** The settings of the auto-encoder with a one-hot code, each with its reason. */
import { z } from 'zod';
import { about } from '../fields';
import { trainingFields } from '../training';
import { coderFields, readingField } from './coder-settings';

export const onehotSchema = z.object({
  ...coderFields({
    bottleneck: {
      default: 10,
      label: 'Classes',
      symbol: 'k',
      unit: 'classes',
      suggestions: [2, 10, 20, 30],
      reason: 'Ten digits, so ten classes to find them in; 20 or 30 catch more than one way of writing each.',
    },
    width: { default: 512, reason: 'The encoder may be as deep as it likes: all that it can say is one of k.' },
    hiddenLayers: {
      default: 1,
      reason: 'Of the encoder; the decoder is always one linear map, so that a class is a picture.',
    },
  }),
  temperatureStart: z
    .number()
    .min(0.01)
    .max(10)
    .default(1)
    .register(about, {
      label: 'Temperature at the start',
      symbol: 'τ',
      group: 'Objective',
      suggestions: [0.5, 1, 2],
      paper: 1,
      reason: 'At 1 every class still gets some gradient (Jang et al. 2017, arXiv:1611.01144).',
    }),
  temperatureEnd: z
    .number()
    .min(0.01)
    .max(10)
    .default(0.1)
    .register(about, {
      label: 'Temperature at the end',
      symbol: 'τ',
      group: 'Objective',
      suggestions: [0.1, 0.5, 1],
      paper: 0.5,
      reason:
        'It falls by the same factor at each step: at 0.1 the gradient is nearly that of the class that was chosen.',
    }),
  balance: z
    .number()
    .min(0)
    .max(1000)
    .default(5)
    .register(about, {
      label: 'Balance',
      symbol: 'β',
      group: 'Objective',
      suggestions: [0, 1, 5, 20],
      reason:
        'Without it one class takes every item. 5 and 20 measured alike on digits, purity 0.77 and 0.75 at ten classes.',
    }),
  loss: readingField,
  ...trainingFields({
    batchSize: {
      default: 128,
      reason: 'Enough items that the shares of ten classes in a batch mean something: about 13 each.',
    },
    steps: { default: 10_000, reason: '160 passes over 8,000 items: classes settle while the temperature falls.' },
    learningRate: {
      default: 1e-3,
      reason: "Adam's own 1e-3 (Kingma & Ba 2015) is stable for dense layers of this size.",
    },
  }),
});
export type OnehotConfig = z.output<typeof onehotSchema>;
