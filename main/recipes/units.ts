/**
 * Finds the ReLU, sigmoid and tanh units of a head by walking its graph, so that a recipe need not name them: a head of
 * its own tells of each unit and item whether it is alive, or how near to its limits.
 */
import { type Node, reachable } from '#main/engine/graph';
import { isFixed } from '#main/engine/shape';
import { Tensor } from '#main/engine/tensor';
import { type HeadOptions, headsOf } from './head';
import type { Head, System } from './recipe';

export type UnitKind = 'relu' | 'limited';

/** What an output of the head tells: `relu:encoder.hidden1` → [n·, units]. */
export function partsOfUnit(name: string): { kind: UnitKind; block: string } {
  const [kind, block] = name.split(':') as [UnitKind, string];
  return { kind, block };
}

/** A slope below this share of the largest one is as good as none. */
const flat = 0.1;

/**
 * A head whose outputs `relu:…` are the largest value of each unit, and `limited:…` the share of its values that are
 * saturated, each [n, units] for an item or a place of it. Undefined where a system has no such units.
 */
export function unitsHead(system: Pick<System, 'heads' | 'inside'>): Head | undefined {
  const { heads, inside } = system;
  const watched = inside?.units ? heads[inside.units] : (heads['reconstruct'] ?? heads['embed']);
  const { model, inputs } = watched ?? {};
  if (!model || !inputs || Object.keys(inputs).join() !== 'x') return undefined;
  const outputs: HeadOptions['outputs'] = (scope, fed) => unitsOf(model(scope, fed), inside?.meant ?? []);
  const head = headsOf({ units: { title: 'What its units do', inputs, outputs } })['units']!;
  return Object.keys(head.outputs).length > 0 ? head : undefined;
}

function unitsOf(results: Record<string, Tensor>, meant: readonly string[]): Record<string, Tensor> {
  const ends = new Set(Object.values(results).map(({ node }) => node));
  const graph = Object.values(results)[0]!.graph;
  const found: Record<string, Tensor> = {};
  for (const node of reachable(ends)) {
    const kind = kindOf(node);
    // What a head gives out is meant to reach its limits: black pixels, chances of 0.
    if (!kind || ends.has(node) || !isOfItems(node)) continue;
    const block = blockOf(node);
    if (meant.some((one) => block === one || block.startsWith(`${one}.`))) continue;
    found[unique(`${kind}:${block}`, found)] = toldOf(node, new Tensor(graph, node));
  }
  return found;
}

const kindOf = ({ op }: Node): UnitKind | undefined =>
  op === 'relu' ? 'relu' : op === 'sigmoid' || op === 'tanh' ? 'limited' : undefined;

/** [n·, units] or [n·, units, h, w] of an open batch. */
const isOfItems = ({ shape }: Node): boolean => (shape.length === 2 || shape.length === 4) && !isFixed(shape[0]!);

function toldOf({ op, shape }: Node, y: Tensor): Tensor {
  const space = shape.length === 4 ? [2, 3] : [];
  if (op === 'relu') return space.length > 0 ? y.max(space) : y;
  // Slopes: y (1 − y), at most ¼, and 1 − y², at most 1.
  const slope = op === 'sigmoid' ? y.mul(y.neg().plus(1)).scale(4) : y.square().neg().plus(1);
  const saturated = slope.less(flat).cast('float32');
  return space.length > 0 ? saturated.mean(space) : saturated;
}

/** The block of the nearest variable behind a node: `encoder.hidden1.weight` → `encoder.hidden1`. */
function blockOf(node: Node): string {
  const open = [...node.inputs];
  for (let next = open.shift(); next; next = open.shift()) {
    const { op, attributes } = next;
    if (op === 'variable' && 'name' in attributes) return attributes.name.slice(0, attributes.name.lastIndexOf('.'));
    open.push(...next.inputs);
  }
  return 'input';
}

function unique(name: string, taken: Record<string, unknown>): string {
  let free = name;
  for (let i = 2; free in taken; i++) free = `${name}${i}`;
  return free;
}
