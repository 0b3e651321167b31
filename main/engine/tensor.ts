/**
 * Symbolic tensors: each method adds one node to the graph and returns its result; nothing is computed while tracing.
 *
 * Binary methods broadcast as NumPy does. Methods keep the graph small where it costs nothing: a factor of a factor is
 * one factor, a stretched operand is used unstretched, a scalar constant becomes an attribute.
 */

import type { Graph, Node } from './graph';
import type { ConstantData, OpAttributes, OpName } from './ops/attributes';
import { Reductions } from './reductions';
import type { DType, Shape, Signature } from './shape';
import { axisOf, broadcast, fixed, inferredShape, product, sameShape, show, spanOf, stretchedAxes } from './shape';

export interface MatmulOptions {
  /** Use the transpose of the last two axes; free inside the product. */
  transA?: boolean;
  transB?: boolean;
  /** Multiplies the product; free inside it. */
  alpha?: number;
}

export class Tensor extends Reductions implements Signature {
  readonly graph: Graph;
  readonly node: Node;

  constructor(graph: Graph, node: Node) {
    super();
    this.graph = graph;
    this.node = node;
  }

  get shape(): Shape {
    return this.node.shape;
  }

  get dtype(): DType {
    return this.node.dtype;
  }

  get rank(): number {
    return this.node.shape.length;
  }

  /** Adds a node of the op on this tensor and others; what functions/ is built from. */
  apply<N extends OpName>(op: N, others: readonly Tensor[], attributes: OpAttributes[N]): Tensor {
    const inputs = [this.node, ...others.map((other) => other.node)];
    return new Tensor(this.graph, this.graph.apply(op, inputs, attributes));
  }

  protected on<N extends OpName>(op: N, attributes: OpAttributes[N]): this {
    return this.apply(op, [], attributes) as this;
  }

  /** A constant in this tensor's graph; a number becomes a float scalar []. */
  constant(value: number | ConstantData, shape?: readonly number[], dtype: DType = 'float32'): Tensor {
    const data = typeof value === 'number' ? new Float32Array([value]) : value;
    const dims = shape ?? (typeof value === 'number' ? [] : [data.length]);
    return new Tensor(this.graph, this.graph.apply('constant', [], { data, shape: dims, dtype }));
  }

  /** The value of a float scalar constant, if this is one. */
  #scalar(): number | undefined {
    const { op, shape, attributes } = this.node;
    if (op !== 'constant' || shape.length > 0 || this.dtype !== 'float32' || !('data' in attributes)) return undefined;
    return Number(attributes.data[0]);
  }

  /** The tensor that this one is a stretched copy of, where the stretch does not matter beside `other`. */
  #unstretched(other: Tensor): Tensor {
    const source = this.node.op === 'broadcastTo' ? this.node.inputs[0] : undefined;
    if (!source || !sameShape(broadcast('internal', source.shape, other.shape), this.shape)) return this;
    return new Tensor(this.graph, source);
  }

  /** x and the factor of which this is the product: products, sums and reshapes take the factor over for nothing. */
  #unscaled(): readonly [x: Tensor, factor: number] {
    const { op, inputs, attributes } = this.node;
    if (op !== 'scale' || !('factor' in attributes)) return [this, 1];
    return [new Tensor(this.graph, inputs[0]!), attributes.factor];
  }

  #binary(op: 'add' | 'sub' | 'mul' | 'div' | 'minimum' | 'maximum', other: Tensor): Tensor {
    const right = other.#unstretched(this);
    return this.#unstretched(right).apply(op, [right], {});
  }

  // ---- elementwise, two tensors

  add(other: Tensor): Tensor {
    const right = other.#unstretched(this);
    const term = right.#scalar();
    return term === undefined ? this.#binary('add', other) : this.plus(term);
  }

  sub(other: Tensor): Tensor {
    const term = other.#unstretched(this).#scalar();
    return term === undefined ? this.#binary('sub', other) : this.plus(-term);
  }

  mul(other: Tensor): Tensor {
    const right = other.#unstretched(this);
    const left = this.#unstretched(right);
    const [p, q] = [left.#scalar(), right.#scalar()];
    if (q !== undefined) return left.scale(q);
    return p === undefined ? left.apply('mul', [right], {}) : right.scale(p);
  }

  div(other: Tensor): Tensor {
    const divisor = other.#unstretched(this).#scalar();
    return divisor === undefined ? this.#binary('div', other) : this.scale(1 / divisor);
  }

  minimum(other: Tensor): Tensor {
    return this.#binary('minimum', other);
  }

  maximum(other: Tensor): Tensor {
    return this.#binary('maximum', other);
  }

  greater(other: Tensor | number): Tensor {
    return this.apply('greater', [this.#operand(other)], {});
  }

  less(other: Tensor | number): Tensor {
    return this.apply('less', [this.#operand(other)], {});
  }

  equal(other: Tensor | number): Tensor {
    return this.apply('equal', [this.#operand(other)], {});
  }

  greaterEqual(other: Tensor | number): Tensor {
    return this.apply('greaterEqual', [this.#operand(other)], {});
  }

  lessEqual(other: Tensor | number): Tensor {
    return this.apply('lessEqual', [this.#operand(other)], {});
  }

  notEqual(other: Tensor | number): Tensor {
    return this.equal(other).not();
  }

  /** Both, of booleans. */
  and(other: Tensor): Tensor {
    return this.apply('and', [other], {});
  }

  or(other: Tensor): Tensor {
    return this.apply('or', [other], {});
  }

  /** The rest of a division, of the divisor's sign: 7 mod 3 = 1, −1 mod 3 = 2. Of floats or integers. */
  mod(divisor: number): Tensor {
    const by = this.#operand(divisor);
    const quotient = this.apply('div', [by], {});
    if (this.dtype === 'float32') return this.sub(quotient.floor().scale(divisor));
    const rest = this.sub(quotient.mul(by));
    const isOther = divisor > 0 ? rest.less(0) : rest.greater(0);
    return rest.add(isOther.cast(this.dtype).mul(by));
  }

  /** A number beside an integer tensor is an integer of the same kind. */
  #operand(other: Tensor | number): Tensor {
    if (typeof other !== 'number') return other;
    if (this.dtype === 'int32') return this.constant(new Int32Array([other]), [], 'int32');
    if (this.dtype === 'int64') return this.constant(new BigInt64Array([BigInt(other)]), [], 'int64');
    return this.constant(other);
  }

  // ---- elementwise, one tensor

  /** this · factor */
  scale(factor: number): Tensor {
    if (factor === 1) return this;
    const { op, inputs, attributes } = this.node;
    const constant = this.#scalar();
    if (constant !== undefined) return this.constant(constant * factor);
    if (op === 'broadcastTo') return new Tensor(this.graph, inputs[0]!).scale(factor).broadcastTo(this.shape);
    if (op === 'scale' && 'factor' in attributes) {
      return new Tensor(this.graph, inputs[0]!).scale(attributes.factor * factor);
    }
    return this.apply('scale', [], { factor });
  }

  /** this + term */
  plus(term: number): Tensor {
    return term === 0 ? this : this.apply('plus', [], { term });
  }

  neg(): Tensor {
    return this.scale(-1);
  }

  // ---- choosing and converting

  /** `this` (bool) ? yes : no */
  where(yes: Tensor, no: Tensor): Tensor {
    return this.apply('where', [yes, no], {});
  }

  cast(to: DType): Tensor {
    return to === this.dtype ? this : this.apply('cast', [], { to });
  }

  /** `value` in the forward pass, the identity to `this` in the backward pass (Bengio et al. 2013, arXiv:1308.3432). */
  straightThrough(value: Tensor): Tensor {
    return this.apply('straightThrough', [value], {});
  }

  /** The same value, computed only when the others have been. */
  after(others: readonly Tensor[]): Tensor {
    return others.length === 0 ? this : this.apply('after', others, {});
  }

  // ---- reductions

  override sum(axes?: number | readonly number[], keep = false): this {
    const [x, factor] = this.#unscaled();
    return (factor === 1 ? super.sum(axes, keep) : x.sum(axes, keep).scale(factor)) as this;
  }

  /** Population variance, Σ (x − mean)² / n. */
  variance(axes?: number | readonly number[], keep = false): Tensor {
    return this.sub(this.mean(axes, true)).square().mean(axes, keep);
  }

  /** Whether any (all) of the booleans are true. */
  any(axes?: number | readonly number[], keep = false): Tensor {
    return this.cast('float32').max(axes, keep).greater(0);
  }

  all(axes?: number | readonly number[], keep = false): Tensor {
    return this.cast('float32').min(axes, keep).greater(0);
  }

  // ---- products

  /** What this is a transpose of in its last two axes, if it is one: a product turns its factors for nothing. */
  #untransposed(): [Tensor, boolean] {
    const { op, attributes, inputs } = this.node;
    const last = this.rank - 1;
    const turns = (axis: number, to: number) => axis === (to < last - 1 ? to : 2 * last - 1 - to);
    if (op !== 'transpose' || !('perm' in attributes) || last < 1 || !attributes.perm.every(turns))
      return [this, false];
    return [new Tensor(this.graph, inputs[0]!), true];
  }

  /** [..., m, k] × [..., k, n] → [..., m, n] */
  matmul(other: Tensor, { transA = false, transB = false, alpha = 1 }: MatmulOptions = {}): Tensor {
    const [x, p] = this.#unscaled();
    const [y, q] = other.#unscaled();
    const [[a, turnA], [b, turnB]] = [x.#untransposed(), y.#untransposed()];
    const op = a.rank === 2 && b.rank === 2 ? 'gemm' : 'matmul';
    return a.apply(op, [b], { transA: transA !== turnA, transB: transB !== turnB, alpha: alpha * p * q });
  }

  /** x · w + b in one kernel. x: [..., k], w: [k, n] ([n, k] with transB), b: [n] or [1, n] → [..., n] */
  linear(weight: Tensor, bias?: Tensor, { transB = false, alpha = 1 }: Omit<MatmulOptions, 'transA'> = {}): Tensor {
    if (this.rank < 2) throw new Error(`linear: input must be [..., features], got ${show(this.shape)}; reshape first`);
    const [x, factor] = this.#unscaled();
    const rows = x.rank === 2 ? x : x.reshape([product(x.shape.slice(0, -1)), x.shape.at(-1)!]);
    const settings = { transA: false, transB, alpha: alpha * factor };
    const y = rows.apply('gemm', bias ? [weight, bias] : [weight], settings);
    return this.rank === 2 ? y : y.reshape([...this.shape.slice(0, -1), y.shape[1]!]);
  }

  // ---- moving elements

  /** One size may be −1: it is worked out from the others. */
  reshape(shape: Shape): Tensor {
    const target = inferredShape(this.shape, shape);
    if (sameShape(target, this.shape)) return this;
    const [x, factor] = this.#unscaled();
    return x.apply('reshape', [], { shape: target }).scale(factor);
  }

  /** Reverses the axes when no order is given. */
  transpose(perm: readonly number[] = this.shape.map((_, axis) => this.rank - 1 - axis)): Tensor {
    const order = perm.map((axis) => axisOf('transpose', this.shape, axis));
    return order.every((axis, place) => axis === place) && order.length === this.rank
      ? this
      : this.apply('transpose', [], { perm: order });
  }

  broadcastTo(shape: Shape): Tensor {
    return sameShape(shape, this.shape) ? this : this.apply('broadcastTo', [], { shape });
  }

  /** The inverse of a broadcast: sums over the stretched axes until the shape is `shape`. */
  sumTo(shape: Shape): Tensor {
    const axes = stretchedAxes(shape, this.shape);
    return (axes.length > 0 ? this.sum(axes, false) : this).reshape(shape);
  }

  concat(others: readonly Tensor[], axis = 0): Tensor {
    return others.length === 0 ? this : this.apply('concat', others, { axis: axisOf('concat', this.shape, axis) });
  }

  /** This tensor and others of its shape along a new axis: n tensors [...] → [..., n, ...] */
  stack(others: readonly Tensor[], axis = 0): Tensor {
    const place = axisOf('stack', [1, ...this.shape], axis);
    const raised = [this, ...others].map((part) => part.reshape(part.shape.toSpliced(place, 0, 1)));
    return raised[0]!.concat(raised.slice(1), place);
  }

  /** Elements start ≤ i < end along one axis, every `step`-th of them; negative positions count from the end. */
  slice(axis: number, start: number, end?: number, step = 1): Tensor {
    return this.apply('slice', [], { ...spanOf('slice', this.shape, axis, start, end), step });
  }

  /** Consecutive parts along an axis: a number of equal ones, or one of each size. */
  split(parts: number | readonly number[], axis = -1): Tensor[] {
    const along = axisOf('split', this.shape, axis);
    const size = fixed('split', this.shape[along], `axis ${axis}`);
    const sizes = typeof parts === 'number' ? Array.from({ length: parts }, () => size / parts) : parts;
    const total = sizes.reduce((sum, part) => sum + part, 0);
    if (total !== size || !sizes.every(Number.isInteger)) {
      throw new Error(`split: parts [${sizes}] do not add up to axis ${axis} of ${show(this.shape)}`);
    }
    let end = 0;
    return sizes.map((part) => {
      end += part;
      return part === size ? this : this.slice(along, end - part, end);
    });
  }

  /** The elements along an axis in the opposite order. */
  flip(axis = -1): Tensor {
    return this.apply('flip', [], { axis: axisOf('flip', this.shape, axis) });
  }

  /** `times` copies one behind the other: a b → a b a b */
  tile(times: number, axis = -1): Tensor {
    return this.#copies('tile', times, axis, 0);
  }

  /** Each element `times` times: a b → a a b b */
  repeat(times: number, axis = -1): Tensor {
    return this.#copies('repeat', times, axis, 1);
  }

  #copies(op: string, times: number, axis: number, behind: number): Tensor {
    const along = axisOf(op, this.shape, axis);
    const at = along + behind;
    const wide = this.reshape(this.shape.toSpliced(at, 0, 1)).broadcastTo(this.shape.toSpliced(at, 0, times));
    return wide.reshape(this.shape.with(along, product([this.shape[along]!, times])));
  }

  /** The lower triangle of the last two axes, column ≤ row + offset; the rest is 0. `upper`: column ≥ row + offset. */
  trilu({ upper = false, offset = 0 }: { upper?: boolean; offset?: number } = {}): Tensor {
    return this.apply('trilu', [], { upper, offset });
  }

  /** [before, after] for each axis. */
  pad(widths: readonly (readonly [before: number, after: number])[], value = 0): Tensor {
    if (widths.length === this.rank && widths.every(([first, last]) => first === 0 && last === 0)) return this;
    const before = widths.map(([first]) => first);
    return this.apply('pad', [], { before, after: widths.map(([, last]) => last), value });
  }

  /** The parts of `this` at integer positions along an axis: y[..., i, ...] = this[..., indices[i], ...] */
  gather(indices: Tensor, axis = 0): Tensor {
    return this.apply('gather', [indices], { axis: axisOf('gather', this.shape, axis) });
  }

  /** A copy of `this` with the i-th part of `parts` added at indices[i] along an axis; repeated positions add up. */
  scatterAdd(indices: Tensor, parts: Tensor, axis = 0): Tensor {
    return this.apply('scatterAdd', [indices, parts], { axis: axisOf('scatterAdd', this.shape, axis) });
  }

  /** One element per index, each along its own line of the axis: y[r, i] = this[r, indices[r, i]] for the last axis. */
  takeAlong(indices: Tensor, axis = -1): Tensor {
    return this.apply('takeAlong', [indices], { axis: axisOf('takeAlong', this.shape, axis) });
  }

  /** A copy of `this` with values[r, i] added at [r, indices[r, i]] for the last axis; repeated positions add up. */
  addAlong(indices: Tensor, values: Tensor, axis = -1): Tensor {
    return this.apply('addAlong', [indices, values], { axis: axisOf('addAlong', this.shape, axis) });
  }

  /** The k largest (smallest) elements along an axis, in order, and their positions (int32); the first of equal ones. */
  topK(k: number, axis = -1, { largest = true } = {}): { values: Tensor; indices: Tensor } {
    const indices = this.apply('topKIndices', [], { k, axis: axisOf('topK', this.shape, axis), largest });
    return { values: this.takeAlong(indices, axis), indices };
  }

  /** All elements along an axis from small to large, and where they were. */
  sort(axis = -1, { descending = false } = {}): { values: Tensor; indices: Tensor } {
    const size = fixed('sort', this.shape[axisOf('sort', this.shape, axis)], `axis ${axis}`);
    return this.topK(size, axis, { largest: descending });
  }

  /** Integers → float [..., classes] with a one at each position. */
  oneHot(classes: number): Tensor {
    return this.apply('oneHot', [], { classes });
  }
}
