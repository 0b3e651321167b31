/**
 * Classes found without labels: the codes of a model that gives each item one of a few, or else k-means of its
 * representation, named after the classes afterwards. Beside it k-means of the raw numbers, which is hard to beat.
 */
import {
  contingency,
  kMeans,
  type Labelled,
  type Matrix,
  nearestCentres,
  normalisedMutualInformation,
  purity,
  type Tick,
  wellNamed,
} from '#main/evaluation';
import type { EvaluationContext, EvaluationResult, Forward } from '../recipe';
import { expectLabels, featuresOf, largestShare, numbersOf, parts, shareFigures } from './features';

/** Items at most, to find the centres and to measure: ten starts of k-means of 784 numbers take seconds. */
const trainLimit = 2000;
const testLimit = 2000;
const restarts = 10;
const iterations = 50;

export async function clusteringEvaluation(context: EvaluationContext): Promise<EvaluationResult> {
  const ticks = parts(context, [2, 2, 2, 6, 2]);
  const train = await featuresOf(context, 'train', trainLimit, ticks[0]!);
  const test = await featuresOf(context, context.split, testLimit, ticks[1]!);
  expectLabels('clustering', context, train, test);
  const coded = hasOneCode(context);
  const { classes } = context;
  const k = coded ? codesOf(context) : classes.length;

  const grouped = (kind: 'trained' | 'raw' | 'untrained', tick: Tick) =>
    groups(train[kind].features, test[kind].features, k, context, tick);
  const found = coded ? await codes(context.forward, test.raw) : await grouped('trained', ticks[2]!);
  await ticks[2]!(1, 1);
  const raw = await grouped('raw', ticks[3]!);
  const untrained = coded ? await codes(context.forwardUntrained, test.raw) : await grouped('untrained', ticks[4]!);
  await ticks[4]!(1, 1);

  const { labels } = test.raw;
  const own = scores(found, labels, k, classes.length);
  const beside = scores(raw, labels, k, classes.length);
  const blank = scores(untrained, labels, k, classes.length);
  const order = Array.from(own.counts.keys()).sort((a, b) => total(own.counts[b]!) - total(own.counts[a]!) || a - b);
  return {
    n: labels.length,
    figures: {
      n: labels.length,
      clusters: k,
      ...shareFigures('accuracy', own.named, context.random.split('bootstrap')),
      accuracy_kmeans: mean(beside.named),
      accuracy_random_init: mean(blank.named),
      accuracy_chance: largestShare(labels, classes.length),
      purity: own.purity,
      purity_kmeans: beside.purity,
      purity_random_init: blank.purity,
      nmi: own.nmi,
      nmi_kmeans: beside.nmi,
      nmi_random_init: blank.nmi,
      codes_used: own.counts.filter((row) => total(row) > 0).length,
    },
    tables: {
      clusters: {
        columns: [coded ? 'code' : 'cluster', 'n', 'most frequent class', 'purity', ...classes],
        rows: order.map((cluster) => rowOf(cluster, own.counts[cluster]!, classes)),
      },
    },
  };
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
const mean = (values: Uint8Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function rowOf(cluster: number, counts: readonly number[], classes: readonly string[]): (string | number)[] {
  const [n, most] = [total(counts), Math.max(...counts)];
  return [cluster, n, n === 0 ? '' : classes[counts.indexOf(most)]!, n === 0 ? 0 : most / n, ...counts];
}

/** Whether the head `codes` gives a single number for an item: the item's class, in the model's own numbering. */
function hasOneCode({ system }: EvaluationContext): boolean {
  const output = system.heads['codes']?.outputs['codes'];
  return output?.dtype === 'int32' && output.shape.reduce((size, dim) => size * dim, 1) === 1;
}

function codesOf({ system }: EvaluationContext): number {
  const size = system.inside?.codes?.size;
  if (size === undefined)
    throw new Error('clustering: a system with one code an item must say in `inside` of how many');
  return size;
}

async function codes(forward: Forward, { features, labels }: Labelled): Promise<Int32Array> {
  const found = await forward('codes', { x: features.data }, labels.length);
  return Int32Array.from(found['codes']!);
}

/** k-means on the items of `train`; the nearest centre of each item of `test`. */
async function groups(train: Matrix, test: Matrix, k: number, { random }: EvaluationContext, tick: Tick) {
  const draw = numbersOf(random.split('k-means'));
  const { centres } = await kMeans(train, { k: Math.min(k, train.rows), random: draw, restarts, iterations, tick });
  return nearestCentres(test, centres);
}

function scores(clusters: Int32Array, labels: Int32Array, k: number, classes: number) {
  const counts = contingency(clusters, labels, k, classes);
  return {
    counts,
    named: wellNamed(clusters, labels, counts),
    purity: purity(counts),
    nmi: normalisedMutualInformation(counts),
  };
}
