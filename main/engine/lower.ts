/** Graph to ONNX: only what the outputs need, each op by its own lowering for the target. */

import type { Node } from './graph';
import { reachable } from './graph';
import type { OnnxConstant, Target, Value } from './onnx/emitter';
import { Emitter } from './onnx/emitter';
import { encode } from './onnx/encode';
import { opOf } from './ops/index';
import type { Tensor } from './tensor';

export interface Lowering {
  /** Model inputs, in order; unused ones stay, so a session may always feed them all. */
  inputs: readonly Tensor[];
  outputs: ReadonlyMap<string, Tensor>;
  target: Target;
  /** Values for inputs that become part of the model instead. */
  baked?: ReadonlyMap<string, OnnxConstant['data']>;
  metadata?: Readonly<Record<string, string>>;
}

export function lower({ inputs, outputs, target, baked, metadata }: Lowering): Uint8Array<ArrayBuffer> {
  const emit = new Emitter(target);
  const values = new Map<Node, Value>();
  for (const node of reachable([...outputs.values()].map((tensor) => tensor.node))) {
    values.set(node, lowerNode(emit, node, values));
  }
  const leaves = inputs.map(({ node }) => ({ name: leafName(node), shape: node.shape, dtype: node.dtype }));
  const fed = leaves.filter(({ name }) => !baked?.has(name));
  for (const { name, shape, dtype } of leaves) {
    const data = baked?.get(name);
    if (data) emit.constants.push({ name, shape: shape.map(Number), dtype, data });
  }
  const taken = new Set(leaves.map(({ name }) => name));
  if (taken.size < leaves.length) throw new Error('compile: an input and a variable have the same name');
  const results = [...outputs].map(([name, { node }]) => nameOutput(emit, name, values.get(node)!, taken));
  const model = { nodes: emit.nodes, constants: emit.constants, inputs: fed, outputs: results };
  return encode(metadata ? { ...model, metadata } : model);
}

function lowerNode(emit: Emitter, node: Node, values: ReadonlyMap<Node, Value>): Value {
  const { op, attributes, shape, dtype } = node;
  const inputs = node.inputs.map((input) => values.get(input)!);
  return { name: opOf(op).lower(emit, inputs, attributes as never, { shape, dtype }), shape, dtype };
}

export function leafName(node: Node): string {
  if ('name' in node.attributes) return node.attributes.name;
  throw new Error(`internal: ${node.op} is not a named leaf`);
}

/** Renames the value to the output's name where it is free to change; otherwise copies it under that name. */
function nameOutput(emit: Emitter, name: string, value: Value, taken: Set<string>): Value {
  if (taken.has(name)) throw new Error(`internal: two values are called ${name}`);
  taken.add(name);
  const isConstant = emit.constants.some((constant) => constant.name === value.name);
  if (isConstant || taken.has(value.name)) {
    const copy = emit.node('Identity', [value]);
    return nameOutput(emit, name, { ...value, name: copy }, new Set());
  }
  for (const { inputs, outputs } of emit.nodes) {
    replace(inputs, value.name, name);
    replace(outputs, value.name, name);
  }
  return { ...value, name };
}

function replace(names: string[], from: string, to: string): void {
  names.forEach((name, place) => {
    if (name === from) names[place] = to;
  });
}
