// Families of systems with a narrow middle: linear and deep auto-encoders, denoising, variational, binary and one-hot.
import { atLeast, atMost, gainOver, of, ratioTo } from './bars.mjs';

const mean = { over: 'mean' };
/** A variant that is measured and not judged, or judged by bars of its own. */
const beside = (id, title, set, bars, more) => ({ id, title, set, ...(bars && { bars, mustClear: true }), ...more });
const pca = (k, more) =>
  beside(`pca-${k}`, `Principal components, ${k}`, { bottleneck: k }, undefined, { recipe: 'pca', bars: [], ...more });
const asGoodAsPca = (k) => [
  atMost(ratioTo(`pca-${k}`, 'reconstruction:mse'), 1.01, { why: 'AE-1: test error within 1 %' }),
];
const linear = { hiddenLayers: 0, steps: 10_000, learningRate: 5e-3 };

const spriteNet = { bottleneck: 6, width: 128, hiddenLayers: 2, batchSize: 64, steps: 4000, learningRate: 2e-3 };
const excess = atMost('likelihood:excess_nats', 2.2, {
  ...mean,
  why: 'the card’s 14.5 nats are 2.2 above its floor of 12.3',
});
const moreThan = (variant, figure) => atLeast(gainOver(variant, figure), 0, mean);
const fewerThan = (variant) => atMost(gainOver(variant, 'likelihood:active_dimensions'), 0, mean);
const steeper = (variant) => [moreThan(variant, 'likelihood:reconstruction_nats'), fewerThan(variant)];
const plainOnSprites = beside(
  'autoencoder',
  'Auto-encoder with the same net',
  { ...spriteNet, loss: 'cross-entropy' },
  undefined,
  { recipe: 'autoencoder', bars: [] },
);
const disentangles = [
  atLeast(gainOver('autoencoder', 'disentanglement:mig'), 0.05, { ...mean, why: 'DIS-2: single seeds scatter widely' }),
];

export const latentFamilies = {
  'linear-autoencoder': {
    title: 'Linear auto-encoder and PCA',
    text: 'UCI digits (8 × 8): without hidden layers, squared error ends at the plane of the first components.',
    recipe: 'autoencoder',
    data: 'uci-digits',
    set: { ...linear, bottleneck: 8 },
    twins: 'none',
    bars: asGoodAsPca(8),
    variants: [
      pca(8),
      beside('linear-2', 'Linear, 2 numbers', { ...linear, bottleneck: 2 }, asGoodAsPca(2)),
      pca(2),
      beside('linear-16', 'Linear, 16 numbers', { ...linear, bottleneck: 16 }, asGoodAsPca(16)),
      pca(16),
    ],
  },
  'three-by-three': {
    title: 'Nine pixels, two numbers',
    text: 'The lecture’s argument: pictures of 3 × 3 pixels that differ in two ways only need two numbers, and one does not do.',
    recipe: 'autoencoder',
    data: 'three-by-three',
    set: { bottleneck: 2, width: 128, batchSize: 64, steps: 6000, learningRate: 5e-3 },
    twins: 'none',
    bars: [atMost('validation/mse', 1e-3, { why: 'AE-2' })],
    variants: [
      beside('one', 'Twin: one number in the middle', { bottleneck: 1 }, [
        atLeast(ratioTo('faithful', 'validation/mse'), 10, { why: 'AE-2: ten times the error' }),
      ]),
      pca(2),
    ],
  },
  'deep-autoencoder': {
    title: 'Deep auto-encoder and PCA on Fashion-MNIST',
    recipe: 'autoencoder',
    data: 'fashion-mnist',
    set: { bottleneck: 16 },
    twins: 'none',
    bars: [atMost(ratioTo('pca-16', 'validation/mse'), 0.92, { why: 'AE-3: 8 % below PCA' })],
    variants: [pca(16)],
    evaluations: ['linear-probe', 'few-label'],
  },
  'denoising-autoencoder': {
    title: 'Denoising auto-encoder',
    text: 'UCI digits (8 × 8), a share of 0.3 of the pixels masked, 64-128-128-128-64.',
    recipe: 'denoising-autoencoder',
    data: 'uci-digits',
    set: { bottleneck: 128, width: 128, steps: 3000 },
    bars: [atLeast('validation/psnr_gain_db', 4.5, { why: 'DAE-1' })],
    also: ['validation/psnr_noisy_db', 'validation/psnr_db'],
    variants: [
      beside('copies', 'No noise in training, held to ≤ 1.5 dB', { amount: 0 }, [
        atMost('validation/psnr_gain_db', 1.5),
      ]),
      beside('keeps-noise', 'Noisy target, held to ≤ 0.3 dB', { target: 'noisy' }, [
        atMost('validation/psnr_gain_db', 0.3),
      ]),
    ],
  },
  vae: {
    title: 'Variational auto-encoder on sprites',
    text: 'Sprites, a Bernoulli chance for each pixel. The figures of `likelihood` are those of the training items, as the card’s are; the floor is the entropy of the greys.',
    recipe: 'vae',
    data: 'sprites',
    set: { ...spriteNet, klWarmup: 0 }, // the card's protocol has none
    bars: [
      excess,
      atLeast('likelihood:active_dimensions', 3, mean),
      atMost('likelihood:active_dimensions', 5, mean),
      atLeast(
        of('IWAE − ELBO', ['likelihood:iwae_nats', 'likelihood:elbo_nats'], (a, b) => a - b),
        0,
        { why: 'VAE-3' },
      ),
    ],
    also: ['likelihood:reconstruction_nats', 'likelihood:kl_nats'],
    evaluate: { split: 'train' },
    evaluations: ['likelihood'],
    variants: [
      beside('beta-0', 'β = 0', { beta: 0 }, undefined, { bars: [] }),
      beside('beta-4', 'β = 4', { beta: 4 }, steeper('faithful')),
      beside('beta-10', 'β = 10', { beta: 10 }, steeper('beta-4')),
    ],
  },
  'vae-samples': {
    title: 'Samples of a variational auto-encoder',
    text: 'The shipped digits. A classifier is sure of most pictures, also of those that are nothing: the card’s confidence (≤ 0.4 for an auto-encoder’s codes from N(0, I)) does not tell them apart here. The distance between features of samples and of digits does.',
    recipe: 'vae',
    twins: ['mean-over-pixels'],
    bars: [
      atLeast('generation:confidence', 0.6, { why: 'VAE-4' }),
      atMost(ratioTo('autoencoder', 'generation:frechet_own_encoder'), 0.2, {
        why: 'samples, not holes: a fifth of the distance of an auto-encoder’s codes from N(0, I)',
      }),
      atMost('validation/mse', 0.03, { why: 'half of the error of a code that says nothing' }),
    ],
    also: ['generation:frechet_own_encoder'],
    evaluations: ['generation', 'linear-probe', 'knn'],
    variants: [
      {
        ...{ id: 'autoencoder', title: 'Twin: plain auto-encoder, codes from N(0, I)', recipe: 'autoencoder' },
        ...{ set: { bottleneck: 10 }, mustClear: false },
      },
    ],
  },
  'beta-vae': {
    title: 'β-VAE on sprites',
    recipe: 'beta-vae',
    data: 'sprites',
    seeds: [1, 2, 3, 4, 5],
    twins: 'none',
    bars: disentangles,
    also: ['disentanglement:mig', 'disentanglement:dci_disentanglement', 'disentanglement:factor_vae_score'],
    evaluations: ['disentanglement'],
    variants: [plainOnSprites],
  },
  'factor-vae': {
    title: 'FactorVAE on sprites',
    recipe: 'factor-vae',
    data: 'sprites',
    seeds: [1, 2, 3, 4, 5],
    twins: 'none',
    bars: disentangles,
    also: ['disentanglement:mig', 'disentanglement:dci_disentanglement', 'disentanglement:factor_vae_score'],
    evaluations: ['disentanglement'],
    variants: [
      beside('no-correlation', 'No weight on the total correlation', { gamma: 0 }, undefined, { bars: [] }),
      plainOnSprites,
    ],
  },
  'binary-autoencoder': {
    title: 'Binary auto-encoder',
    text: 'UCI digits (8 × 8), 16 bits, 4,000 steps.',
    recipe: 'binary-autoencoder',
    data: 'uci-digits',
    set: { batchSize: 64 },
    bars: [
      atMost('validation/mse', 0.027, { why: 'BIN-1' }),
      atMost(ratioTo('no-straight-through', 'validation/mse'), 0.55, { why: 'BIN-1' }),
      atMost(ratioTo('soft-then-threshold', 'validation/mse'), 0.5, { why: 'BIN-1' }),
      atLeast('linear-probe:accuracy', 0.75, { why: 'BIN-1' }),
    ],
    also: ['validation/bits_used'],
    evaluations: ['linear-probe'],
    variants: [
      beside('deterministic', 'Rounded bits', { estimator: 'deterministic' }, undefined, { bars: [] }),
      beside('gumbel', 'Gumbel-sigmoid', { estimator: 'gumbel' }, undefined, { bars: [] }),
    ],
  },
  'onehot-autoencoder': {
    title: 'One-hot auto-encoder: classes without labels',
    text: 'UCI digits (8 × 8). k-means of the pixels stands beside it, and is hard to beat.',
    recipe: 'onehot-autoencoder',
    data: 'uci-digits',
    bars: [
      atLeast('clustering:purity', 0.68, { ...mean, why: 'OH-1' }),
      atLeast('clustering:nmi', 0.62, { ...mean, why: 'OH-1' }),
      atLeast('clustering:codes_used', 10, { why: 'OH-1: all of them' }),
    ],
    also: ['clustering:accuracy', 'clustering:purity_kmeans'],
    evaluations: ['clustering'],
    variants: [
      beside('collapsed', 'No balance, held to ≤ 3 classes', { balance: 0 }, [
        atMost('clustering:codes_used', 3, { why: 'OH-2' }),
      ]),
      beside('twenty', '20 classes', { bottleneck: 20 }, [atLeast('clustering:purity', 0.78, mean)]),
      beside('thirty', '30 classes', { bottleneck: 30 }, [atLeast('clustering:purity', 0.8, mean)]),
    ],
  },
};
