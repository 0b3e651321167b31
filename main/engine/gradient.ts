/** Reverse-mode differentiation from graph to graph: a gradient is a tensor like any other, and has gradients itself. */

import { accumulated } from './accumulate';
import type { Node } from './graph';
import { reachable } from './graph';
import { opOf } from './ops/index';
import { recomputedGradients } from './recompute';
import { show } from './shape';
import { Tensor } from './tensor';

/** dloss/dx for each x in `wrt`; zeros where the loss does not depend on x. */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  const found = knownGradients(loss, wrt);
  return wrt.map((x) => found.get(x.node.id) ?? loss.constant(0).broadcastTo(x.shape));
}

/** The gradients that exist, by node id. */
export function knownGradients(loss: Tensor, wrt: readonly Tensor[]): Map<number, Tensor> {
  if (loss.rank !== 0 || loss.dtype !== 'float32') {
    throw new Error(
      `gradients: the loss must be a float32 scalar, got ${loss.dtype} ${show(loss.shape)}; reduce it first`,
    );
  }
  return pulledBack(loss, loss.constant(1), wrt);
}

/** From g = dL/dy to dL/dx for each x that y depends on, by node id. Nothing flows further than `ends`. */
function pulledBack(y: Tensor, g: Tensor, wrt: readonly Tensor[], ends?: ReadonlySet<Node>): Map<number, Tensor> {
  const { graph } = y;
  const nodes = reachable([y.node]);

  // Forwards: which nodes depend on an x at all.
  const depends = new Set(wrt.map((x) => x.node));
  for (const node of nodes) if (node.inputs.some((input) => depends.has(input))) depends.add(node);

  // Backwards: each node hands its gradient on, and where two meet they add up.
  const found = new Map<number, Tensor>([[y.node.id, g]]);
  for (const node of nodes.reverse()) {
    const gradient = found.get(node.id);
    if (!gradient || !depends.has(node) || node.inputs.length === 0 || ends?.has(node)) continue;
    const inputs = node.inputs.map((input) => new Tensor(graph, input));
    graph.walkBack(node, () => {
      const parts = partsOf(node, inputs, gradient);
      node.inputs.forEach((input, place) => {
        const part = parts[place];
        if (!part || !depends.has(input)) return;
        const sum = found.get(input.id);
        found.set(input.id, sum ? accumulated(sum, part) : part);
      });
    });
  }
  return found;
}

/** dL/dinput of one node. */
function partsOf(node: Node, inputs: readonly Tensor[], g: Tensor): (Tensor | undefined)[] {
  if (node.op === 'recompute') return recomputedGradients(inputs, g, pullBack);
  return opOf(node.op).gradient({ inputs, y: new Tensor(g.graph, node), g }, node.attributes as never);
}

function pullBack(y: Tensor, g: Tensor, wrt: readonly Tensor[]): (Tensor | undefined)[] {
  const ends = new Set(wrt.map((x) => x.node));
  const found = pulledBack(y, g, wrt, ends);
  return wrt.map((x) => found.get(x.node.id));
}
