/** What SimCLR and BYOL set alike for the two kinds of small pictures that they have been measured on. */

const adam = { optimizer: 'adamw', learningRate: 1e-3, weightDecay: 0 } as const;

/**
 * Fashion-MNIST in about a minute on two cores: pictures shrunk to 14 × 14, three convolutions, 300 steps. Crops of half
 * the side or more, no colour to change, a little noise (docs/results.md).
 */
export const fashion = {
  ...adam,
  encoder: 'convolutional',
  width: 32,
  stages: 3,
  pool: 2,
  cropArea: 0.25,
  cropBy: 'side',
  aspect: 1,
  flip: 0.5,
  jitter: 1,
  contrast: 0.4,
  brightness: 0.2,
  brightnessBy: 'add',
  noise: 0.05,
  batchSize: 128,
  steps: 300,
  warmup: 0,
  schedule: 'constant',
} as const;

/**
 * BYOL in a few hundred steps, where its target has to follow within some ten of them and the weights have to move: with
 * He's start they are 2.4 times as large as PyTorch's, and Adam's step counts by their size.
 */
export const short = { targetDecay: 0.9, learningRate: 2.5e-3 } as const;

/** Photographs of 32 × 32 in colour in some four minutes on one core: the paper's views, a small network. */
export const photos = {
  ...adam,
  encoder: 'convolutional',
  width: 16,
  stages: 4,
  cropArea: 0.2,
  batchSize: 128,
  steps: 500,
} as const;

/** The broken twin: nothing is left but noise. */
export const noiseOnly = { cropArea: 1, flip: 0, jitter: 0, greyscale: 0, blur: 0, solarise: 0, noise: 0.05 };
