/** Nearest-neighbour accuracy of a trained model, beside that of raw pixels and of the untrained model. */
import { knn } from '#main/evaluation';
import type { EvaluationContext, EvaluationResult } from '../recipe';
import { accuracyFigures, expectLabels, featureKinds, featuresOf, parts } from './features';

/** Items at most: 8,000 × 1,000 comparisons of some hundred numbers take seconds. Drawn at random above that. */
const trainLimit = 8000;
const testLimit = 1000;
/** Wu et al. 2018 (arXiv:1805.01978) weigh by exp(s / 0.07); 20 neighbours suit thousands of items, not millions. */
const neighbours = 20;
const temperature = 0.07;

export async function knnEvaluation(context: EvaluationContext): Promise<EvaluationResult> {
  const ticks = parts(context, [2, 1, 3, 3, 3]);
  const train = await featuresOf(context, 'train', trainLimit, ticks[0]!);
  const test = await featuresOf(context, context.split, testLimit, ticks[1]!);
  expectLabels('knn', context, train, test);

  const accuracy = { trained: 0, raw: 0, untrained: 0 };
  for (const [i, kind] of featureKinds.entries()) {
    const options = { k: neighbours, temperature, tick: ticks[2 + i]! };
    accuracy[kind] = (await knn(train[kind], test[kind], context.classes.length, options)).accuracy;
  }
  return {
    n: test.raw.labels.length,
    figures: accuracyFigures(train, test, accuracy, context.classes.length),
    tables: {},
  };
}
