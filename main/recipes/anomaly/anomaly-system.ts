/** Anomaly detection built for one configuration and one kind of data: what a job trains, validates and scores with. */
import type { Config } from '#app/records/recipe';
import { latentSystem } from '../autoencoders/latent-system';
import type { DataSpec } from '../data-spec';
import { headsOf } from '../head';
import type { Forward, System } from '../recipe';
import { AnomalyNetwork } from './anomaly-network';
import type { AnomalyConfig } from './anomaly-settings';
import { type NormalClasses, normalClasses } from './normal-classes';
import { type Preparation, preparationOf, valuesOf } from './preparation';

/** Rows that the means and deviations of the normal rows are taken from: they move by under 1 % with more. */
const mostPrepared = 65_536;

/** What evaluations and the explorer ask of a detector beyond what every system has. */
export interface Detector extends System {
  readonly classes: NormalClasses;
  /** Of the normal validation scores. */
  readonly quantile: number;
  /** The same untrained, for other training rows, whose figures it is given: float32 [n, features] as imported. */
  afresh(rows: Float32Array): Detector;
}

export const isDetector = (system: System): system is Detector => 'afresh' in system && 'quantile' in system;

export function anomalySystem(config: AnomalyConfig, data: DataSpec, fixed?: Preparation): Detector {
  const network = new AnomalyNetwork(config, data, fixed);
  const classes = normalClasses(config.normal, data.classes ?? []);
  const { normal, oneClass } = classes;
  const system = latentSystem(network, { warnings: () => [] });
  return Object.assign(system, {
    config: config as unknown as Config,
    classes,
    quantile: config.quantile,
    heads: { ...system.heads, ...scoringHeads(network) },
    validate: (context: Parameters<System['validate']>[0]) => validate(network, context),
    afresh: (rows: Float32Array) =>
      anomalySystem(config, data, data.modality === 'table' ? preparationOf(rows, data, config.logSkewed) : undefined),
    ...(oneClass && { trainLabels: normal, trainOthers: config.contamination }),
    ...(data.modality === 'table' && {
      initialise: async ({ values, batch }: Parameters<NonNullable<System['initialise']>>[0]) =>
        valuesOf(preparationOf(await batch(mostPrepared), data, config.logSkewed), values),
    }),
  });
}

function scoringHeads(network: AnomalyNetwork): System['heads'] {
  const item = { dtype: 'float32', shape: network.shape } as const;
  return headsOf({
    score: {
      title: 'How unlike the normal items it is: the higher, the more',
      inputs: { x: item },
      outputs: (scope, { x }) => ({ score: network.score(scope, x!) }),
    },
    explain: {
      title: 'What comes back, and where it is off',
      inputs: { x: item },
      outputs: (scope, { x }) => network.explain(scope, x!),
    },
    prepare: {
      title: 'The item as the model is given it',
      inputs: { x: item },
      outputs: (scope, { x }) => ({ p: network.prepare(scope, x!) }),
    },
  });
}

/** Figures of the normal validation items, and the threshold that a share `quantile` of them stays below. */
async function validate(
  { size, config }: AnomalyNetwork,
  { forward, batches }: { forward: Forward; batches: AsyncIterable<Float32Array> },
): Promise<Record<string, number>> {
  const scores: number[] = [];
  let error = 0;
  for await (const x of batches) {
    const n = x.length / size;
    const measured = await forward('measure', { x }, n);
    for (const value of measured['score']!) scores.push(value);
    for (const value of measured['error']!) error += value;
  }
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return {
    'validation/loss': mean,
    'validation/mse': error / scores.length,
    'validation/threshold': quantileOf(scores, config.quantile),
  };
}

/** The smallest of the values that at least a share q of them does not exceed. */
export function quantileOf(values: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}
