/**
 * How many labels a representation saves: a linear probe on it with 50, 100, 1,000 and 10,000 labels, beside the same
 * probe of raw numbers, their PCA and the untrained model, and beside the same encoder trained with those labels alone.
 */
import { type Labelled, linearProbe, type Matrix, meanInterval } from '#main/evaluation';
import type { EvaluationContext, EvaluationResult } from '../recipe';
import {
  componentsFor,
  expectLabels,
  type FeatureKind,
  type FeatureSets,
  featureKinds,
  featuresOf,
  hits,
  largestShare,
  numbersOf,
  parts,
  withComponents,
} from './features';
import { classifier, type Encoder, encoderOf, itemShape, rates, type Taught, taught } from './supervised';

const budgets = [50, 100, 1000, 10_000];
/** The figure without a number of labels is that of so many. */
const headline = 100;
const heldLimit = 1000;
const testLimit = 2000;
/** Few labels are drawn several times, since luck decides; the mean is told. */
const drawsOf = (labels: number): number => (labels <= 100 ? 5 : labels <= 1000 ? 3 : 1);
/** A supervised model is trained so many steps; more only fit few labels by heart, and the best look counts anyway. */
const stepsOf = (labels: number): number => (labels <= 1000 ? 300 : 800);
const batchSize = 64;

type Kind = FeatureKind | 'scratch';
const names: Record<Kind, string> = {
  trained: 'accuracy',
  raw: 'accuracy_raw',
  pca: 'accuracy_pca',
  untrained: 'accuracy_random_init',
  scratch: 'accuracy_scratch',
};

interface Measured {
  labels: number;
  /** Mean over the draws. */
  accuracy: Partial<Record<Kind, number>>;
  /** 95 % interval of that of the trained features, test items drawn again. */
  low: number;
  high: number;
}

export async function fewLabelEvaluation(context: EvaluationContext): Promise<EvaluationResult> {
  const [reading, held, asked, fitting, ...rounds] = parts(context, [3, 1, 1, 2, ...budgets.map(costOf)]);
  const fitted = await featuresOf(context, 'train', budgets.at(-1)!, reading!);
  const validation = await featuresOf(context, 'validation', heldLimit, held!);
  const test = await featuresOf(context, context.split, testLimit, asked!);
  expectLabels('few-label', context, fitted, validation, test);
  const components = await componentsFor(fitted.raw, fitted.trained, fitting!);
  const [train, kept, unseen] = [fitted, validation, test].map((sets) => withComponents(sets, components)) as [
    FeatureSets,
    FeatureSets,
    FeatureSets,
  ];
  const found: Measured[] = [];
  const within = budgetsWithin(train.raw.labels.length);
  for (const [i, labels] of within.entries()) {
    const tick = rounds[i]!;
    found.push(await measured(context, { train, validation: kept, test: unseen }, labels, tick));
    await tick(1, 1);
  }
  await rounds.at(-1)!(1, 1);
  return resultOf(found, unseen.raw.labels, context.classes.length);
}

const costOf = (labels: number): number => 4 + (labels * drawsOf(labels)) / 500;

/** The usual budgets, the last one cut to what there is. */
function budgetsWithin(available: number): number[] {
  const within = budgets.filter((labels) => labels < available);
  return within.length < budgets.length ? [...within, available] : within;
}

type Splits = { train: FeatureSets; validation: FeatureSets; test: FeatureSets };

async function measured(
  context: EvaluationContext,
  { train, validation, test }: Splits,
  labels: number,
  tick: (done: number, total: number) => void | Promise<void>,
): Promise<Measured> {
  const random = context.random.split('draws').split(labels);
  const draws = drawsOf(labels);
  const encoder = encoderOf(context.system);
  const kinds = encoder ? featureKinds.length + 1 : featureKinds.length;
  const right: Partial<Record<Kind, number[]>> = {};
  for (let draw = 0; draw < draws; draw++) {
    const rows = random.split(draw).permutation(train.raw.labels.length).slice(0, labels);
    for (const [i, kind] of featureKinds.entries()) {
      const some = rowsOf(train[kind], rows);
      const sets = { train: some, validation: validation[kind], test: test[kind] };
      const within = (done: number, total: number) => tick(draw * kinds + i + done / total, draws * kinds);
      const { guesses } = await linearProbe(sets, context.classes.length, within);
      right[kind] = [...(right[kind] ?? []), ...hits(guesses, test.raw.labels)];
    }
    if (encoder && draw === 0) {
      const within = (done: number, total: number) => tick(kinds - 1 + done / total, draws * kinds);
      const sets = { train: rowsOf(train.raw, rows), validation: validation.raw, test: test.raw };
      right.scratch = [...hits(await scratch(context, encoder, sets, within), test.raw.labels)];
    }
  }
  const accuracy = Object.fromEntries(Object.entries(right).map(([kind, values]) => [kind, mean(values)]));
  const shares = perItem(right.trained!, test.raw.labels.length);
  return { labels, accuracy, ...meanInterval(shares, numbersOf(random.split('bootstrap'))) };
}

/** In how many of the draws each item came out right: [draws · n] → shares [n] */
function perItem(right: readonly number[], n: number): Float64Array {
  const shares = new Float64Array(n);
  right.forEach((one, at) => {
    shares[at % n]! += one / (right.length / n);
  });
  return shares;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function rowsOf({ features, labels }: Labelled, rows: Uint32Array): Labelled {
  const { columns, data } = features;
  const out = new Float32Array(rows.length * columns);
  rows.forEach((row, at) => {
    out.set(data.subarray(row * columns, (row + 1) * columns), at * columns);
  });
  const some: Matrix = { rows: rows.length, columns, data: out };
  return { features: some, labels: Int32Array.from(rows, (row) => labels[row]!) };
}

/** Guesses of the same encoder that learns from these labels and nothing else, at the rate that suits it better. */
async function scratch(
  context: EvaluationContext,
  encoder: Encoder,
  { train, validation, test }: { train: Labelled; validation: Labelled; test: Labelled },
  tick: (done: number, total: number) => void | Promise<void>,
): Promise<Int32Array> {
  const { labels } = train;
  const size = Math.min(batchSize, labels.length);
  const model = classifier({ shape: itemShape(context), classes: context.classes.length, encoder, batchSize: size });
  const random = context.random.split('scratch').split(labels.length);
  let best: Taught | undefined;
  for (const [i, learningRate] of rates.entries()) {
    const apprentice = await context.train(model);
    try {
      const within = (done: number, total: number) => tick(i + done / total, rates.length);
      const given = { train, validation, steps: stepsOf(labels.length), batchSize: size, learningRate, random };
      const found = await taught(apprentice, { ...given, tick: within }, test);
      if (!best || found.accuracy > best.accuracy) best = found;
    } finally {
      await apprentice.close();
    }
  }
  return best!.guesses;
}

function resultOf(found: readonly Measured[], labels: Int32Array, classes: number): EvaluationResult {
  const kinds = Object.keys(names) as Kind[];
  const figuresOf = ({ accuracy, labels: budget, low, high }: Measured) => [
    ...kinds.flatMap((kind) => (accuracy[kind] === undefined ? [] : [[`${names[kind]}_${budget}`, accuracy[kind]]])),
    [`accuracy_${budget}_low`, low],
    [`accuracy_${budget}_high`, high],
  ];
  const main = found.find(({ labels: budget }) => budget === headline) ?? found.at(-1)!;
  return {
    n: labels.length,
    figures: {
      n: labels.length,
      labels: main.labels,
      ...Object.fromEntries(
        kinds.flatMap((kind) => (main.accuracy[kind] === undefined ? [] : [[names[kind], main.accuracy[kind]]])),
      ),
      accuracy_chance: largestShare(labels, classes),
      ...Object.fromEntries(found.flatMap(figuresOf)),
    },
    tables: {
      curve: {
        columns: ['labels', 'draws', ...kinds.map((kind) => (kind === 'trained' ? 'this run' : kind)), 'low', 'high'],
        rows: found.map(({ labels: budget, accuracy, low, high }) => [
          ...[budget, drawsOf(budget)],
          ...kinds.map((kind) => accuracy[kind] ?? ''),
          ...[low, high],
        ]),
      },
    },
  };
}
