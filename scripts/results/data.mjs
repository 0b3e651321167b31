// The data that results are measured on: what ships with the program, and larger sets where the machine has them.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { anomalyData } from './anomaly.mjs';
import { writeRing } from './ring.mjs';

const root = dirname(dirname(import.meta.dirname));
/** A folder of public data sets beside the clone; PRETEXT_DATA names another. */
const shared = process.env.PRETEXT_DATA ?? join(root, '..', 'shared', 'data');
const fashion = [
  process.env.PRETEXT_FASHION_MNIST,
  '/usr/share/datasets/fashion-mnist', // where Debian's dataset-fashion-mnist puts it
  join(shared, 'images', 'fashion-mnist'),
].find((folder) => folder && existsSync(join(folder, 'train-images-idx3-ubyte.gz')));

/**
 * `source`: what `pretext import` is given, undefined where the machine does not have it. `options`: further words of
 * that command. `hint`: where to get it.
 */
export const dataSets = {
  digits: { title: 'the shipped digits (28 × 28)', source: 'sample:digits' },
  ring: { title: 'eight normal clouds on a circle', source: writeRing(join(root, '.cache', 'results', 'ring.csv')) },
  sprites: { title: 'the shipped sprites with known factors', source: 'sample:sprites' },
  'three-by-three': { title: 'the shipped pictures of nine pixels', source: 'sample:three-by-three' },
  'uci-digits': {
    title: 'UCI handwritten digits (8 × 8)',
    ...found('images/uci-digits-8x8/digits.csv.gz'),
    options: ['--pixels', '8x8', '--labels', 'column 65', '--split', 'validation=.1,test=.2'],
    hint: 'digits.csv.gz in PRETEXT_DATA/images/uci-digits-8x8',
  },
  mnist: {
    title: 'MNIST (the 60,000 training images, a sixth held out for the test)',
    ...found('images/mnist'),
    options: ['--split', 'validation=.05,test=.17'],
    hint: 'train-images-idx3-ubyte.gz and its labels in PRETEXT_DATA/images/mnist',
  },
  'fashion-mnist': {
    title: 'Fashion-MNIST',
    source: fashion,
    hint: 'the IDX files in a folder named by PRETEXT_FASHION_MNIST (Debian: dataset-fashion-mnist)',
  },
  cifar10: {
    title: 'CIFAR-10 (7,000 of its training images)',
    ...found('images/cifar10-jpg'),
    options: ['--split', 'validation=.1,test=.2'], // 1,400 test pictures: gains are a few points
    hint: 'one folder of pictures a class in PRETEXT_DATA/images/cifar10-jpg',
  },
  'sprites-64': {
    title: 'sprites in the manner of dSprites (7,680 pictures of 64 × 64)',
    ...found('images/sprites-factors/sprites.npz'),
    hint: 'sprites.npz in PRETEXT_DATA/images/sprites-factors',
  },
  ...anomalyData(found),
};

function found(path) {
  const full = join(shared, ...path.split('/'));
  return existsSync(full) ? { source: full } : {};
}

/** Why a data set cannot be used here; undefined where it can. */
export function missing(name) {
  const data = dataSets[name];
  if (!data) throw new Error(`no data set ${name}; there are: ${Object.keys(dataSets).join(', ')}`);
  return data.source === undefined ? `${data.title} is not on this machine: put ${data.hint}` : undefined;
}
