/** What goes on inside a system that trains, from a fixed batch of validation items: the figures `health/…`. */
import { idleBelow } from '#app/records/health';
import { codeHealth, featureHealth, klHealth, type Layer, unitHealth } from '#main/evaluation';
import type { Feed, Forward, Head, Inner, System } from '#main/recipes/recipe';
import { partsOfUnit, unitsHead } from '#main/recipes/units';

/** Enough to tell a dead unit from a rare one, and few enough to cost little beside a validation. */
export const healthItems = 256;

const known = new WeakMap<System, System['heads']>();

/** A system's heads and, where it has units to watch, one more that tells of them: `units`. */
export function withUnits(system: System): System['heads'] {
  const heads = known.get(system) ?? headsOf(system);
  known.set(system, heads);
  return heads;
}

function headsOf(system: System): System['heads'] {
  const units = unitsHead(system);
  return units ? { ...system.heads, units } : system.heads;
}

/** Names with `health/` in front. x: [count, …item] */
export async function healthOf(
  { heads, inside = {} }: Pick<System, 'heads' | 'inside'>,
  forward: Forward,
  x: Float32Array,
  count: number,
): Promise<Record<string, number>> {
  const outputOf = async ({ head, output }: Inner): Promise<Feed> => (await forward(head, { x }, count))[output]!;
  const rows = (data: Feed) => ({ rows: count, columns: data.length / count, data: Float32Array.from(data) });
  const { kl, codes, features = embeddingOf(heads) } = inside;
  const figures = {
    ...(features && featureHealth(rows(await outputOf(features)))),
    ...(kl && klHealth(rows(await outputOf(kl)), idleBelow)),
    ...(codes && codeHealth(await outputOf(codes), codes.size)),
    ...(heads['units'] && unitHealth(layersOf(heads['units'], await forward('units', { x }, count)))),
  };
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`health/${name}`, value]));
}

/** The representation, where it is a head that takes items alone. */
function embeddingOf(heads: System['heads']): Inner | undefined {
  const inputs = heads['embed']?.inputs ?? {};
  return Object.keys(inputs).join() === 'x' ? { head: 'embed', output: 'embedding' } : undefined;
}

const layersOf = ({ outputs }: Head, told: Record<string, Feed>): Layer[] =>
  Object.entries(told).map(([name, values]) => ({
    kind: partsOfUnit(name).kind,
    units: outputs[name]!.shape.at(-1)!,
    values,
  }));

/** How strong gradients usually are, and how strong the strongest was of late; kept in checkpoints. */
export interface GradientRecord {
  /** Running mean of the logarithm of the norm. */
  usual: number;
  /** Largest multiple of the usual norm since the last validation. */
  peak: number;
}

/** The running mean remembers about the last hundred steps. */
const memory = 0.99;

/** norm: of this step's gradient; 0 says nothing of the usual one. */
export function withGradient(record: GradientRecord | undefined, norm: number): GradientRecord | undefined {
  if (!(norm > 0) || !Number.isFinite(norm)) return record;
  const log = Math.log(norm);
  if (!record) return { usual: log, peak: 1 };
  return {
    usual: memory * record.usual + (1 - memory) * log,
    peak: Math.max(record.peak, Math.exp(log - record.usual)),
  };
}

export const gradientHealth = (record: GradientRecord | undefined): Record<string, number> =>
  record ? { 'health/gradient_norm': Math.exp(record.usual), 'health/gradient_peak': record.peak } : {};
