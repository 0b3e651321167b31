// Families of deep and generative systems: machines that start an auto-encoder, adversarial generators, priors over codes.
import { atLeast, atMost, of, ratioTo } from './bars.mjs';
import { drawnRows } from './cache.mjs';
import { covered, ring } from './ring.mjs';

/** Steps that train the four machines of the tiny preset; the whole net is trained from there on. */
const before = 3200;
const start = (id, title, set, bars) => ({ id, title, set, bars, mustClear: false });
const mean = { over: 'mean' };
/** No card gives a number, and none was measured over three seeds yet. */
const estimate = { why: 'ours, an estimate that is still to be measured' };
/** Where no card gives a number: between what was measured of the twin and of the faithful recipe. */
const rule = { why: 'ours: twin + ⅔ · (faithful − twin)' };

/** How the net stands after 500 steps of its own to one that was started otherwise, after as many. */
const after500 = (variant) => {
  const own = `validation/mse@${before + 500}`;
  const needs = [own, { variant, figure: 'validation/mse@500' }];
  return of(`MSE ÷ that of “${variant}”, both after 500 steps of the whole net`, needs, (a, b) => a / b);
};
const unrolled = atMost(`validation/mse@${before}`, 0.057, { ...mean, why: 'RBM-4: 0.65 × the mean picture, 0.0877' });
const trained = atMost('validation/mse', 0.021, { ...mean, why: 'RBM-3: principal components of as many numbers' });

const onFashion = { ...{ data: 'fashion-mnist', recipe: 'vq-vae' }, set: { steps: 700 } };
const usesFew = [atMost('validation/codebook_used_share', 0.25, { why: 'VQ-2' })];
const worse = (times) => [atLeast(ratioTo('faithful', 'validation/mse'), times, { why: 'VQ-2' })];
const held = (id, title, set, bars) => ({ id, title, set, bars, mustClear: true });
const heldTwin = (twin, title, bars) => ({ id: `held-${twin}`, title, twin, bars, mustClear: true });
const alone = (id, title, set) => ({ id, title, set, bars: [] });

export const deepFamilies = {
  'vq-vae-fashion': {
    ...onFashion,
    title: 'VQ-VAE on Fashion-MNIST: what each trick is for',
    text: 'Convolutions, 49 codes of 128 a picture, 700 steps, as in the card’s last row.',
    bars: [
      atMost('validation/mse', 0.012, { why: 'VQ-1' }),
      atLeast('validation/codebook_used_share', 0.95, { why: 'VQ-1' }),
      atLeast('validation/codebook_perplexity_share', 0.5, { why: 'VQ-1, convolutions' }),
    ],
    also: ['validation/mse', 'validation/codebook_used_share', 'validation/codebook_perplexity'],
    twins: ['no-straight-through', 'gradient-codebook'],
    variants: [
      heldTwin('no-straight-through', 'No straight-through, held to ≥ 2.5 × the error', worse(2.5)),
      held('no-commitment', 'β = 0, held to ≥ 1.2 × the error', { commitment: 0 }, worse(1.2)),
      heldTwin('gradient-codebook', 'Gradient codebook from N(0, 1), held to ≤ 25 % of the codes', usesFew),
      held(
        'few-uniform',
        'Gradient codebook from ±1/K, held to ≤ 25 % of the codes',
        { codebookLearning: 'gradient', codebookInit: 'uniform', restart: false },
        usesFew,
      ),
      alone('large', '512 codes', { codebookSize: 512 }),
    ],
  },
  'vq-vae-2': {
    title: 'VQ-VAE-2: two levels of codes',
    text: 'The shipped digits: a coarse map of 7 × 7 codes and a fine one of 14 × 14. Beside it VQ-VAE, whose one map is of 7 × 7, after as many steps.',
    recipe: 'vq-vae-2',
    set: { steps: 500 },
    bars: [
      atMost(ratioTo('one-level', 'validation/mse'), 0.6, estimate),
      atLeast('validation/codebook_used_share', 0.9, estimate),
      atLeast('validation/top_used_share', 0.9, estimate),
    ],
    also: ['validation/mse'],
    variants: [{ ...alone('one-level', 'VQ-VAE', { steps: 500 }), recipe: 'vq-vae' }],
    evaluations: ['reconstruction'],
  },
  'rbm-autoencoder': {
    title: 'RBM-pretrained auto-encoder',
    text: 'Fashion-MNIST, 784-256-128-64-16: four machines of 800 steps each (CD-1), then 2,000 steps of the whole net. The nets that are trained at once get the same 2,000. The twin whose code’s machine learns at rate 1 has no row: its gradient overflows, and the run stops.',
    recipe: 'rbm-autoencoder',
    data: 'fashion-mnist',
    set: { validations: 52 },
    twins: 'none',
    bars: [
      unrolled,
      atMost(after500('at-once'), 0.3, { ...mean, why: 'RBM-3' }),
      atMost(after500('xavier'), 0.85, { ...mean, why: 'RBM-3' }),
      trained,
      atMost(ratioTo('at-once', 'validation/mse'), 0.6, { ...mean, why: 'the card’s 0.0177 beside 0.0497' }),
    ],
    also: [50, 200, 500, 1000].map((step) => `validation/mse@${before + step}`),
    variants: [
      start(
        'at-once',
        'Twin: small random start, all layers at once',
        { start: 'random', steps: 2000, validations: 20 },
        [trained],
      ),
      start('xavier', 'Twin: Xavier’s start, all layers at once', { start: 'xavier', steps: 2000, validations: 20 }, [
        atMost(ratioTo('faithful', 'validation/mse'), 1, { ...mean, why: 'as good as with machines' }),
      ]),
      start('not-transposed', 'Twin: decoder not unrolled', { transpose: false, steps: 3300, validations: 33 }, [
        unrolled,
      ]),
    ],
  },
  'gan-ring': {
    title: 'Adversarial generator on eight clouds',
    text: 'Eight normal clouds of σ = 0.1 on a circle of radius 2: a table of two columns. A cloud is found if at least a 40th of 2,000 samples lie within 3 σ of its centre. Precision is the share of samples among the data, recall the share of the data among samples.',
    recipe: 'gan',
    data: 'ring',
    set: ring.settings,
    own: { ring: (run) => covered(drawnRows(run, { count: 2000, step: ring.settings.steps })) },
    bars: [atLeast('ring:modes', 7, { why: 'GAN-1' }), atLeast('ring:near_share', 0.8, { why: 'GAN-1: within 3 σ' })],
    also: ['validation/precision', 'validation/recall', 'validation/sliced_wasserstein', 'validation/sample_spread'],
  },
  gan: {
    title: 'Adversarial generator of digits',
    text: 'The shipped digits, 300 steps of the generator with five of the critic each. Clipped weights are measured on the eight clouds: at their rate of 5e-5 so few steps show nothing.',
    recipe: 'gan',
    set: { steps: 300 },
    twins: ['no-penalty'],
    bars: [
      atMost('validation/sliced_wasserstein', 0.05, { why: 'ours; ⅔ of the way from the twin is 0.15' }),
      atLeast('validation/sample_spread', 0.7, { why: 'ours; ⅔ of the way from the twin is 0.6' }),
    ],
    also: ['validation/precision', 'validation/recall'],
    evaluations: ['generation'],
  },
  'vq-prior': {
    title: 'Prior over VQ-VAE codes',
    text: 'Each prior is trained on the codes of the VQ-VAE of the same seed. Distances are Fréchet distances of features of an encoder of our own.',
    recipe: 'vq-prior',
    parent: { recipe: 'vq-vae' },
    bars: [
      atMost(
        of(
          'bits of a code ÷ those of each place for itself',
          ['validation/bits_per_code', 'validation/bits_per_code_independent'],
          (a, b) => a / b,
        ),
        0.7,
        rule,
      ),
      atMost(
        of(
          'distance of samples ÷ that of codes drawn each for itself',
          ['generation:frechet_own_encoder', 'generation:frechet_own_encoder_independent'],
          (a, b) => a / b,
        ),
        0.45,
        rule,
      ),
    ],
    also: ['validation/bits_per_code', 'validation/bits_per_dim'],
    evaluations: ['generation'],
  },
};
