/** Scores of items with what their labels say of them: what the evaluations and the explorer are made from. */
import { PretextError } from '#app/contract';
import type { Split } from '#app/records/common';
import type { Tick } from '#main/evaluation';
import type { EvaluationContext } from '../recipe';
import { type Detector, isDetector, quantileOf } from './anomaly-system';

export interface Scored {
  /** Of each item, the higher the less normal: [n] */
  scores: Float64Array;
  labels: Int32Array;
  /** 1 where the label is one of an anomaly: [n] */
  positive: Uint8Array;
}

/** @throws PretextError where the run has no score of this kind */
export function detectorOf(who: string, { system }: Pick<EvaluationContext, 'system'>): Detector {
  if (isDetector(system)) return system;
  throw new PretextError(`${who}: the run must be one of anomaly detection, whose items have a score`, {
    kind: 'usage',
    advice: 'Train anomaly-autoencoder on the same data.',
  });
}

/** Scores of a split in order, of labelled items alone. Calls `keep` with what else is wanted of each batch. */
export async function scoreSplit(
  context: EvaluationContext,
  split: Split,
  tick: Tick,
  keep: (x: Float32Array, labels: Int32Array) => void | Promise<void> = () => {},
): Promise<Scored> {
  const { classes } = detectorOf('anomaly', context);
  const total = context.count(split);
  const scores: number[] = [];
  const labels: number[] = [];
  let done = 0;
  for await (const batch of context.batches(split)) {
    await tick(done, total);
    const { score } = await context.forward('score', { x: batch.x }, batch.labels.length);
    const some = Array.from(batch.labels.keys()).filter((i) => batch.labels[i]! >= 0);
    const size = batch.x.length / batch.labels.length;
    const x = new Float32Array(some.length * size);
    some.forEach((i, to) => x.set(batch.x.subarray(i * size, (i + 1) * size), to * size));
    for (const i of some) {
      scores.push(score![i]!);
      labels.push(batch.labels[i]!);
    }
    if (some.length > 0)
      await keep(
        x,
        Int32Array.from(some, (i) => batch.labels[i]!),
      );
    done += batch.labels.length;
  }
  await tick(total, total);
  const normal = new Set(classes.normal);
  return {
    scores: Float64Array.from(scores),
    labels: Int32Array.from(labels),
    positive: Uint8Array.from(labels, (label) => (normal.has(label) ? 0 : 1)),
  };
}

/** @throws PretextError unless there are items of both kinds */
export function expectBoth(who: string, { positive }: Scored): void {
  const anomalies = positive.reduce((sum, one) => sum + one, 0);
  if (anomalies > 0 && anomalies < positive.length) return;
  throw new PretextError(
    `${who}: the split must hold labelled normal items and anomalies, got ${positive.length - anomalies} and ${anomalies}`,
    { kind: 'usage', advice: 'Import the data with a label column, or name another split.' },
  );
}

/** The score that a share q of the normal items of a split stays below; undefined where it holds none. */
export const normalQuantile = ({ scores, positive }: Scored, q: number): number | undefined => {
  const normal = scores.filter((_, i) => !positive[i]);
  return normal.length > 0 ? quantileOf(normal, q) : undefined;
};
