/** Collects ONNX nodes and constants while a graph is lowered. Speaks names and numbers; protobuf waits in encode.ts. */

import type { ConstantData } from '../ops/attributes';
import type { DType, Signature } from '../shape';
import { toHalf } from './half';

/**
 * How the graph is written. `cpu` and `webgpu` choose the kernels measured fastest there; `portable` keeps to standard
 * ONNX operators, for files that leave the program.
 */
export type Dialect = 'cpu' | 'webgpu' | 'portable';

/**
 * What the graph is written for. CUDA, DirectML and CoreML are written for in the portable dialect: the standard
 * operators are the one set that all of them promise, and no such machine was at hand to measure what is faster. What
 * a provider lacks even so, ONNX Runtime runs on the CPU, and the run's log names it.
 */
export type Target = Dialect | 'cuda' | 'dml' | 'coreml';

const dialectOf = (target: Target): Dialect => (target === 'cpu' || target === 'webgpu' ? target : 'portable');

/** Wraps a number that ONNX must store as a float; a plain number is stored as an integer. */
export interface FloatAttribute {
  readonly float: number;
}

/** A graph inside a node, the body of a loop. It may read every value of the graph around it by name. */
export interface OnnxBody {
  readonly nodes: readonly OnnxNode[];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

export type Attribute = number | readonly number[] | string | FloatAttribute | OnnxBody;

export const isBody = (value: Attribute): value is OnnxBody => typeof value === 'object' && 'nodes' in value;

export interface OnnxNode {
  readonly type: string;
  readonly domain: string;
  readonly inputs: string[];
  readonly outputs: string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** The node of the graph that it was lowered from; its name begins with it, so that a profile leads back there. */
  readonly origin?: number;
}

/** Types that exist in ONNX files alone: float16, as its 16 bits. */
export type StoredType = DType | 'float16';

export interface OnnxConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: StoredType;
  readonly data: ConstantData | Uint16Array;
}

/** A tensor inside the ONNX graph. */
export interface Value extends Signature {
  readonly name: string;
}

const SHARED_ELEMENTS = 64; // equal constants up to this size are stored once

export class Emitter {
  readonly target: Dialect;
  readonly nodes: OnnxNode[] = [];
  readonly constants: OnnxConstant[];
  readonly #shared: Map<string, string>;
  readonly #names: { count: number; origin?: number };
  #half = false;
  readonly #kept = new Map<string, readonly string[]>();

  /** With `around`, what it emits is a body inside that graph: names and constants are the whole model's. */
  constructor(target: Target, around?: Emitter) {
    this.target = dialectOf(target);
    this.constants = around?.constants ?? [];
    this.#shared = around ? around.#shared : new Map();
    this.#names = around ? around.#names : { count: 0 };
  }

  /** What is emitted from now on was lowered from this node of the graph. */
  set origin(id: number) {
    this.#names.origin = id;
  }

  /** Adds a node with one output and returns that output's name. */
  node(
    type: string,
    inputs: readonly (Value | string)[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = '',
  ): string {
    return this.nodeWith(1, type, inputs, attributes, domain)[0]!;
  }

  /** Adds a node with several outputs and returns their names. */
  nodeWith(
    results: number,
    type: string,
    inputs: readonly (Value | string)[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain = '',
  ): string[] {
    const outputs = Array.from({ length: results }, () => this.name());
    const names = inputs.map((input) => (typeof input === 'string' ? input : input.name));
    const { origin } = this.#names;
    const node = { type, domain, inputs: names, outputs: [...outputs], attributes };
    this.nodes.push(origin === undefined ? node : { ...node, origin });
    return outputs;
  }

  /** A name that no other value has, with its origin in it; the slash keeps it apart from inputs and variables. */
  name(): string {
    const { origin } = this.#names;
    return `/${origin === undefined ? '' : `${origin}:`}v${this.#names.count++}`;
  }

  /** The body of a Scan or Loop: `build` gets its own emitter and the inputs, and returns the outputs. */
  body(inputs: readonly Signature[], build: (emit: Emitter, inputs: Value[]) => Value[]): OnnxBody {
    const inner = new Emitter(this.target, this);
    const named = inputs.map(({ shape, dtype }) => ({ name: this.name(), shape, dtype }));
    const outputs = build(inner, named);
    return { nodes: inner.nodes, inputs: named, outputs };
  }

  /** Remembers further values that were computed on the way to `result`, for the lowering of its gradient. */
  keep(result: string, further: readonly string[]): string {
    this.#kept.set(result, further);
    return result;
  }

  kept(result: Value): readonly string[] {
    const further = this.#kept.get(result.name);
    if (!further) throw new Error(`internal: nothing was kept beside ${result.name}`);
    return further;
  }

  /** Inside `lowered`, float constants are written as float16, like the values beside them. */
  inHalf<T>(lowered: () => T): T {
    this.#half = true;
    const result = lowered();
    this.#half = false;
    return result;
  }

  constant(data: ConstantData | Uint16Array, shape: readonly number[], dtype: StoredType): string {
    if (this.#half && data instanceof Float32Array) return this.constant(toHalf(data), shape, 'float16');
    const key = data.length > SHARED_ELEMENTS ? undefined : `${dtype}|${shape}|${Array.from(data, keep)}`;
    const known = key && this.#shared.get(key);
    if (known) return known;
    const name = `/c${this.#names.count++}`;
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
