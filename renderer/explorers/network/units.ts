/** What the picture of a network draws: its blocks, or its parts with all blocks inside, and how large each is. */
import type { ByStage, Network, NetworkBlock, NetworkEdge } from '#app/records/network';
import { stages } from '#app/records/network';
import { bytes, compact, count } from '../../widgets/format';

export const measures = ['work', 'parameters', 'memory', 'time'] as const;
export type Measure = (typeof measures)[number];
export type Depth = 'parts' | 'blocks';

/** A block, or several that share the first word of their names. */
export interface Unit extends NetworkBlock {
  members: string[];
}

const add = (a: ByStage, b: ByStage): ByStage => ({
  forward: a.forward + b.forward,
  backward: a.backward + b.backward,
  update: a.update + b.update,
});
export const total = (by: ByStage | undefined): number => (by ? by.forward + by.backward + by.update : 0);

const unitName = (name: string, depth: Depth): string => (depth === 'parts' ? name.split('.')[0]! : name);

export function unitsOf({ blocks }: Pick<Network, 'blocks'>, depth: Depth): Unit[] {
  const units = new Map<string, Unit>();
  for (const block of blocks) {
    const name = unitName(block.name, depth);
    const known = units.get(name);
    units.set(name, known ? joined(known, block) : { ...block, name, members: [block.name] });
  }
  return [...units.values()];
}

/** A part hands on what its last block does. */
function joined(unit: Unit, block: NetworkBlock): Unit {
  const shape = block.shape ?? unit.shape;
  return {
    ...unit,
    ...(shape && { shape }),
    parameters: unit.parameters + block.parameters,
    state: unit.state + block.state,
    nodes: unit.nodes + block.nodes,
    flops: add(unit.flops, block.flops),
    keptBytes: unit.keptBytes + block.keptBytes,
    ...(unit.seconds && block.seconds && { seconds: add(unit.seconds, block.seconds) }),
    members: [...unit.members, block.name],
  };
}

/** A tensor from one unit to another, by their places in the list. */
export interface Link {
  from: number;
  to: number;
  shape: readonly number[];
  bytes: number;
}

/** The largest tensor between each two units. */
export function linksOf(edges: readonly NetworkEdge[], units: readonly Unit[]): Link[] {
  const place = new Map(units.flatMap(({ members }, at) => members.map((name) => [name, at] as const)));
  const links = new Map<string, Link>();
  for (const { from: source, to: target, shape, bytes: size } of edges) {
    const [from, to] = [place.get(source), place.get(target)];
    if (from === undefined || to === undefined || from === to) continue;
    const known = links.get(`${from} ${to}`);
    if (!known || known.bytes < size) links.set(`${from} ${to}`, { from, to, shape, bytes: size });
  }
  return [...links.values()].sort((a, b) => a.from - b.from || a.to - b.to);
}

export interface Piece {
  /** `all` where the measure has no stages. */
  stage: (typeof stages)[number] | 'all';
  value: number;
}

/** How large a unit is, in pieces that are drawn side by side. */
export function piecesOf(unit: Unit, measure: Measure): Piece[] {
  const { flops, seconds, parameters, keptBytes } = unit;
  if (measure === 'parameters') return [{ stage: 'all', value: parameters }];
  if (measure === 'memory') return [{ stage: 'all', value: keptBytes }];
  const by = measure === 'work' ? flops : seconds;
  return stages.map((stage) => ({ stage, value: by?.[stage] ?? 0 }));
}

export const sizeOf = (unit: Unit, measure: Measure): number =>
  piecesOf(unit, measure).reduce((sum, { value }) => sum + value, 0);

export const measureWords: Record<Measure, { label: string; of: string }> = {
  work: { label: 'Work', of: 'floating-point operations of one item' },
  parameters: { label: 'Parameters', of: 'numbers that are trained' },
  memory: { label: 'Memory', of: 'results of one item that wait for the backward pass' },
  time: { label: 'Time', of: 'of one step, measured' },
};

/** Seconds below one as milliseconds with three digits: a block takes microseconds. */
export function time(seconds: number): string {
  if (seconds >= 1) return `${Number(seconds.toPrecision(3))}\u00a0s`;
  return seconds >= 1e-3
    ? `${Number((seconds * 1e3).toPrecision(3))}\u00a0ms`
    : `${Number((seconds * 1e6).toPrecision(3))}\u00a0µs`;
}

export function valueText(value: number, measure: Measure): string {
  if (measure === 'memory') return bytes(value);
  if (measure === 'time') return time(value);
  return measure === 'work' ? `${compact(value)}\u00a0FLOP` : compact(value);
}

export const shapeText = (shape: readonly number[] | undefined): string =>
  shape === undefined ? '' : shape.length === 0 ? 'one number' : shape.map((size) => count(size)).join(' × ');

export const titleOf = ({ kind, name }: Pick<Unit, 'kind' | 'name'>): string =>
  kind === 'input' ? 'what is fed' : kind === 'optimizer' ? 'shared by all blocks' : name;
