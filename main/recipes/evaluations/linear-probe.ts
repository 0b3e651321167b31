/** Linear probe of a trained model, beside the same probe of raw pixels and of the untrained model. */
import { linearProbe } from '#main/evaluation';
import type { EvaluationContext, EvaluationResult } from '../recipe';
import { accuracyFigures, expectLabels, featureKinds, featuresOf, parts } from './features';

/** Items at most: float64 fits of three feature sets stay within a minute or two. Drawn at random above that. */
const trainLimit = 4000;
const heldLimit = 1000;
const testLimit = 2000;

export async function linearProbeEvaluation(context: EvaluationContext): Promise<EvaluationResult> {
  const ticks = parts(context, [2, 1, 1, 3, 10, 3]);
  const train = await featuresOf(context, 'train', trainLimit, ticks[0]!);
  const validation = await featuresOf(context, 'validation', heldLimit, ticks[1]!);
  const test = await featuresOf(context, context.split, testLimit, ticks[2]!);
  expectLabels('linear-probe', context, train, validation, test);

  const rows: (string | number)[][] = [];
  const accuracy = { trained: 0, raw: 0, untrained: 0 };
  for (const [i, kind] of featureKinds.entries()) {
    const result = await linearProbe(
      { train: train[kind], validation: validation[kind], test: test[kind] },
      context.classes.length,
      ticks[3 + i]!,
    );
    accuracy[kind] = result.accuracy;
    rows.push([kind, train[kind].features.columns, result.l2, result.validationAccuracy, result.accuracy]);
  }
  return {
    n: test.raw.labels.length,
    figures: accuracyFigures(train, test, accuracy, context.classes.length),
    tables: { probes: { columns: ['features', 'width', 'l2', 'validation accuracy', 'accuracy'], rows } },
  };
}
