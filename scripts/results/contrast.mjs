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

/** Points of an evaluation over the same one of raw pixels (`raw`) or of the encoder untrained (`random_init`). */
const over = (evaluation, what) =>
  of(
    `${evaluation} − ${what === 'raw' ? 'raw pixels' : 'untrained'}`,
    [`${evaluation}:accuracy`, `${evaluation}:accuracy_${what}`],
    (own, other) => own - other,
  );
const twoThirds = 'two thirds of what a first run gained';
const photos =
  'CIFAR-10 in colour, the paper’s views for 32 × 32 (crops, mirroring, colour at half strength, no blur), four convolutions of 16 to 128 channels. The budget is four minutes of one core a run: 500 steps of 128 pictures, thirteen passes. It says what so little can give, not what the method can.';

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
    text: photos,
    bars: [
      atLeast(over('linear-probe', 'random_init'), 0.04, mean(twoThirds)),
      atLeast(over('knn', 'random_init'), 0.04, mean(twoThirds)),
    ],
    twins: 'none',
    also: ['validation/loss', 'validation/spread', 'validation/match_accuracy'],
    evaluations: ['linear-probe', 'knn'],
  },
  'byol-photos': {
    title: 'BYOL on photographs',
    recipe: 'byol',
    data: 'cifar10',
    preset: 'small',
    text: `${photos} The same network and views as SimCLR’s.`,
    bars: [
      atLeast('validation/spread', 0.5, card('BYOL-1')),
      atLeast(over('linear-probe', 'random_init'), 0.04, mean(twoThirds)),
      atLeast(over('knn', 'random_init'), 0.01, mean(twoThirds)),
    ],
    twins: 'none',
    also: ['validation/loss', 'validation/match_accuracy'],
    evaluations: ['linear-probe', 'knn'],
  },
};
