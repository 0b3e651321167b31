/** Graph to ONNX: only what the outputs need, each op by its own lowering for the target. */

import { TensorProto_DataType } from 'onnx-buf';
import type { Node } from './graph';
import { reachable } from './graph';
import type { OnnxConstant, Target, Value } from './onnx/emitter';
import { Emitter } from './onnx/emitter';
import { encode, everyNode } from './onnx/encode';
import type { OpName } from './ops/attributes';
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
  /** Ops that compute in float16: their float32 inputs are narrowed, their results widened again. */
  half?: ReadonlySet<OpName>;
}

export function lower({ inputs, outputs, target, baked, metadata, half }: Lowering): Uint8Array<ArrayBuffer> {
  const emit = new Emitter(target);
  const values = new Map<Node, Value>();
  const narrowed = new Map<string, Value>();
  for (const node of reachable([...outputs.values()].map((tensor) => tensor.node))) {
    const inputs = node.inputs.map((input) => values.get(input)!);
    values.set(node, half?.has(node.op) ? lowerHalf(emit, node, inputs, narrowed) : lowerNode(emit, node, inputs));
  }
  const leaves = inputs.map(({ node }) => ({ name: leafName(node), shape: node.shape, dtype: node.dtype }));
  const fed = leaves.filter(({ name }) => !baked?.has(name));
  for (const { name, shape, dtype } of leaves) {
    const data = baked?.get(name);
    if (data) emit.constants.push({ name, shape: shape.map(Number), dtype, data });
  }
  const names = new OutputNames(
    emit,
    leaves.map(({ name }) => name),
  );
  const results = [...outputs].map(([name, { node }]) => names.give(name, values.get(node)!));
  const model = { nodes: emit.nodes, constants: emit.constants, inputs: fed, outputs: results };
  return encode(metadata ? { ...model, metadata } : model);
}

function lowerNode(emit: Emitter, node: Node, inputs: readonly Value[]): Value {
  const { op, attributes, shape, dtype } = node;
  emit.origin = node.id;
  return { name: opOf(op).lower(emit, inputs, attributes as never, { shape, dtype }), shape, dtype };
}

/** `narrowed` remembers what was cast already: a weight is read by the forward and by the backward pass. */
function lowerHalf(emit: Emitter, node: Node, inputs: readonly Value[], narrowed: Map<string, Value>): Value {
  emit.origin = node.id;
  const narrow = (value: Value): Value => {
    if (value.dtype !== 'float32') return value;
    const known = narrowed.get(value.name);
    const cast = known ?? { ...value, name: emit.node('Cast', [value], { to: TensorProto_DataType.FLOAT16 }) };
    narrowed.set(value.name, cast);
    return cast;
  };
  const result = emit.inHalf(() => lowerNode(emit, node, inputs.map(narrow)));
  return { ...result, name: emit.node('Cast', [result], { to: TensorProto_DataType.FLOAT }) };
}

export function leafName(node: Node): string {
  if ('name' in node.attributes) return node.attributes.name;
  throw new Error(`internal: ${node.op} is not a named leaf`);
}

/** Gives values the names under which the model returns them. */
class OutputNames {
  readonly #emit: Emitter;
  /** Names that must stay: inputs, constants, and outputs once they are given. */
  readonly #fixed: Set<string>;
  /** The present name of a value that was renamed. */
  readonly #present = new Map<string, string>();

  constructor(emit: Emitter, inputs: readonly string[]) {
    this.#emit = emit;
    this.#fixed = new Set(inputs);
    if (this.#fixed.size < inputs.length) throw new Error('compile: an input and a variable have the same name');
    for (const { name } of emit.constants) this.#fixed.add(name);
  }

  /** Renames the value where it is free to change; otherwise copies it under the new name. */
  give(name: string, value: Value): Value {
    if (this.#fixed.has(name)) throw new Error(`compile: two values are called ${name}; rename one`);
    const present = this.#present.get(value.name) ?? value.name;
    if (this.#fixed.has(present)) this.#rename(this.#emit.node('Identity', [present]), name);
    else {
      this.#rename(present, name);
      this.#present.set(value.name, name);
    }
    this.#fixed.add(name);
    return { ...value, name };
  }

  #rename(from: string, to: string): void {
    for (const { inputs, outputs } of everyNode(this.#emit.nodes)) {
      replace(inputs, from, to);
      replace(outputs, from, to);
    }
  }
}

function replace(names: string[], from: string, to: string): void {
  names.forEach((name, place) => {
    if (name === from) names[place] = to;
  });
}
