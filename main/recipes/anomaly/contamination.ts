/**
 * What impure training data costs: the same detector is trained anew with anomalies mixed into its normal items, and
 * each is measured on the same split. Labels choose the items; the detector never sees them.
 */
import type { Stream } from '#main/engine/random';
import { auroc, averagePrecision, curveOf } from '#main/evaluation/ranking';
import { parts } from '../evaluations/features';
import type { EvaluationContext, EvaluationResult } from '../recipe';
import type { Detector } from './anomaly-system';
import { detectorOf, expectBoth, type Scored, scoreSplit } from './scored';

/** Shares of anomalies among the items trained on: those of the card. */
export const levels = [0, 0.05, 0.2, 0.35] as const;
/** Items held in memory, and steps: enough for the small tables that it is meant for. */
const mostItems = 20_000;
const mostSteps = 3000;

export async function contaminationEvaluation(context: EvaluationContext): Promise<EvaluationResult> {
  const detector = detectorOf('contamination', context);
  const ticks = parts(context, [1, ...levels.map(() => 6)]);
  const pool = await poolOf(context, new Set(detector.classes.normal));
  const figures: Record<string, number> = {};
  const rows: number[][] = [];
  for (const [at, share] of levels.entries()) {
    const scored = await trainedWith(
      context,
      detector,
      mixed(pool, share, context.random.split('mix')),
      ticks[at + 1]!,
    );
    expectBoth('contamination', scored);
    const curve = curveOf(scored);
    const percent = Math.round(100 * share);
    figures['n'] = scored.scores.length;
    figures[`auroc_${percent}_percent`] = auroc(curve);
    figures[`auprc_${percent}_percent`] = averagePrecision(curve);
    rows.push([share, auroc(curve), averagePrecision(curve)]);
  }
  return {
    n: figures['n']!,
    figures,
    tables: { contamination: { columns: ['anomalies in training', 'auroc', 'auprc'], rows } },
  };
}

interface Pool {
  size: number;
  normal: Float32Array[];
  others: Float32Array[];
}

async function poolOf(context: EvaluationContext, normal: ReadonlySet<number>): Promise<Pool> {
  const pool: Pool = { size: 0, normal: [], others: [] };
  for await (const { x, labels } of context.batches('train', mostItems)) {
    pool.size = x.length / labels.length;
    labels.forEach((label, i) => {
      if (label < 0) return;
      const item = x.slice(i * pool.size, (i + 1) * pool.size);
      (normal.has(label) ? pool.normal : pool.others).push(item);
    });
    context.check();
  }
  return pool;
}

/** The normal items with so many of the others that they are this share of the whole. */
function mixed({ normal, others, size }: Pool, share: number, random: Stream): { rows: Float32Array; count: number } {
  const wanted = Math.min(others.length, Math.round((normal.length * share) / (1 - share)));
  const drawn = random.permutation(others.length).slice(0, wanted);
  const chosen = [...normal, ...Array.from(drawn, (i) => others[i]!)];
  const rows = new Float32Array(chosen.length * size);
  chosen.forEach((item, i) => rows.set(item, i * size));
  return { rows, count: chosen.length };
}

async function trainedWith(
  context: EvaluationContext,
  detector: Detector,
  { rows, count }: { rows: Float32Array; count: number },
  tick: (done: number, total: number) => void | Promise<void>,
): Promise<Scored> {
  const fresh = detector.afresh(rows);
  const apprentice = await context.train(fresh);
  const steps = Math.min(fresh.steps, mostSteps);
  const size = rows.length / count;
  for (let step = 1; step <= steps; step++) {
    if (step % 50 === 0) await tick(step, steps);
    const random = context.random.split(step); // the same items' places at every level
    const x = new Float32Array(fresh.batchSize * size);
    const places = random.split('items').integers(fresh.batchSize, count);
    places.forEach((place, i) => x.set(rows.subarray(place * size, (place + 1) * size), i * size));
    await apprentice.step(
      fresh.feeds(x, random.split('feeds'), step),
      fresh.learningRate((step * fresh.steps) / steps),
    );
  }
  return await scoreSplit({ ...context, forward: apprentice.forward }, context.split, tick);
}
