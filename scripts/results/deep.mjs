// Families of deep and generative systems: machines that start an auto-encoder, adversarial generators, priors over codes.
import { atLeast, atMost, of, ratioTo } from './bars.mjs';
import { ring } from './ring.mjs';

/** Steps that train the four machines of the tiny preset; the whole net is trained from there on. */
const before = 3200;
const start = (id, title, set, bars) => ({ id, title, set, bars, mustClear: false });
const mean = { over: 'mean' };

/** How the net stands after 500 steps of its own to one that was started otherwise, after as many. */
const after500 = (variant) => {
  const own = `validation/mse@${before + 500}`;
  const needs = [own, { variant, figure: 'validation/mse@500' }];
  return of(`MSE ÷ that of “${variant}”, both after 500 steps of the whole net`, needs, (a, b) => a / b);
};
const unrolled = atMost(`validation/mse@${before}`, 0.057, { ...mean, why: '0.65 × the mean picture, 0.0877' });
const trained = atMost('validation/mse', 0.021, { ...mean, why: 'principal components of as many numbers' });

export const deepFamilies = {
  'rbm-autoencoder': {
    title: 'RBM-pretrained auto-encoder',
    text: 'Fashion-MNIST, 784-256-128-64-16: four machines of 800 steps each (CD-1), then 2,000 steps of the whole net. The nets that are trained at once get the same 2,000. The twin whose code’s machine learns at rate 1 has no row: its gradient overflows, and the run stops.',
    recipe: 'rbm-autoencoder',
    data: 'fashion-mnist',
    set: { validations: 52 },
    twins: 'none',
    bars: [
      unrolled,
      atMost(after500('at-once'), 0.3, mean),
      atMost(after500('xavier'), 0.85, mean),
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
    text: 'Eight normal clouds of σ = 0.1 on a circle of radius 2: a table of two columns. Precision is the share of samples among the data, recall the share of the data among samples.',
    recipe: 'gan',
    data: 'ring',
    set: ring.settings,
    bars: [
      atLeast('validation/recall', 0.6, {
        ...mean,
        why: 'a cloud that is missed takes an eighth; the modes themselves are counted in the tests',
      }),
      atLeast('validation/precision', 0.75, mean),
    ],
    also: ['validation/sliced_wasserstein', 'validation/sample_spread'],
  },
  gan: {
    title: 'Adversarial generator of digits',
    recipe: 'gan',
    bars: [atMost('validation/sliced_wasserstein', 0.05), atLeast('validation/sample_spread', 0.7)],
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
        0.85,
      ),
      atMost(
        of(
          'distance of samples ÷ that of codes drawn each for itself',
          ['generation:frechet_own_encoder', 'generation:frechet_own_encoder_independent'],
          (a, b) => a / b,
        ),
        0.6,
      ),
    ],
    also: ['validation/bits_per_code', 'validation/bits_per_dim'],
    evaluations: ['generation'],
  },
};
