/** The settings of VQ-VAE-2: those of VQ-VAE that it shares, and its own, each with its reason. */
import { z } from 'zod';
import { vqVaeSchema } from '../autoencoders/vq-vae-settings';
import { about } from '../fields';
import { trainingFields } from '../training';

const { codebookSize, codeLength, channels, residualBlocks, residualChannels, commitment } = vqVaeSchema.shape;

export const twoLevelSchema = z.object({
  ...{ codebookSize, codeLength, channels, residualBlocks, residualChannels, commitment },
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
      reason: 'The paper’s 0.99: an average over about the last 100 steps.',
    }),
  restart: z.boolean().default(true).register(about, {
    label: 'Restart dead codes',
    group: 'Objective',
    paper: false,
    reason: 'A code that nothing chooses can never move again; Jukebox (Dhariwal et al. 2020) puts it onto a vector.',
  }),
  detail: z.boolean().default(true).register(about, {
    label: 'Decoder sees the fine map',
    group: 'Objective',
    paper: true,
    reason: 'The coarse map holds the whole, the fine one its detail; without it pictures stay soft.',
  }),
  ...trainingFields({
    batchSize: {
      default: 64,
      paper: 128,
      reason: '64 items × 196 places of a 28 × 28 picture: 12,544 fine vectors a step.',
    },
    steps: { default: 20_000, paper: 250_000, reason: 'As for VQ-VAE: far smaller pictures than ImageNet’s.' },
    learningRate: { default: 3e-4, paper: 3e-4, reason: 'The paper’s 3e-4 (Razavi et al. 2019, appendix).' },
  }),
});
export type TwoLevelConfig = z.output<typeof twoLevelSchema>;
