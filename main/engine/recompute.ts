/**
 * Activation checkpointing (Chen et al. 2016, arXiv:1604.06174) trades time for memory: a part of the model is not kept
 * for the backward pass but computed again there, from its inputs.
 *
 * ONNX Runtime orders nodes by their inputs only. Two ties keep it from undoing the saving: the second computation
 * waits for the gradient that comes in, and the gradient that goes out waits for the gradients of the weights, so that
 * one part is done with, and its memory free, before the one in front of it begins.
 */

import type { Node } from './graph';
import type { OpName } from './ops/attributes';
import { Tensor } from './tensor';

const LEAVES: ReadonlySet<OpName> = new Set(['input', 'variable', 'constant']);

/** Larger variables are left untied: what is computed from them alone is computed once and kept. */
const TIED_ELEMENTS = 4096;

/**
 * body(x), whose inner results are computed a second time in the backward pass instead of being kept from the first.
 * Values and gradients are those of body(x). For a stack of n equal layers the kept memory falls from n layers to n
 * inputs and one layer, for about a third more work.
 *
 * The body may use variables and other tensors of the program; it must return one tensor.
 */
export function recompute(x: Tensor, body: (x: Tensor) => Tensor): Tensor {
  const start = x.graph.nodes.length;
  const y = body(x);
  const isMade = ({ id, op }: Node) => id >= start && !LEAVES.has(op);
  if (!isMade(y.node)) return y;
  const sources = new Set(walk(y.node, isMade).flatMap(({ inputs }) => inputs.filter((input) => !isMade(input))));
  const read = [...sources].filter(({ op }) => op !== 'constant').sort((a, b) => a.id - b.id);
  return y.apply(
    'recompute',
    read.map((node) => new Tensor(x.graph, node)),
    {},
  );
}

/** From dL/dy to dL/dx of further tensors, of those that y depends on. */
export type PullBack = (y: Tensor, g: Tensor, wrt: readonly Tensor[]) => (Tensor | undefined)[];

/** dL/dinput of a `recompute` node. inputs: its result, then what that was computed from. */
export function recomputedGradients(inputs: readonly Tensor[], g: Tensor, pullBack: PullBack): (Tensor | undefined)[] {
  const [y, ...sources] = inputs as [Tensor, ...Tensor[]];
  const tied = sources.map((source) => (isTied(source.node) ? source.after([g]) : source));
  const again = retraced(y, new Map(sources.map((source, place) => [source.node, tied[place]!.node])));
  const parts = pullBack(again, g, tied);
  const isWeight = parts.map((part, place) => part && sources[place]!.node.op === 'variable');
  const weights = parts.filter((_, place) => isWeight[place]) as Tensor[];
  return [undefined, ...parts.map((part, place) => (isWeight[place] ? part : part?.after(weights)))];
}

function isTied({ op, shape, dtype }: Node): boolean {
  if (dtype === 'bool' || dtype === 'int64') return false; // WebGPU cannot add these
  return op !== 'variable' || shape.reduce((total: number, dim) => total * Number(dim), 1) <= TIED_ELEMENTS;
}

/** The same computation from other sources: nodes between them and y are applied anew. */
function retraced(y: Tensor, sources: ReadonlyMap<Node, Node>): Tensor {
  const made = new Map(sources);
  for (const node of walk(y.node, (inner) => !sources.has(inner) && inner.op !== 'constant')) {
    const inputs = node.inputs.map((input) => made.get(input) ?? input);
    made.set(node, y.graph.apply(node.op, inputs, node.attributes as never));
  }
  return new Tensor(y.graph, made.get(y.node)!);
}

/** The nodes behind `from` that are inside, itself included, in topological order. */
function walk(from: Node, isInside: (node: Node) => boolean): Node[] {
  const found = new Set<Node>();
  const open = [from];
  for (let node = open.pop(); node; node = open.pop()) {
    if (found.has(node) || !isInside(node)) continue;
    found.add(node);
    open.push(...node.inputs);
  }
  return [...found].sort((a, b) => a.id - b.id);
}
