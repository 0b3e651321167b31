/** Figures of what goes on inside a network for a batch of items: dead units, dead codes, idle dimensions. */
import { collapseOf, effectiveRank } from './geometry';
import type { Matrix } from './matrix';

/** Directions are counted among so many items at most where features are wider than that: eigenvalues cost n³. */
const rankItems = 128;

/** Names as behind `health/`. */
export function featureHealth(features: Matrix): Record<string, number> {
  const { rows, columns, data } = features;
  const { spread, meanCosine } = collapseOf(features);
  const kept = columns <= rankItems ? rows : Math.min(rows, rankItems);
  const rank = effectiveRank({ rows: kept, columns, data: data.subarray(0, kept * columns) });
  const room = Math.max(1, Math.min(columns, kept - 1));
  return { effective_rank: rank, effective_rank_share: rank / room, spread, mean_cosine: meanCosine };
}

/** Dimensions that get a curve of their own; of more, only their sum does. */
const mostDimensions = 64;

/** nats: KL of each item and dimension, [n, d]; a dimension is idle below `idleBelow` nats on average. */
export function klHealth({ rows, columns, data }: Matrix, idleBelow: number): Record<string, number> {
  const means = new Float64Array(columns);
  for (let at = 0; at < data.length; at++) means[at % columns]! += data[at]! / rows;
  const shown = columns <= mostDimensions ? Array.from(means, (nats, d) => [`kl_nats_${d + 1}`, nats] as const) : [];
  return {
    kl_nats: means.reduce((sum, nats) => sum + nats, 0),
    active_dimensions: means.filter((nats) => nats > idleBelow).length,
    ...Object.fromEntries(shown),
  };
}

/** Choices for each code below which a code that nobody chose may just be rare. */
const choicesPerCode = 10;

export function codeHealth(codes: ArrayLike<number>, size: number): Record<string, number> {
  if (codes.length < choicesPerCode * size) return {};
  const used = new Uint8Array(size);
  for (let i = 0; i < codes.length; i++) used[codes[i]!] = 1;
  return { dead_codes_share: 1 - used.reduce((sum, one) => sum + one, 0) / size };
}

/** One layer's units: the largest value of each, [m, units], or the share of its values at their limits. */
export interface Layer {
  kind: 'relu' | 'limited';
  units: number;
  values: ArrayLike<number>;
}

/** Shares over all layers; `dead_relu_worst`: the share of the layer where it is largest. */
export function unitHealth(layers: readonly Layer[]): Record<string, number> {
  const dead = layers.filter(({ kind }) => kind === 'relu').map(deadOf);
  const limited = layers.filter(({ kind }) => kind === 'limited');
  const values = limited.reduce((sum, layer) => sum + layer.values.length, 0);
  const total = dead.reduce((sum, { units }) => sum + units, 0);
  return {
    ...(total > 0 && {
      dead_relu_share: dead.reduce((sum, layer) => sum + layer.dead, 0) / total,
      dead_relu_worst: Math.max(...dead.map((layer) => layer.dead / layer.units)),
    }),
    ...(values > 0 && { saturated_share: limited.reduce((sum, layer) => sum + sumOf(layer.values), 0) / values }),
  };
}

function deadOf({ units, values }: Layer): { dead: number; units: number } {
  const alive = new Uint8Array(units);
  for (let at = 0; at < values.length; at++) if (values[at]! > 0) alive[at % units] = 1;
  return { dead: units - alive.reduce((sum, one) => sum + one, 0), units };
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}
