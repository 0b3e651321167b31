/** Linear probe of a trained model, beside the same probe of raw numbers, their PCA and the untrained model. */
import { linearProbe } from '#main/evaluation';
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

/** Items at most: float64 fits of four feature sets stay within a minute or two. Drawn at random above that. */
const trainLimit = 4000;
const heldLimit = 1000;
const testLimit = 2000;

export async function linearProbeEvaluation(context: EvaluationContext): Promise<EvaluationResult> {
  const ticks = parts(context, [2, 1, 1, 2, 3, 10, 1, 3]);
  const fitted = await featuresOf(context, 'train', trainLimit, ticks[0]!);
  const held = await featuresOf(context, 'validation', heldLimit, ticks[1]!);
  const asked = await featuresOf(context, context.split, testLimit, ticks[2]!);
  expectLabels('linear-probe', context, fitted, held, asked);
  const components = await componentsFor(fitted.raw, fitted.trained, ticks[3]!);
  const [train, validation, test] = [fitted, held, asked].map((sets) => withComponents(sets, components));

  const rows: (string | number)[][] = [];
  const guesses = {} as Record<FeatureKind, Int32Array>;
  for (const [i, kind] of featureKinds.entries()) {
    const result = await linearProbe(
      { train: train![kind], validation: validation![kind], test: test![kind] },
      context.classes.length,
      ticks[4 + i]!,
    );
    guesses[kind] = result.guesses;
    rows.push([kind, train![kind].features.columns, result.l2, result.validationAccuracy, result.accuracy]);
  }
  return {
    n: test!.raw.labels.length,
    figures: accuracyFigures(train!, test!, guesses, context),
    tables: { probes: { columns: ['features', 'width', 'l2', 'validation accuracy', 'accuracy'], rows } },
  };
}
