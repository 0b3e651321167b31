// Contrastive learning: SimCLR and BYOL by the protocol of their cards on Fashion-MNIST, and on photographs.
import { atLeast, atMost, gainOver, of } from './bars.mjs';

const card = (id) => ({ why: id });
const mean = (id) => ({ over: 'mean', why: id });
/** Points over the same encoder untrained, its batch norm calibrated, in the same evaluation. */
const gainAt = (labels) =>
  of(
    `probe with ${labels} labels − untrained`,
    [`few-label:accuracy_${labels}`, `few-label:accuracy_random_init_${labels}`],
    (own, other) => own - other,
  );
const fashion =
  'Fashion-MNIST shrunk to 14 × 14, three convolutions, 300 steps of 128 pictures. A probe is a linear one on frozen features.';

/** The runs of a twin, held to what it is there to show. */
const shows = (twin, title, bars) => ({ id: `${twin}-shows`, title, twin, bars, mustClear: true });
const collapses = [
  atMost('validation/spread', 0.1, card('BYOL-2')),
  atMost(gainAt(1000), -0.01, mean('BYOL-2: worse than untrained')),
];

export const contrastFamilies = {
  simclr: {
    title: 'SimCLR',
    recipe: 'simclr',
    data: 'fashion-mnist',
    text: `${fashion} A network that guesses has a loss of ln 255 = 5.54.`,
    bars: [
      atLeast(gainAt(100), 0.04, mean('SIM-1')),
      atLeast(gainAt(1000), 0.03, mean('SIM-1')),
      atLeast(gainAt(10_000), 0.02, mean('SIM-1')),
    ],
    twins: ['noise-only'],
    variants: [
      shows('noise-only', 'Noise alone: the lower loss, the lesser features', [
        atMost(gainAt(1000), 0.025, mean('SIM-2')),
        atMost(gainOver('faithful', 'validation/loss'), 0, card('SIM-2: each on views of its own')),
      ]),
    ],
    also: ['validation/loss', 'validation/match_accuracy', 'validation/spread'],
    evaluations: ['few-label', 'knn'],
  },
  byol: {
    title: 'BYOL',
    recipe: 'byol',
    data: 'fashion-mnist',
    text: `${fashion} The loss says nothing of quality: the twins have the lowest.`,
    bars: [atLeast('validation/spread', 0.5, card('BYOL-1')), atLeast(gainAt(1000), 0.03, mean('BYOL-1'))],
    variants: [
      {
        id: 'slow',
        title: 'Slower: τ 0.99 at first, rate 1e-3',
        set: { targetDecay: 0.99, learningRate: 1e-3 },
      },
      shows('no-predictor', 'No predictor, target = online: collapses', collapses),
      shows('no-stop-gradient', 'No stop-gradient: collapses', collapses),
    ],
    also: ['validation/loss', 'validation/match_accuracy'],
    evaluations: ['few-label', 'knn'],
  },
  'simclr-photos': {
    title: 'SimCLR on photographs',
    recipe: 'simclr',
    data: 'cifar10',
    preset: 'small',
    text: 'CIFAR-10 in colour with the paper’s views: 5,600 pictures or so to learn from, minutes on two cores.',
    bars: [
      atLeast(
        of(
          'linear probe − raw pixels',
          ['linear-probe:accuracy', 'linear-probe:accuracy_raw'],
          (own, raw) => own - raw,
        ),
        0.08,
        { why: 'well above' },
      ),
      atLeast(
        of(
          'linear probe − untrained',
          ['linear-probe:accuracy', 'linear-probe:accuracy_random_init'],
          (own, raw) => own - raw,
        ),
        0.05,
        { why: 'well above' },
      ),
    ],
    twins: ['noise-only'],
    also: ['validation/loss', 'validation/spread'],
    evaluations: ['linear-probe', 'knn'],
  },
  'byol-photos': {
    title: 'BYOL on photographs',
    recipe: 'byol',
    data: 'cifar10',
    preset: 'small',
    text: 'The same pictures, network and views as SimCLR’s.',
    bars: [
      atLeast('validation/spread', 0.5, card('BYOL-1')),
      atLeast(
        of(
          'linear probe − raw pixels',
          ['linear-probe:accuracy', 'linear-probe:accuracy_raw'],
          (own, raw) => own - raw,
        ),
        0.05,
        { why: 'well above' },
      ),
    ],
    twins: ['no-predictor'],
    also: ['validation/loss'],
    evaluations: ['linear-probe', 'knn'],
  },
};
