/** The leaves of a traced program and what is said about its results; shared by training and forward programs. */

import type { Graph } from './graph';
import { reachable } from './graph';
import { opOf } from './ops/index';
import type { Inputs, Signatures } from './program';
import { LEARNING_RATE } from './program';
import type { Signature } from './shape';
import { Tensor } from './tensor';

export type Traced = Record<string, Tensor>;

export function leaf(graph: Graph, name: string, { shape, dtype }: Signature): Tensor {
  return new Tensor(graph, graph.apply('input', [], { name, shape, dtype }));
}

export function traceInputs(graph: Graph, inputs: Inputs): Traced {
  if (LEARNING_RATE in inputs) throw new Error(`compile: the input name ${LEARNING_RATE} is taken by the engine`);
  return Object.fromEntries(Object.entries(inputs).map(([name, spec]) => [name, leaf(graph, name, spec)]));
}

/** Integers leave a program as int32: positions fit, and JavaScript reads them without BigInt. */
export const readable = (tensor: Tensor): Tensor => (tensor.dtype === 'int64' ? tensor.cast('int32') : tensor);

export const signatures = (tensors: Record<string, Tensor>): Signatures =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      const { shape, dtype } = readable(tensor);
      return [name, { shape, dtype }];
    }),
  );

export function countFlops(outputs: Iterable<Tensor>): number {
  const nodes = reachable([...outputs].map(({ node }) => node));
  return nodes.reduce(
    (total, node) => total + (opOf(node.op).flops?.(node.inputs, node.attributes as never, node) ?? 0),
    0,
  );
}
