/** Classifiers that an evaluation trains for itself, with labels: what a representation has to be compared with. */
import { compileTrainStep } from '#main/engine/compile';
import { crossEntropy } from '#main/engine/functions/losses';
import { adamW } from '#main/engine/optimizers/adamw';
import type { Stream } from '#main/engine/random';
import { learningRateAt } from '#main/engine/schedules';
import type { Scope } from '#main/engine/scope';
import { product } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';
import type { Labelled } from '#main/evaluation';
import { conv2d, linear } from '#main/nn';
import { headsOf } from '../head';
import type { Apprentice, EvaluationContext, System } from '../recipe';

/** [n, …item] → [n, d] */
export type Encoder = (scope: Scope, x: Tensor) => Tensor;

const flat = (x: Tensor): Tensor => x.reshape([x.shape[0]!, product(x.shape.slice(1))]);

/** The encoder of a system, to be trained anew; undefined where it has none that can be. */
export function encoderOf({ encoder, heads }: System): Encoder | undefined {
  if (encoder) return (scope, x) => flat(encoder(scope, x));
  const model = heads['embed']?.model;
  return model && ((scope, x) => flat(model(scope, { x })['embedding']!));
}

/** Numbers of the judge's last hidden layer. */
const judgeWidth = 64;

/** A small network for items of any kind: two strided convolutions for pictures, two layers for rows; → [n, 64]. */
export const plainEncoder: Encoder = (scope, x) => {
  const hidden =
    x.shape.length === 4
      ? ['halve1', 'halve2'].reduce(
          (h, name, i) => conv2d(scope.at(name), h, 16 * 2 ** i, { kernel: 4, stride: 2, pad: 1 }).relu(),
          x,
        )
      : linear(scope.at('hidden'), x, 2 * judgeWidth).relu();
  return linear(scope.at('features'), flat(hidden), judgeWidth).relu();
};

export interface Classifier {
  shape: readonly number[];
  classes: number;
  encoder: Encoder;
  batchSize: number;
}

/** Heads: `features` and `probabilities` of items. Trained by the cross-entropy of their labels. */
export function classifier({
  shape,
  classes,
  encoder,
  batchSize,
}: Classifier): Pick<System, 'heads' | 'batchSize' | 'program'> {
  const logits = (scope: Scope, features: Tensor) =>
    linear(scope.at('classifier'), features, classes, { gain: 'linear' });
  return {
    batchSize,
    heads: headsOf({
      judge: {
        title: 'What the classifier says of an item',
        inputs: { x: { dtype: 'float32', shape } },
        outputs: (scope, { x }) => {
          const features = encoder(scope, x!);
          return { features, probabilities: logits(scope, features).softmax() };
        },
      },
    }),
    program: (device) =>
      compileTrainStep({
        inputs: {
          x: { dtype: 'float32', shape: [batchSize, ...shape] },
          labels: { dtype: 'int32', shape: [batchSize] },
        },
        objective: (scope, { x, labels }) => ({ loss: crossEntropy(logits(scope, encoder(scope, x!)), labels!) }),
        optimizer: adamW({ weightDecay: 0.01 }),
        device,
      }),
  };
}

export interface Lessons {
  train: Labelled;
  /** Items that say when to stop. */
  validation: Labelled;
  steps: number;
  batchSize: number;
  learningRate: number;
  random: Stream;
  tick(done: number, total: number): void | Promise<void>;
}

/**
 * AdamW's usual rate for networks of this size, and a bold one for those that it would not bring far in so few steps;
 * both fall to 0.
 */
export const rates = [1e-3, 1e-2] as const;
/** Looks at the validation items; the best look counts, as a person would stop there. */
const looks = 6;

/** What a classifier came to: its guesses on `test` when it was best on the validation items, and how good that was. */
export interface Taught {
  accuracy: number;
  guesses: Int32Array;
}

/** Trains a classifier; of equals the earlier look counts. */
export async function taught(apprentice: Apprentice, lessons: Lessons, test: Labelled): Promise<Taught> {
  const { validation, steps } = lessons;
  let best: Taught = { accuracy: -1, guesses: new Int32Array(test.labels.length) };
  const every = Math.ceil(steps / looks);
  for (let step = 1; step <= steps; step++) {
    await lessons.tick(step - 1, steps);
    await teach(apprentice, lessons, step);
    if (step % every !== 0 && step !== steps) continue;
    const held = await guessesOf(apprentice, validation);
    const accuracy = held.filter((guess, i) => guess === validation.labels[i]).length / held.length;
    if (accuracy > best.accuracy) best = { accuracy, guesses: await guessesOf(apprentice, test) };
  }
  await lessons.tick(steps, steps);
  return best;
}

/** One step on items drawn by chance. */
export async function teach(
  apprentice: Apprentice,
  { train, steps, batchSize, learningRate, random }: Omit<Lessons, 'validation' | 'tick'>,
  step: number,
): Promise<void> {
  const { features, labels } = train;
  const rows = random.split(step).integers(batchSize, features.rows);
  const x = new Float32Array(batchSize * features.columns);
  rows.forEach((row, at) => {
    x.set(features.data.subarray(row * features.columns, (row + 1) * features.columns), at * features.columns);
  });
  const rate = learningRateAt({ schedule: 'cosine', learningRate, steps, warmup: 20, floor: 0 }, step);
  await apprentice.step({ x, labels: Int32Array.from(rows, (row) => labels[row]!) }, rate);
}

async function guessesOf(apprentice: Apprentice, { features, labels }: Labelled): Promise<Int32Array> {
  const { probabilities } = await apprentice.forward('judge', { x: features.data }, labels.length);
  const classes = probabilities!.length / labels.length;
  return Int32Array.from(labels, (_, i) => {
    let most = 0;
    for (let k = 1; k < classes; k++)
      if (probabilities![i * classes + k]! > probabilities![i * classes + most]!) most = k;
    return most;
  });
}

/** Shape of an item as the system's heads take it. */
export function itemShape({ system }: Pick<EvaluationContext, 'system'>): readonly number[] {
  const shape = Object.values(system.heads).find(({ inputs }) => inputs['x'])?.inputs['x']?.shape;
  if (!shape) throw new Error('the system must have a head that takes x');
  return shape;
}
