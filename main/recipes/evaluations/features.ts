/** Frozen features of labelled items for the probes: of the model, untrained, the raw numbers, and their PCA. */
import { PretextError } from '#app/contract';
import type { Split } from '#app/records/common';
import type { Stream } from '#main/engine/random';
import {
  type Labelled,
  leadingComponents,
  type Matrix,
  meanInterval,
  type Pca,
  project,
  type Tick,
} from '#main/evaluation';
import type { EvaluationContext, Forward } from '../recipe';

/** Which features: `trained` is what is measured, the others are what it must be compared with. */
export const featureKinds = ['trained', 'raw', 'pca', 'untrained'] as const;
export type FeatureKind = (typeof featureKinds)[number];
export type FeatureSets = Record<FeatureKind, Labelled>;

/** Marks `wanted` of `total` places, each as likely as any other; all where there are no more (Knuth, algorithm S). */
export function chosenPlaces(total: number, wanted: number, random: Stream): Uint8Array {
  const chosen = new Uint8Array(total);
  const u = random.uniform(total);
  let left = Math.min(wanted, total);
  for (let i = 0; i < total; i++) {
    if (u[i]! * (total - i) >= left) continue;
    chosen[i] = 1;
    left--;
  }
  return chosen;
}

/** Pieces one after another as a matrix of `rows`. */
export function joined(pieces: readonly Float32Array[], rows: number): Matrix {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const data = new Float32Array(length);
  let at = 0;
  for (const piece of pieces) {
    data.set(piece, at);
    at += piece.length;
  }
  return { rows, columns: length / Math.max(1, rows), data };
}

/** Items of `count` in x, by their places: [n, size] → [places, size] */
export function itemsAt(x: Float32Array, count: number, places: readonly number[]): Float32Array {
  const size = x.length / count;
  const out = new Float32Array(places.length * size);
  places.forEach((i, at) => out.set(x.subarray(i * size, (i + 1) * size), at * size));
  return out;
}

/** The representation of items: [n, …] → [n, d] in memory of its own. */
export const embedding = async (forward: Forward, x: Float32Array, count: number): Promise<Float32Array> =>
  Float32Array.from((await forward('embed', { x }, count))['embedding']!);

/** The chosen, labelled items of a batch. x: [n, size] → [m, size] */
function pick(x: Float32Array, labels: Int32Array, chosen: Uint8Array, from: number): { x: Float32Array; y: number[] } {
  const kept = Array.from(labels.keys()).filter((i) => chosen[from + i] && labels[i]! >= 0);
  return { x: itemsAt(x, labels.length, kept), y: kept.map((i) => labels[i]!) };
}

/** Components are fitted on so many items at most; more of them hardly turn the leading ones. */
const pcaItems = 2000;
/** Principal components at most, where the representation is wider: they hold nine tenths of a small picture's variance. */
const pcaMost = 64;

/** Principal components of training items, as many as the representation has numbers. x: raw numbers */
export async function componentsFor(
  { features: x }: Labelled,
  { features: { columns: width } }: Labelled,
  tick?: Tick,
): Promise<Pca> {
  const rows = Math.min(x.rows, pcaItems);
  const some = { rows, columns: x.columns, data: x.data.subarray(0, rows * x.columns) };
  return leadingComponents(some, Math.min(width, pcaMost, x.columns), { ...(tick && { tick }) });
}

/** The same items with the coordinates of their principal components beside. */
export function withComponents(sets: Omit<FeatureSets, 'pca'>, fitted: Pca): FeatureSets {
  const k = fitted.components.length / fitted.columns;
  return { ...sets, pca: { features: project(sets.raw.features, fitted, k), labels: sets.raw.labels } };
}

/** Features of at most `limit` labelled items of a split, drawn with the context's own random stream. */
export async function featuresOf(
  context: EvaluationContext,
  split: Split,
  limit: number,
  tick: Tick,
): Promise<Omit<FeatureSets, 'pca'>> {
  const total = context.count(split);
  const chosen = chosenPlaces(total, limit, context.random.split(split));
  const pieces = { trained: [] as Float32Array[], raw: [] as Float32Array[], untrained: [] as Float32Array[] };
  const labels: number[] = [];
  let done = 0;
  for await (const batch of context.batches(split)) {
    await tick(done, total);
    const { x, y } = pick(batch.x, batch.labels, chosen, done);
    done += batch.labels.length;
    if (y.length === 0) continue;
    pieces.raw.push(x);
    pieces.trained.push(await embedding(context.forward, x, y.length));
    pieces.untrained.push(await embedding(context.forwardUntrained, x, y.length));
    labels.push(...y);
  }
  const all = Int32Array.from(labels);
  const labelled = (kind: keyof typeof pieces): Labelled => ({
    features: joined(pieces[kind], all.length),
    labels: all,
  });
  return { trained: labelled('trained'), raw: labelled('raw'), untrained: labelled('untrained') };
}

/** Throws unless there are at least two classes and labelled items to fit and to measure. */
export function expectLabels(who: string, context: EvaluationContext, ...sets: { raw: Labelled }[]): void {
  if (context.classes.length >= 2 && sets.every(({ raw }) => raw.labels.length > 0)) return;
  throw new PretextError(
    `${who}: the data must have labelled items of at least two classes in every split it uses, got ${context.classes.length} classes`,
    { advice: 'Import the data with labels: one folder for each class, or a CSV of file and label.' },
  );
}

/** Share of the most frequent class: how often a guess that knows nothing of the items can be right. */
export function largestShare(labels: Int32Array, classes: number): number {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label]! += 1;
  return Math.max(...counts) / labels.length;
}

/** One tick for several parts of an evaluation, each with its share of the whole. */
export function parts(context: EvaluationContext, shares: readonly number[]): Tick[] {
  const whole = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share, part) => {
    const before = shares.slice(0, part).reduce((sum, one) => sum + one, 0);
    return async (done, total) => {
      context.progress(Math.round((1000 * (before + (share * done) / Math.max(1, total))) / whole), 1000);
      // Messages, a wish to stop among them, come in between two tasks only.
      await new Promise((resolve) => setTimeout(resolve, 0));
      context.check();
    };
  });
}

/** A stream as a function that gives one number after another, uniform in [0, 1). */
export function numbersOf(random: Stream): () => number {
  let [drawn, at] = [random.uniform(4096), 0];
  return () => {
    if (at === drawn.length) [drawn, at] = [random.uniform(4096), 0];
    return drawn[at++]!;
  };
}

/** 1 where a guess is right. */
export const hits = (guesses: Int32Array, truth: Int32Array): Uint8Array =>
  Uint8Array.from(guesses, (guess, i) => (guess === truth[i] ? 1 : 0));

/** A share and its 95 % interval over items drawn again: `name`, `name_low`, `name_high`. */
export function shareFigures(name: string, counted: Uint8Array, random: Stream): Record<string, number> {
  const { low, high } = meanInterval(counted, numbersOf(random));
  return {
    [name]: counted.reduce((sum, one) => sum + one, 0) / counted.length,
    [`${name}_low`]: low,
    [`${name}_high`]: high,
  };
}

/** What every probe reports: the accuracy of each kind of features on the same items, beside chance. */
export function accuracyFigures(
  train: FeatureSets,
  test: FeatureSets,
  guesses: Record<FeatureKind, Int32Array>,
  { classes, random }: Pick<EvaluationContext, 'classes' | 'random'>,
): Record<string, number> {
  const { labels } = test.raw;
  const shareOf = (kind: FeatureKind) => hits(guesses[kind], labels).reduce((sum, one) => sum + one, 0) / labels.length;
  return {
    n: labels.length,
    n_train: train.raw.labels.length,
    ...shareFigures('accuracy', hits(guesses.trained, labels), random.split('bootstrap')),
    accuracy_raw: shareOf('raw'),
    accuracy_pca: shareOf('pca'),
    accuracy_random_init: shareOf('untrained'),
    accuracy_chance: largestShare(labels, classes.length),
  };
}
