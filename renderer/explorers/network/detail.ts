/** What one unit is made of: its operations, summed up, and all units as rows of a table. */
import type { Network } from '#app/records/network';
import type { Unit } from './units';
import { total } from './units';

export interface OperationSum {
  op: string;
  stage: string;
  count: number;
  flops: number;
  bytes: number;
  seconds?: number;
}

const leaves = new Set(['input', 'variable', 'constant']);

/** Operations of these blocks by name and stage, of one batch; the most work first, then the largest results. */
export function operationsOf({ nodes }: Pick<Network, 'nodes'>, { members }: Pick<Unit, 'members'>): OperationSum[] {
  const inside = new Set(members);
  const sums = new Map<string, OperationSum>();
  for (const { block, op, stage, flops, bytes, seconds } of nodes) {
    if (!inside.has(block) || leaves.has(op)) continue;
    const sum = sums.get(`${stage} ${op}`) ?? { op, stage, count: 0, flops: 0, bytes: 0 };
    const time = (sum.seconds ?? 0) + (seconds ?? 0);
    sums.set(`${stage} ${op}`, {
      ...sum,
      count: sum.count + 1,
      flops: sum.flops + flops,
      bytes: sum.bytes + bytes,
      ...(time > 0 && { seconds: time }),
    });
  }
  return [...sums.values()].sort(
    (a, b) => (b.seconds ?? 0) - (a.seconds ?? 0) || b.flops - a.flops || b.bytes - a.bytes,
  );
}

/** Gflop/s of a unit in one step, and its share of what a matrix product reaches. */
export function speedOf(unit: Unit, network: Network): { gflops: number; share: number } | undefined {
  const seconds = total(unit.seconds);
  const { profile, batchSize } = network;
  if (!profile || seconds === 0 || total(unit.flops) === 0) return undefined;
  const gflops = (total(unit.flops) * batchSize) / seconds / 1e9;
  return { gflops, share: gflops / profile.peakGflops };
}

/** Every figure of every unit, as it is saved. */
export function networkRows(units: readonly Unit[]): (string | number | undefined)[][] {
  const stageNames = ['forward', 'backward', 'update'] as const;
  return [
    [
      ...['block', 'shape', 'parameters', 'state', 'operations'],
      ...stageNames.map((stage) => `${stage}_flop_per_item`),
      'kept_bytes_per_item',
      ...stageNames.map((stage) => `${stage}_seconds_per_step`),
    ],
    ...units.map(({ name, shape, parameters, state, nodes, flops, keptBytes, seconds }) => [
      ...[name, shape?.join('x'), parameters, state, nodes],
      ...stageNames.map((stage) => flops[stage]),
      keptBytes,
      ...stageNames.map((stage) => seconds?.[stage]),
    ]),
  ];
}
