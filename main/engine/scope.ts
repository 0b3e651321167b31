/** Where a model declares its variables while it is traced: each gets a dotted name, a shape and a start value. */

import type { Graph } from './graph';
import type { Init } from './init';
import { zeros } from './init';
import type { ConstantData } from './ops/attributes';
import type { DType } from './shape';
import { sameShape, show } from './shape';
import { Tensor } from './tensor';

/** `parameter` is trained by the optimizer, `state` is set by the objective, `moment` belongs to the optimizer. */
export type VariableKind = 'parameter' | 'state' | 'moment';

export interface VariableSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32';
  readonly kind: VariableKind;
  readonly init: Init;
  /** Whether weight decay applies. */
  readonly decay: boolean;
  /** A variable that gives this one its start value, where it is not given itself. */
  readonly startsAs?: string;
}

export interface Declared extends VariableSpec {
  readonly tensor: Tensor;
}

/** A state that moves towards a parameter after each of its updates. */
export interface Follower {
  readonly name: string;
  readonly parameter: string;
  /** How much of the old value is kept. */
  readonly decay: number | Tensor;
}

/** All variables of one program and the new values that states get. */
export class Registry {
  readonly graph: Graph;
  readonly training: boolean;
  readonly variables = new Map<string, Declared>();
  readonly updates = new Map<string, Tensor>();
  readonly followers = new Map<string, Follower>();

  constructor(graph: Graph, training: boolean) {
    this.graph = graph;
    this.training = training;
  }

  declare(spec: VariableSpec): Tensor {
    const { name, shape, dtype, kind } = spec;
    const known = this.variables.get(name);
    if (!known) {
      const tensor = new Tensor(this.graph, this.graph.apply('variable', [], { name, shape, dtype }));
      this.variables.set(name, { ...spec, tensor });
      return tensor;
    }
    if (known.kind !== kind || !sameShape(known.shape, shape)) {
      throw new Error(`${name}: declared as ${known.kind} ${show(known.shape)} and again as ${kind} ${show(shape)}`);
    }
    if (known.startsAs !== spec.startsAs) {
      throw new Error(`${name}: declared as a state that follows a parameter, and as one that does not`);
    }
    return known.tensor;
  }

  update(name: string, value: Tensor): void {
    const variable = this.variables.get(name);
    if (!variable || variable.kind === 'parameter') {
      throw new Error(`update: ${name} is not a declared state; parameters are updated by the optimizer`);
    }
    if (!sameShape(value.shape, variable.shape) || value.dtype !== variable.dtype) {
      throw new Error(
        `update: ${name} must be float32 ${show(variable.shape)}, got ${value.dtype} ${show(value.shape)}`,
      );
    }
    if (this.updates.has(name)) throw new Error(`update: ${name} gets two new values in one step`);
    if (this.followers.has(name)) throw new Error(`update: ${name} follows a parameter and gets its value from there`);
    this.updates.set(name, value);
  }

  advance(name: string, change: (value: Tensor) => Tensor): void {
    const value = this.updates.get(name) ?? this.variables.get(name)?.tensor;
    if (!value) throw new Error(`advance: ${name} is not a declared state`);
    const next = change(value);
    this.updates.delete(name);
    this.update(name, next);
  }

  follow(name: string, parameter: Tensor, decay: number | Tensor): Tensor {
    const { attributes } = parameter.node;
    const source = 'name' in attributes ? this.variables.get(attributes.name) : undefined;
    if (source?.tensor.node !== parameter.node || source.kind !== 'parameter') {
      throw new Error(`follow: ${name} must follow a parameter itself, not a value computed from one`);
    }
    expectDecay(name, decay);
    const { shape, dtype, init } = source;
    const state = this.declare({ name, shape, dtype, kind: 'state', init, decay: false, startsAs: source.name });
    const known = this.followers.get(name);
    const isSame = known && sameDecay(known.decay, decay);
    if (known && !isSame) throw new Error(`follow: ${name} is declared with two different decays`);
    this.followers.set(name, { name, parameter: source.name, decay });
    return state;
  }
}

function expectDecay(name: string, decay: number | Tensor): void {
  const isScalar = typeof decay !== 'number' && decay.rank === 0 && decay.dtype === 'float32';
  if (isScalar || (typeof decay === 'number' && decay >= 0 && decay <= 1)) return;
  const got = typeof decay === 'number' ? decay : `${decay.dtype} ${show(decay.shape)}`;
  throw new Error(`follow: the decay of ${name} must be a number in [0, 1] or a float32 scalar, got ${got}`);
}

const sameDecay = (a: number | Tensor, b: number | Tensor): boolean =>
  typeof a === 'number' || typeof b === 'number' ? a === b : a.node === b.node;

/** The scope whose parameters another one follows, and how slowly. */
interface Student {
  readonly scope: Scope;
  readonly decay: number | Tensor;
}

/** Declaring the same name with the same shape again returns the same tensor, which is how weights are shared. */
export class Scope {
  readonly #registry: Registry;
  readonly #prefix: string;
  readonly #student: Student | undefined;

  constructor(registry: Registry, prefix = '', student?: Student) {
    this.#registry = registry;
    this.#prefix = prefix;
    this.#student = student;
  }

  /**
   * Whether this program trains: dropout drops and batch norm uses the batch's own statistics only then. A forward
   * program of the same model leaves dropout out and takes the running averages.
   */
  get training(): boolean {
    return this.#registry.training;
  }

  /** The same program, without anything in front of its names: for what a program has once. */
  get root(): Scope {
    return new Scope(this.#registry);
  }

  /** The full name of something in this scope. */
  nameOf(name: string): string {
    return this.#prefix + name;
  }

  /** The same program, with `name.` in front of every name. */
  at(name: string | number): Scope {
    const student = this.#student && { ...this.#student, scope: this.#student.scope.at(name) };
    return new Scope(this.#registry, `${this.#prefix}${name}.`, student);
  }

  /** A trained variable. Weight decay applies to matrices and kernels, not to vectors, unless `decay` says otherwise. */
  parameter(name: string, shape: readonly number[], init: Init, options: { decay?: boolean } = {}): Tensor {
    if (this.#student)
      return this.follow(name, this.#student.scope.parameter(name, shape, init, options), this.#student.decay);
    const decay = options.decay ?? shape.length > 1;
    return this.#registry.declare({
      name: this.#prefix + name,
      shape,
      dtype: 'float32',
      kind: 'parameter',
      init,
      decay,
    });
  }

  /** A variable that only `update` changes: running averages, a teacher's weights. */
  state(name: string, shape: readonly number[], init: Init = zeros): Tensor {
    const full = this.#prefix + name;
    return this.#registry.declare({ name: full, shape, dtype: 'float32', kind: 'state', init, decay: false });
  }

  /** Gives a state of this scope its value for the next step. */
  update(name: string, value: Tensor): void {
    this.#registry.update(this.#prefix + name, value);
  }

  /** The same from the value it has so far: a layer that is used twice in a step moves its running average twice. */
  advance(name: string, change: (value: Tensor) => Tensor): void {
    this.#registry.advance(this.#prefix + name, change);
  }

  /**
   * The running average ξ of a parameter θ, for a teacher network or for evaluation with averaged weights: it starts
   * bitwise equal to θ and moves after each update of θ, ξ ← τ ξ + (1 − τ) θ (Tarvainen & Valpola 2017,
   * arXiv:1703.01780). No gradient ever changes it. The decay τ may be fed anew at each step; a forward program, in
   * which nothing moves, gives the same τ or any other.
   */
  follow(name: string, parameter: Tensor, decay: number | Tensor): Tensor {
    return this.#registry.follow(this.#prefix + name, parameter, decay);
  }

  /**
   * This scope as that of a teacher: a layer that declares parameters here gets the running averages of those that it has
   * in `student`, as `follow` makes them. States, such as those of batch norm, are the teacher's own.
   */
  teaching(student: Scope, decay: number | Tensor): Scope {
    return new Scope(this.#registry, this.#prefix, { scope: student, decay });
  }

  /** A constant; a number becomes a float scalar []. */
  constant(value: number | ConstantData, shape?: readonly number[], dtype: DType = 'float32'): Tensor {
    const data = typeof value === 'number' ? new Float32Array([value]) : value;
    const dims = shape ?? (typeof value === 'number' ? [] : [data.length]);
    const { graph } = this.#registry;
    return new Tensor(graph, graph.apply('constant', [], { data, shape: dims, dtype }));
  }
}
