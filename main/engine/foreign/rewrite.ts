/** Changes a foreign graph from outside, without knowing its operators: other names, fewer nodes, other outputs. */

import type { GraphProto, NodeProto } from 'onnx-buf';
import { bodiesOf, graphsOf } from './parse';

/**
 * Gives every value of the graph, and of the bodies inside it, the name that `rename` says. The empty name stays: it
 * marks an input that is left out.
 */
export function renameValues(graph: GraphProto, rename: (name: string) => string): void {
  const named = (name: string) => (name === '' ? '' : rename(name));
  for (const one of graphsOf(graph)) {
    for (const value of [...one.input, ...one.output, ...one.valueInfo, ...one.initializer])
      value.name = named(value.name);
    for (const annotation of one.quantizationAnnotation) annotation.tensorName = named(annotation.tensorName);
    for (const node of one.node) {
      node.input = node.input.map(named);
      node.output = node.output.map(named);
    }
  }
}

/** Names that a node reads, those that its bodies take from around it included. */
export const readBy = (node: NodeProto): string[] => [
  ...node.input,
  ...bodiesOf(node).flatMap((body) => [
    ...body.node.flatMap(readBy),
    ...body.output.map(({ name }) => name), // a body may hand on a value from around it
  ]),
];

/** Every value that the graph itself gives a name: what may be asked for as an output. In the order of computation. */
export const valuesOf = (graph: GraphProto): string[] =>
  graph.node.flatMap(({ output }) => output.filter((name) => name !== ''));

/** Leaves out the nodes and weights that none of the named values depends on. */
export function keepOnly(graph: GraphProto, wanted: readonly string[]): void {
  const needed = new Set(wanted);
  const makers = new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const kept = new Set<NodeProto>();
  const open = [...wanted];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const maker = makers.get(name);
    if (!maker || kept.has(maker)) continue;
    kept.add(maker);
    for (const read of readBy(maker)) {
      needed.add(read);
      open.push(read);
    }
  }
  graph.node = graph.node.filter((node) => kept.has(node));
  graph.initializer = graph.initializer.filter(({ name }) => needed.has(name));
  graph.input = graph.input.filter(({ name }) => needed.has(name));
  graph.valueInfo = []; // only hints, and they may speak of what is gone
  graph.quantizationAnnotation = [];
}

/** Operators between a classifier's last linear layer and its output, that change no order of what it knows. */
const afterwards: ReadonlySet<string> = new Set(['Softmax', 'LogSoftmax', 'Sigmoid', 'Identity', 'Cast', 'Add']);

/**
 * What goes into the last linear layer of a classifier: features that know more than the classes. Undefined where the
 * output does not come from one.
 */
export function penultimate(graph: GraphProto): string | undefined {
  const makers = new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const constants = new Set(graph.initializer.map(({ name }) => name));
  for (const { opType, output } of graph.node)
    if (opType === 'Constant') for (const name of output) constants.add(name);
  const flows = ({ input }: NodeProto) => input.find((name) => name !== '' && !constants.has(name));
  let name = graph.output[0]?.name;
  for (let back = 0; back < 6 && name !== undefined; back++) {
    const maker = makers.get(name);
    if (!maker) return undefined;
    const before = flows(maker);
    if (maker.opType === 'Gemm' || maker.opType === 'MatMul')
      return before !== undefined && constants.has(maker.input[1] ?? '') && makers.has(before) ? before : undefined;
    if (!afterwards.has(maker.opType)) return undefined;
    name = before;
  }
  return undefined;
}
