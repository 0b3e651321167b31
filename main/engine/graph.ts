/** The graph that tracing builds: append-only, in topological order, equal nodes shared. */

import type { OpAttributes, OpName } from './ops/attributes';
import type { Signature } from './shape';

export interface Node extends Signature {
  /** Position in the graph; inputs always have smaller ids. */
  readonly id: number;
  readonly op: OpName;
  readonly inputs: readonly Node[];
  readonly attributes: OpAttributes[OpName];
  /** The node whose gradient this one helps to compute; none in the forward pass and the update. */
  readonly gradientOf?: Node;
}

/** The shape and dtype of an op's result; throws a clear sentence when the inputs do not fit. */
export type Infer = (op: OpName, inputs: readonly Signature[], attributes: OpAttributes[OpName]) => Signature;

/** Constants above this size are not compared when looking for an equal node. */
const COMPARED_ELEMENTS = 64;

export class Graph {
  readonly nodes: Node[] = [];
  readonly #infer: Infer;
  readonly #known = new Map<string, Node>();
  #walked: Node | undefined;

  /** The rules come from outside, so that tensors can speak of ops without importing them. */
  constructor(infer: Infer) {
    this.#infer = infer;
  }

  /** The node for this op on these inputs: an existing one when an equal one exists. */
  apply<N extends OpName>(op: N, inputs: readonly Node[], attributes: OpAttributes[N]): Node {
    for (const input of inputs) {
      if (this.nodes[input.id] !== input) throw new Error(`${op}: the tensors belong to two different programs`);
    }
    const key = keyOf(op, inputs, attributes);
    const known = key && this.#known.get(key);
    if (known) return known;
    const { shape, dtype } = this.#infer(op, inputs, attributes);
    const gradientOf = this.#walked;
    const node: Node = {
      id: this.nodes.length,
      op,
      inputs,
      attributes,
      shape,
      dtype,
      ...(gradientOf && { gradientOf }),
    };
    this.nodes.push(node);
    if (key) this.#known.set(key, node);
    return node;
  }

  /** What `build` adds to the graph belongs to the gradient of `node`. */
  walkBack<T>(node: Node, build: () => T): T {
    const before = this.#walked;
    this.#walked = node;
    try {
      return build();
    } finally {
      this.#walked = before;
    }
  }
}

function keyOf(op: OpName, inputs: readonly Node[], attributes: OpAttributes[OpName]): string | undefined {
  if ('data' in attributes) {
    const { data, shape, dtype } = attributes;
    return data.length > COMPARED_ELEMENTS ? undefined : `constant|${dtype}|${shape}|${Array.from(data, signed)}`;
  }
  return `${op}|${inputs.map((input) => input.id)}|${JSON.stringify(attributes, (_, value) => signed(value))}`;
}

/** Text that keeps −0, NaN and the infinities apart, which JSON does not. */
const signed = (value: unknown): unknown =>
  typeof value === 'number' && (Object.is(value, -0) || !Number.isFinite(value))
    ? Object.is(value, -0)
      ? '-0'
      : `${value}`
    : typeof value === 'bigint'
      ? `${value}`
      : value;

/** Every node that the given ones are computed from, themselves included, in topological order. */
export function reachable(from: Iterable<Node>): Node[] {
  const seen = new Set<Node>();
  const open = [...from];
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    open.push(...node.inputs);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}
