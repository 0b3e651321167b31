/** Which block of the network each node belongs to, read off the names of the variables that it works with. */

import type { Node } from '../graph';
import { reachable } from '../graph';
import type { Stage } from './node';

/** Fed data before any block. */
export const INPUT = 'input';
/** What follows the last block. */
export const OBJECTIVE = 'objective';
/** Updates that belong to no single block. */
export const OPTIMIZER = 'optimizer';

/** `encoder.down1.weight` → `encoder.down1`; a variable without a dot is its own block. */
export const blockOfVariable = (name: string): string => name.slice(0, name.lastIndexOf('.')) || name;

export function blocksOf(nodes: readonly Node[], stages: ReadonlyMap<Node, Stage>): Map<Node, string> {
  const forward = nodes.filter((node) => stages.get(node) === 'forward');
  const trained = new Set(reachable(nodes.flatMap(({ gradientOf }) => (gradientOf ? [gradientOf] : []))));
  const blocks = forwardBlocks(forward, trained);
  // In the order of the graph, so that gradients of gradients find theirs.
  for (const node of nodes) {
    const { gradientOf } = node;
    if (gradientOf) blocks.set(node, blocks.get(gradientOf) ?? OBJECTIVE);
  }
  const variables = forward.flatMap((node) => (node.op === 'variable' ? [nameOf(node)] : []));
  for (const node of nodes) if (stages.get(node) === 'update') blocks.set(node, updated(node, variables, blocks));
  return blocks;
}

const nameOf = ({ attributes }: Node): string => ('name' in attributes ? attributes.name : '');

/**
 * A node that reads a variable, or something computed from variables alone, is of that variable's block. Any other is
 * of the block whose result it reads, the latest where there are several: an activation belongs to its layer, a sum to
 * the branch that it closes. What reads fed data again, leads to no further block and hands gradients back compares: it
 * is the objective's, and so is all that follows.
 */
function forwardBlocks(nodes: readonly Node[], trained: ReadonlySet<Node>): Map<Node, string> {
  const owned = ownedByVariables(nodes);
  const leads = leadingToBlocks(nodes, owned);
  const blocks = new Map<Node, string>();
  for (const node of nodes) {
    const own = owned.get(node);
    if (own !== undefined) {
      blocks.set(node, own);
      continue;
    }
    const read = node.inputs.map((input) => owned.get(input)).findLast((name) => name !== undefined);
    if (read !== undefined) {
      blocks.set(node, read);
      continue;
    }
    if (node.inputs.some((input) => blocks.get(input) === OBJECTIVE)) {
      blocks.set(node, OBJECTIVE);
      continue;
    }
    const data = node.inputs.filter(({ op }) => op !== 'constant').sort((a, b) => a.id - b.id);
    const inherited = data.map((input) => blocks.get(input)!).findLast((name) => name !== INPUT) ?? INPUT;
    const ends = inherited !== INPUT && !leads.has(node) && trained.has(node);
    const compares = ends && data.some((input) => blocks.get(input) === INPUT);
    blocks.set(node, compares ? OBJECTIVE : inherited);
  }
  return blocks;
}

/** Variables, and what depends on variables and constants only: by the block of the variable. */
function ownedByVariables(nodes: readonly Node[]): Map<Node, string> {
  const owned = new Map<Node, string>();
  for (const node of nodes) {
    if (node.op === 'variable') owned.set(node, blockOfVariable(nameOf(node)));
    const names = node.inputs.map((input) => owned.get(input));
    const isOwned = node.inputs.every((input, place) => names[place] !== undefined || input.op === 'constant');
    const last = names.findLast((name) => name !== undefined);
    if (isOwned && last !== undefined) owned.set(node, last);
  }
  return owned;
}

/** Nodes from which a way leads to one that reads a variable. */
function leadingToBlocks(nodes: readonly Node[], owned: ReadonlyMap<Node, string>): Set<Node> {
  const leads = new Set<Node>();
  for (const node of nodes.toReversed()) {
    const reads = !owned.has(node) && node.inputs.some((input) => owned.has(input));
    if (reads || leads.has(node)) for (const input of node.inputs) leads.add(input);
  }
  return leads;
}

/** Moments are called after their parameter, so a leaf's block is that of the longest name that it begins with. */
function updated(node: Node, variables: readonly string[], blocks: ReadonlyMap<Node, string>): string {
  if (node.op === 'variable') {
    const name = nameOf(node);
    const own = variables
      .filter((variable) => `${name}.`.includes(`${variable}.`))
      .sort((a, b) => a.length - b.length)
      .at(-1);
    return own === undefined ? OPTIMIZER : blockOfVariable(own);
  }
  const names = node.inputs
    .map((input) => blocks.get(input))
    .filter((name) => name !== undefined && name !== INPUT && name !== OPTIMIZER);
  const [first] = names;
  return first !== undefined && names.every((name) => name === first) ? first : OPTIMIZER;
}
