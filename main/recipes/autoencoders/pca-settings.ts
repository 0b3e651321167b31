/** The settings of principal components, each with its reason: nothing is trained, so there are few. */
import { z } from 'zod';
import { about } from '../fields';

export const pcaSchema = z.object({
  bottleneck: z
    .int()
    .min(1)
    .max(4096)
    .default(16)
    .register(about, {
      label: 'Components',
      symbol: 'k',
      unit: 'numbers',
      group: 'Model',
      scale: 'log',
      suggestions: [1, 2, 8, 16, 32, 64],
      reason: 'As many as the auto-encoder has in its middle: it is there to be compared with.',
    }),
  items: z
    .int()
    .min(2)
    .max(1_000_000)
    .default(10_000)
    .register(about, {
      label: 'Items to fit on',
      unit: 'items',
      group: 'Training',
      scale: 'log',
      suggestions: [1000, 10_000, 60_000],
      reason:
        'At most, drawn at random: with ten thousand the first components move by less than what other items would show.',
    }),
  batchSize: z
    .int()
    .min(1)
    .max(4096)
    .default(128)
    .register(about, {
      label: 'Batch size',
      unit: 'items',
      group: 'Training',
      scale: 'log',
      suggestions: [64, 128, 256],
      reason: 'Items that are measured at once; the components do not depend on it.',
    }),
  steps: z.int().min(1).max(1).default(1).register(about, {
    label: 'Steps',
    unit: 'steps',
    group: 'Training',
    reason: 'The components are found at once, before the only step, which measures them and moves nothing.',
  }),
});
export type PcaConfig = z.output<typeof pcaSchema>;
