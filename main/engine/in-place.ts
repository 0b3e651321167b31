/**
 * Proves which variables may be overwritten where they lie, so that training needs one copy of them, not two.
 *
 * The proof is for one model. Where a step is several (micro-batches, phases), they run one after another, and each has
 * its own proof: a variable may be written in place by one of them and into a second array by another.
 */

import type { Node } from './graph';
import { reachable } from './graph';
import type { OpName } from './ops/attributes';
import type { Tensor } from './tensor';

/** Ops whose result may share memory with their input: a reader of the view is a reader of the variable. */
const VIEWS: ReadonlySet<OpName> = new Set(['reshape', 'stopGradient', 'straightThrough', 'recompute', 'after']);

/** Ops that read and write one element at a time, at the same place. */
const ELEMENTWISE: ReadonlySet<OpName> = new Set(['add', 'sub', 'mul', 'div', 'scale', 'plus', 'where']);

/**
 * Writing a variable's new value over its old one is safe when every node that reads the old value must have run
 * before: when each reader is an ancestor of the node that computes the new value (or is that node), and that node
 * works element by element. ONNX Runtime orders nodes by their inputs only, so nothing weaker will do: without this
 * rule a weight was seen to change before its own backward pass had read it, with no error and a wrong loss.
 */
export function inPlaceVariables(
  outputs: readonly Tensor[],
  updates: readonly { readonly variable: Tensor; readonly next: Tensor }[],
): Set<Node> {
  const readers = readersOf(reachable(outputs.map(({ node }) => node)));
  const safe = new Set<Node>();
  for (const { variable, next } of updates) {
    if (!ELEMENTWISE.has(next.node.op)) continue;
    const before = new Set(reachable([next.node]));
    const reads = viewReaders(variable.node, readers);
    if (reads.every((reader) => before.has(reader))) safe.add(variable.node);
  }
  return safe;
}

function readersOf(nodes: readonly Node[]): Map<Node, Node[]> {
  const readers = new Map<Node, Node[]>();
  for (const node of nodes) {
    for (const input of new Set(node.inputs)) readers.set(input, [...(readers.get(input) ?? []), node]);
  }
  return readers;
}

/** All readers of a node and of its views. */
function viewReaders(node: Node, readers: ReadonlyMap<Node, Node[]>): Node[] {
  return (readers.get(node) ?? []).flatMap((reader) =>
    VIEWS.has(reader.op) ? [reader, ...viewReaders(reader, readers)] : [reader],
  );
}
