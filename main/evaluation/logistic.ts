/** Multinomial logistic regression in float64: the straight lines that a linear probe draws through features. */
import { type LbfgsOptions, minimise, type Objective } from './lbfgs';
import { dot } from './matrix';

/** weights: [classes, columns + 1]; the last column is the bias. */
export interface Classifier {
  classes: number;
  columns: number;
  weights: Float64Array;
}

/** Scores of row i into `scores` [classes]: w·x + b. */
function score({ classes, columns, weights }: Classifier, x: Float64Array, i: number, scores: Float64Array): void {
  for (let k = 0; k < classes; k++) {
    const at = k * (columns + 1);
    scores[k] = dot(x, i * columns, weights, at, columns) + weights[at + columns]!;
  }
}

/** Scores to probabilities in place; gives back log Σ exp(scores), in nats. */
function softmax(scores: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of scores) most = Math.max(most, value);
  let total = 0;
  for (let k = 0; k < scores.length; k++) total += scores[k] = Math.exp(scores[k]! - most);
  for (let k = 0; k < scores.length; k++) scores[k]! /= total;
  return most + Math.log(total);
}

/**
 * L(w) = −1/n Σ log p(label | x) + l2/2 · ‖w‖², biases left out of the penalty.
 *
 * x: float64 [n, columns]; labels: [n] in [0, classes).
 */
export function crossEntropy(
  x: Float64Array,
  labels: Int32Array,
  { columns, classes }: Omit<Classifier, 'weights'>,
  l2: number,
): Objective {
  const n = labels.length;
  const width = columns + 1;
  const p = new Float64Array(classes);
  return (weights, gradient) => {
    gradient.fill(0);
    let loss = 0;
    for (let i = 0; i < n; i++) {
      score({ classes, columns, weights }, x, i, p);
      const truth = p[labels[i]!]!;
      loss += (softmax(p) - truth) / n;
      p[labels[i]!]! -= 1;
      // dL/dw_k = (p_k − [k = label]) · x / n
      for (let k = 0; k < classes; k++) {
        const error = p[k]! / n;
        const at = k * width;
        for (let j = 0; j < columns; j++) gradient[at + j]! += error * x[i * columns + j]!;
        gradient[at + columns]! += error;
      }
    }
    for (let k = 0; k < classes; k++)
      for (let j = 0; j < columns; j++) {
        const at = k * width + j;
        loss += (l2 / 2) * weights[at]! ** 2;
        gradient[at]! += l2 * weights[at]!;
      }
    return loss;
  };
}

/** Fits the classifier; `start` warms it up with one of the same size. x: float64 [n, columns]. */
export async function fitLogistic(
  x: Float64Array,
  labels: Int32Array,
  shape: Omit<Classifier, 'weights'>,
  l2: number,
  options: LbfgsOptions & { start?: Float64Array } = {},
): Promise<Classifier> {
  const start = options.start ?? new Float64Array(shape.classes * (shape.columns + 1));
  const { x: weights } = await minimise(crossEntropy(x, labels, shape, l2), start, options);
  return { ...shape, weights };
}

/** The likeliest class of each row; the first of equals. x: float64 [n, columns] → [n]. */
export function classify(classifier: Classifier, x: Float64Array): Int32Array {
  const labels = new Int32Array(x.length / classifier.columns);
  const scores = new Float64Array(classifier.classes);
  for (let i = 0; i < labels.length; i++) {
    score(classifier, x, i, scores);
    labels[i] = scores.indexOf(scores.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY));
  }
  return labels;
}

/** Share of equal entries. */
export function accuracyOf(guesses: Int32Array, truth: Int32Array): number {
  return guesses.reduce((right, guess, i) => right + (guess === truth[i] ? 1 : 0), 0) / truth.length;
}
