/** Linear probe: how well straight lines through frozen features tell the classes apart. */
import { accuracyOf, type Classifier, classify, fitLogistic } from './logistic';
import { type Labelled, scalingOf, silent, standardise, type Tick } from './matrix';

/**
 * Penalties tried, strongest first, so that each fit starts from the one before (of standardised features and a mean
 * loss). Below 1e-4 the fit of some thousand items no longer changes its choices.
 */
export const penalties = [1, 1e-1, 1e-2, 1e-3, 1e-4];
/** Enough for a choice of class to settle; the fits are compared by accuracy, not by their last digit of loss. */
const iterationsPerFit = 60;

export interface ProbeResult {
  /** Share of test items whose class is found. */
  accuracy: number;
  /** The penalty that did best on the validation items, and how well. */
  l2: number;
  validationAccuracy: number;
  guesses: Int32Array;
}

/**
 * Standardises with the statistics of `train`, fits multinomial logistic regression under each penalty, keeps the one
 * that is best on `validation` (the stronger of equals) and measures it on `test`. Same input, same result.
 */
export async function linearProbe(
  { train, validation, test }: { train: Labelled; validation: Labelled; test: Labelled },
  classes: number,
  tick: Tick = silent,
): Promise<ProbeResult> {
  const scaling = scalingOf(train.features);
  const [x, held, final] = [train, validation, test].map(({ features }) => standardise(features, scaling));
  const shape = { classes, columns: train.features.columns };

  let best: { classifier: Classifier; l2: number; accuracy: number } | undefined;
  let start = new Float64Array(classes * (shape.columns + 1));
  const total = penalties.length * iterationsPerFit;
  for (const [round, l2] of penalties.entries()) {
    const classifier = await fitLogistic(x!, train.labels, shape, l2, {
      start,
      iterations: iterationsPerFit,
      tolerance: 1e-4,
      tick: (done) => tick(round * iterationsPerFit + done, total),
    });
    start = classifier.weights.slice();
    const accuracy = accuracyOf(classify(classifier, held!), validation.labels);
    if (!best || accuracy > best.accuracy) best = { classifier, l2, accuracy };
  }
  await tick(total, total);
  const guesses = classify(best!.classifier, final!);
  return {
    accuracy: accuracyOf(guesses, test.labels),
    l2: best!.l2,
    validationAccuracy: best!.accuracy,
    guesses,
  };
}
