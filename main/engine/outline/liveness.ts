/** How long each result must be kept, and how much memory that takes. */

import type { Node } from '../graph';
import type { OpName } from '../ops/attributes';
import type { Tensor } from '../tensor';
import type { Stage } from './node';

/** Results that are another name of their (first or last) input's memory. */
const VIEWS: ReadonlyMap<OpName, 0 | 1> = new Map([
  ['reshape', 0],
  ['stopGradient', 0],
  ['straightThrough', 1],
  ['recompute', 0],
  ['after', 0],
]);
/** Ops that ONNX Runtime lets write over an input which nobody reads afterwards. */
const OVERWRITING: ReadonlySet<OpName> = new Set([
  'add',
  'sub',
  'mul',
  'div',
  'scale',
  'plus',
  'sqrt',
  'exp',
  'relu',
  'leakyRelu',
  'sigmoid',
  'tanh',
  'clip',
  'abs',
]);
const LEAVES: ReadonlySet<OpName> = new Set(['input', 'variable', 'constant']);

interface About {
  stages: ReadonlyMap<Node, Stage>;
  bytes(node: Node): number;
  /** Bytes that a node needs beside its result. */
  workspace(node: Node): number;
  outputs: ReadonlyMap<string, Tensor>;
}

export interface Liveness {
  /** Forward results that the backward pass reads. */
  kept: Set<Node>;
  keptBytes: number;
  peakBytes: number;
}

export function liveness(nodes: readonly Node[], { stages, bytes, workspace, outputs }: About): Liveness {
  const base = basesOf(nodes);
  const kept = new Set<Node>();
  for (const node of nodes) {
    if (stages.get(node) === 'forward') continue;
    for (const input of node.inputs) {
      const held = base.get(input)!;
      if (stages.get(held) === 'forward' && !LEAVES.has(held.op)) kept.add(held);
    }
  }
  const keptBytes = [...kept].reduce((sum, node) => sum + bytes(node), 0);
  const beside = nodes.reduce((sum, node) => sum + workspace(node), 0);
  return { kept, keptBytes, peakBytes: peak(nodes, base, bytes, outputs) + beside };
}

/** The node in whose memory each result lies. */
function basesOf(nodes: readonly Node[]): Map<Node, Node> {
  const base = new Map<Node, Node>();
  for (const node of nodes) {
    const place = VIEWS.get(node.op);
    base.set(node, place === undefined ? node : base.get(node.inputs[place]!)!);
  }
  return base;
}

function peak(
  order: readonly Node[],
  base: ReadonlyMap<Node, Node>,
  bytes: (node: Node) => number,
  outputs: ReadonlyMap<string, Tensor>,
): number {
  const last = new Map<Node, number>();
  order.forEach((node, at) => {
    last.set(base.get(node)!, at);
    for (const input of node.inputs) last.set(base.get(input)!, at);
  });
  for (const { node } of outputs.values()) last.set(base.get(node)!, order.length);
  let [alive, most] = [0, 0];
  order.forEach((node, at) => {
    const dying = new Set(node.inputs.map((input) => base.get(input)!).filter((held) => last.get(held) === at));
    if (base.get(node) === node && !LEAVES.has(node.op)) {
      const size = bytes(node);
      const taken = OVERWRITING.has(node.op)
        ? [...dying].find((held) => !LEAVES.has(held.op) && bytes(held) === size)
        : undefined;
      if (taken) dying.delete(taken);
      else alive += size;
      most = Math.max(most, alive);
    }
    for (const held of dying) if (!LEAVES.has(held.op)) alive -= bytes(held);
    if (last.get(node) === at && base.get(node) === node && !LEAVES.has(node.op)) alive -= bytes(node);
  });
  return most;
}
