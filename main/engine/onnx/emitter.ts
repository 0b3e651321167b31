/** Collects ONNX nodes and constants while a graph is lowered. Speaks names and numbers; protobuf waits in encode.ts. */

import type { ConstantData } from '../ops/attributes';
import type { DType, Signature } from '../shape';

/**
 * What the graph is written for. `cpu` and `webgpu` choose the kernels measured fastest there; `portable` keeps to
 * standard ONNX operators, for files that leave the program.
 */
export type Target = 'cpu' | 'webgpu' | 'portable';

/** Wraps a number that ONNX must store as a float; a plain number is stored as an integer. */
export interface FloatAttribute {
  readonly float: number;
}

export type Attribute = number | readonly number[] | string | FloatAttribute;

export interface OnnxNode {
  readonly type: string;
  readonly domain: string;
  readonly inputs: string[];
  readonly outputs: string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxConstant extends Signature {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: ConstantData;
}

/** A tensor inside the ONNX graph. */
export interface Value extends Signature {
  readonly name: string;
}

const SHARED_ELEMENTS = 64; // equal constants up to this size are stored once

export class Emitter {
  readonly target: Target;
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxConstant[] = [];
  readonly #shared = new Map<string, string>();
  #count = 0;

  constructor(target: Target) {
    this.target = target;
  }

  /** Adds a node with one output and returns that output's name. */
  node(
    type: string,
    inputs: readonly (Value | string)[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = '',
  ): string {
    const output = `/v${this.#count++}`; // the slash keeps it apart from the names of inputs and variables
    const names = inputs.map((input) => (typeof input === 'string' ? input : input.name));
    this.nodes.push({ type, domain, inputs: names, outputs: [output], attributes });
    return output;
  }

  constant(data: ConstantData, shape: readonly number[], dtype: DType): string {
    const key = data.length > SHARED_ELEMENTS ? undefined : `${dtype}|${shape}|${Array.from(data, keep)}`;
    const known = key && this.#shared.get(key);
    if (known) return known;
    const name = `/c${this.#count++}`;
    this.constants.push({ name, shape, dtype, data });
    if (key) this.#shared.set(key, name);
    return name;
  }

  /** A float scalar []. */
  scalar(value: number): string {
    return this.constant(new Float32Array([value]), [], 'float32');
  }

  /** An int64 vector, the type in which ONNX takes axes and shapes. */
  ints(values: readonly number[]): string {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length], 'int64');
  }
}

/** −0 and 0 print alike but are different constants. */
const keep = (value: number | bigint): string => (Object.is(value, -0) ? '-0' : `${value}`);
