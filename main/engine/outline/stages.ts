/** Tells forward pass, backward pass and update apart. */

import type { Node } from '../graph';
import { reachable } from '../graph';
import { LEARNING_RATE } from '../program';
import type { Tensor } from '../tensor';
import type { Stage } from './node';

/**
 * Backward is what a gradient rule made. Forward is what the loss, the terms and the states need of the fed data without
 * any of that. What is left (norms of gradients, moments, new weights) is the update.
 */
export function stagesOf(nodes: readonly Node[], outputs: ReadonlyMap<string, Tensor>): Map<Node, Stage> {
  const fed = below(
    nodes,
    ({ op, attributes }) => op === 'input' && 'name' in attributes && attributes.name !== LEARNING_RATE,
  );
  const late = below(nodes, ({ gradientOf, attributes }) => {
    return gradientOf !== undefined || ('name' in attributes && attributes.name === LEARNING_RATE);
  });
  const roots = [...outputs.values()].map(({ node }) => node).filter((node) => fed.has(node) && !late.has(node));
  // The loss itself is a root too, where it is not reported.
  const walked = nodes.flatMap(({ gradientOf }) => (gradientOf ? [gradientOf] : []));
  const forward = new Set(reachable([...roots, ...walked]));
  const stageOf = (node: Node): Stage => {
    if (node.gradientOf) return 'backward';
    return forward.has(node) ? 'forward' : 'update';
  };
  const isUpdate = outputs.size > 0 && nodes.some(({ gradientOf }) => gradientOf);
  const isForwardOnly = !isUpdate && nodes.every((node) => !late.has(node));
  return new Map(nodes.map((node) => [node, isForwardOnly ? 'forward' : stageOf(node)]));
}

/** The nodes that `starts` holds for, and all that depend on one. */
function below(nodes: readonly Node[], starts: (node: Node) => boolean): Set<Node> {
  const found = new Set<Node>();
  for (const node of nodes) if (starts(node) || node.inputs.some((input) => found.has(input))) found.add(node);
  return found;
}
