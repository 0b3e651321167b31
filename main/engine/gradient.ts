/** Reverse-mode differentiation from graph to graph: a gradient is a tensor like any other, and has gradients itself. */

import { reachable } from './graph';
import { opOf } from './ops/index';
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
  const nodes = reachable([loss.node]);

  // Forwards: which nodes depend on an x at all.
  const depends = new Set(wrt.map((x) => x.node));
  for (const node of nodes) if (node.inputs.some((input) => depends.has(input))) depends.add(node);

  // Backwards: each node hands its gradient on, and where two meet they add up.
  const found = new Map<number, Tensor>([[loss.node.id, loss.constant(1)]]);
  for (const node of nodes.reverse()) {
    const g = found.get(node.id);
    if (!g || !depends.has(node) || node.inputs.length === 0) continue;
    const inputs = node.inputs.map((input) => new Tensor(loss.graph, input));
    const y = new Tensor(loss.graph, node);
    loss.graph.walkBack(node, () => {
      const parts = opOf(node.op).gradient({ inputs, y, g }, node.attributes as never);
      node.inputs.forEach((input, place) => {
        const part = parts[place];
        if (!part || !depends.has(input)) return;
        const sum = found.get(input.id);
        found.set(input.id, sum ? sum.add(part) : part);
      });
    });
  }
  return found;
}
