/** Nearest-neighbour accuracy of a trained model, beside that of raw numbers, their PCA and the untrained model. */
import { knn } from '#main/evaluation';
import type { EvaluationContext, EvaluationResult } from '../recipe';
import {
  accuracyFigures,
  componentsFor,
  expectLabels,
  type FeatureKind,
  featureKinds,
  featuresOf,
  parts,
  withComponents,
} from './features';

/** Items at most: 8,000 × 1,000 comparisons of some hundred numbers take seconds. Drawn at random above that. */
const trainLimit = 8000;
const testLimit = 1000;
/** Wu et al. 2018 (arXiv:1805.01978) weigh by exp(s / 0.07); 20 neighbours suit thousands of items, not millions. */
const neighbours = 20;
const temperature = 0.07;

export async function knnEvaluation(context: EvaluationContext): Promise<EvaluationResult> {
  const ticks = parts(context, [2, 1, 2, 3, 3, 1, 3]);
  const fitted = await featuresOf(context, 'train', trainLimit, ticks[0]!);
  const asked = await featuresOf(context, context.split, testLimit, ticks[1]!);
  expectLabels('knn', context, fitted, asked);
  const components = await componentsFor(fitted.raw, fitted.trained, ticks[2]!);
  const [train, test] = [withComponents(fitted, components), withComponents(asked, components)];

  const guesses = {} as Record<FeatureKind, Int32Array>;
  for (const [i, kind] of featureKinds.entries()) {
    const options = { k: neighbours, temperature, tick: ticks[3 + i]! };
    guesses[kind] = (await knn(train[kind], test[kind], context.classes.length, options)).guesses;
  }
  return { n: test.raw.labels.length, figures: accuracyFigures(train, test, guesses, context), tables: {} };
}
