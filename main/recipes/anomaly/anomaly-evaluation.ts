/** How well the score of a run tells anomalies from normal items, beside PCA, kNN distance and an isolation forest. */
import type { Matrix } from '#main/evaluation';
import {
  auroc,
  averagePrecision,
  bestF1,
  type Curve,
  confusionAt,
  curveOf,
  f1Of,
  recallAt,
} from '#main/evaluation/ranking';
import { rankingIntervals } from '#main/evaluation/ranking-intervals';
import { parts } from '../evaluations/features';
import type { EvaluationContext, EvaluationResult } from '../recipe';
import { type BaselineName, baselineNames, baselineScores, baselineTitles } from './baselines';
import { detectorOf, expectBoth, normalQuantile, type Scored, scoreSplit } from './scored';

/** Normal training rows that the baselines are fitted to, at most. */
const mostFitted = 8192;

export async function anomalyEvaluation(context: EvaluationContext): Promise<EvaluationResult> {
  const detector = detectorOf('anomaly', context);
  const ticks = parts(context, [1, 1, 2, 6]);
  const validation = await scoreSplit(context, 'validation', ticks[0]!);
  const rows = new Rows();
  const scored = await scoreSplit(context, context.split, ticks[1]!, (x, labels) =>
    rows.add(context, x, labels.length),
  );
  expectBoth('anomaly', scored);
  const train = await trainingRows(context, detector.classes.normal, detector.classes.oneClass);
  const others = await baselineScores(train, rows.matrix(), {
    components: Number(detector.config['bottleneck']),
    random: uniformOf(context),
    tick: ticks[3]!,
  });
  const threshold = normalQuantile(validation, detector.quantile);
  const own = figuresOf(scored, threshold, uniformOf(context));
  const baselines = baselineNames.map((name) => {
    const { figures } = figuresOf({ ...scored, scores: others[name] }, undefined, uniformOf(context));
    return [name, figures] as const;
  });
  return {
    n: scored.scores.length,
    figures: { ...own.figures, ...Object.fromEntries(baselines.flatMap(([name, figures]) => named(name, figures))) },
    tables: {
      methods: {
        columns: ['method', 'auroc', 'low', 'high', 'auprc', 'recall at 1 % false alarms'],
        rows: [
          ['Anomaly auto-encoder', own.figures] as const,
          ...baselines.map(([name, f]) => [baselineTitles[name], f] as const),
        ].map(([title, f]) => [
          title,
          f['auroc']!,
          f['auroc_low']!,
          f['auroc_high']!,
          f['auprc']!,
          f['recall_at_1_percent_fpr']!,
        ]),
      },
      groups: groupsOf(scored, threshold ?? Number.POSITIVE_INFINITY, context.classes, detector.classes.normal),
      roc: { columns: ['false alarms', 'found'], rows: thinned(own.curve) },
      histogram: histogramOf(scored),
    },
  };
}

const uniformOf = ({ random }: EvaluationContext): (() => number) => {
  let [at, part] = [0, 0];
  let drawn = random.split('uniform').split(part).uniform(4096);
  return () => {
    if (at === drawn.length) {
      drawn = random.split('uniform').split(++part).uniform(4096);
      at = 0;
    }
    return drawn[at++]!;
  };
};

/** Items as the model is given them, gathered. */
class Rows {
  readonly #pieces: Float32Array[] = [];
  #rows = 0;
  async add({ forward }: EvaluationContext, x: Float32Array, count: number): Promise<void> {
    this.#pieces.push(Float32Array.from((await forward('prepare', { x }, count))['p']!));
    this.#rows += count;
  }
  get count(): number {
    return this.#rows;
  }
  matrix(): Matrix {
    const length = this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
    const data = new Float32Array(length);
    let at = 0;
    for (const piece of this.#pieces) {
      data.set(piece, at);
      at += piece.length;
    }
    return { rows: this.#rows, columns: length / Math.max(1, this.#rows), data };
  }
}

/** The training rows that the run learnt from: of the normal classes, or all of them. */
async function trainingRows(context: EvaluationContext, normal: number[], oneClass: boolean): Promise<Matrix> {
  const wanted = new Set(normal);
  const rows = new Rows();
  for await (const { x, labels } of context.batches('train')) {
    const size = x.length / labels.length;
    const some = Array.from(labels.keys()).filter((i) => !oneClass || wanted.has(labels[i]!));
    const kept = new Float32Array(some.length * size);
    some.forEach((i, to) => kept.set(x.subarray(i * size, (i + 1) * size), to * size));
    if (some.length > 0) await rows.add(context, kept, some.length);
    context.check();
    if (rows.count >= mostFitted) break;
  }
  return rows.matrix();
}

type Figures = Record<string, number>;

/** `threshold`: where there were normal validation items to take it from. */
function figuresOf(
  scored: Scored,
  threshold: number | undefined,
  random: () => number,
): { figures: Figures; curve: Curve } {
  const curve = curveOf(scored);
  const measures = {
    auroc,
    auprc: averagePrecision,
    recall_at_1_percent_fpr: (of: Curve) => recallAt(of, 0.01),
    ...(threshold !== undefined && { f1: (of: Curve) => f1Of(confusionAt(of, threshold), of.positives) }),
  };
  const intervals = rankingIntervals(scored, measures, random);
  const figures: Figures = { n: scored.scores.length, anomalies: curve.positives };
  for (const [name, measure] of Object.entries(measures)) {
    const { low, high } = intervals[name as keyof typeof measures & string]!;
    Object.assign(figures, { [name]: measure(curve), [`${name}_low`]: low, [`${name}_high`]: high });
  }
  if (threshold === undefined) return { figures, curve };
  const { truePositives, falsePositives } = confusionAt(curve, threshold);
  const best = bestF1(curve);
  Object.assign(figures, {
    threshold,
    precision: truePositives / Math.max(1, truePositives + falsePositives),
    recall: truePositives / curve.positives,
    false_alarm_share: falsePositives / curve.negatives,
    f1_best: best.f1,
    threshold_best: best.threshold,
  });
  return { figures, curve };
}

/** auroc → auroc_pca, and so on; the counts are the same for all. */
const named = (name: BaselineName, figures: Figures): [string, number][] =>
  Object.entries(figures)
    .filter(([figure]) => !/^(n|anomalies)$/.test(figure))
    .map(([figure, value]) => [
      `${figure.replace(/_(low|high)$/, '')}_${name}${/_(low|high)$/.exec(figure)?.[0] ?? ''}`,
      value,
    ]);

/** One row a class: how its scores lie, and how many are above the threshold. */
function groupsOf({ scores, labels }: Scored, threshold: number, classes: string[], normal: readonly number[]) {
  const rows = classes.flatMap((title, label): (string | number)[][] => {
    const own = scores.filter((_, i) => labels[i] === label).sort();
    if (own.length === 0) return [];
    const above = own.filter((score) => score >= threshold).length;
    const at = (share: number) => own[Math.floor(share * (own.length - 1))]!;
    return [
      [title, normal.includes(label) ? 'normal' : 'anomaly', own.length, at(0.1), at(0.5), at(0.9), above / own.length],
    ];
  });
  return { columns: ['group', 'kind', 'n', 'score 10 %', 'median score', 'score 90 %', 'flagged share'], rows };
}

/** At most so many steps of a curve, its corners kept as well as they can be. */
const mostSteps = 200;
function thinned({ positives, negatives, steps }: Curve): number[][] {
  const stride = Math.max(1, Math.ceil(steps.length / mostSteps));
  return steps
    .filter((_, i) => i % stride === 0 || i === steps.length - 1)
    .map(({ truePositives, falsePositives }) => [falsePositives / negatives, truePositives / positives]);
}

const bins = 40;
/** Shares of normal items and anomalies in equal steps of the logarithm. */
function histogramOf({ scores, positive }: Scored) {
  const logs = Float64Array.from(scores, (score) => Math.log10(Math.max(score, 1e-12)));
  const isPositive = scores.every((score) => score > 0);
  const values = isPositive ? logs : scores; // nats may be negative
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [min, max] = [Math.min(min, value), Math.max(max, value)];
  const step = (max - min) / bins || 1;
  const counts = [new Float64Array(bins), new Float64Array(bins)];
  values.forEach((value, i) => {
    counts[positive[i]!]![Math.min(bins - 1, Math.floor((value - min) / step))]!++;
  });
  const totals = counts.map((of) => of.reduce((sum, n) => sum + n, 0));
  const edge = (i: number) => (isPositive ? 10 ** (min + i * step) : min + i * step);
  const rows = Array.from({ length: bins }, (_, i) => [
    edge(i),
    edge(i + 1),
    counts[0]![i]! / totals[0]!,
    counts[1]![i]! / totals[1]!,
  ]);
  return { columns: ['from', 'to', 'normal', 'anomaly'], rows };
}
