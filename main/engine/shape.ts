/** Shapes known at trace time: every rule about sizes is checked before anything runs. */

/** The one size a forward program may leave open: `batch` · N, where N is the batch size of a run. */
export interface BatchDim {
  readonly batch: number;
}

export type Dim = number | BatchDim;
export type Shape = readonly Dim[];
export type DType = 'float32' | 'int32' | 'int64' | 'bool';

/** What is known about a tensor before it has a value. */
export interface Signature {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** N itself, for use in the shape of a forward program's input. */
export const batchDim: BatchDim = { batch: 1 };

export const isFixed = (dim: Dim): dim is number => typeof dim === 'number';

export const sameDim = (a: Dim, b: Dim): boolean => (isFixed(a) || isFixed(b) ? a === b : a.batch === b.batch);

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((dim, axis) => sameDim(dim, b[axis]!));

const showDim = (dim: Dim): string => (isFixed(dim) ? `${dim}` : dim.batch === 1 ? 'N' : `${dim.batch}N`);

export const show = (shape: Shape): string => `[${shape.map(showDim).join(', ')}]`;

/** The product of sizes: 64 · N · 2 = 128N. Two open sizes cannot be multiplied. */
export function product(dims: Shape): Dim {
  let fixed = 1;
  let open = false;
  for (const dim of dims) {
    if (isFixed(dim)) fixed *= dim;
    else if (open) throw new Error(`product: only one size of ${show(dims)} may depend on the batch size`);
    else {
      fixed *= dim.batch;
      open = true;
    }
  }
  return open ? { batch: fixed } : fixed;
}

/** The number of elements, for rules that need a plain number (a mean's divisor, a flop count). */
export function elements(op: string, shape: Shape): number {
  const count = product(shape);
  if (!isFixed(count)) throw new Error(`${op}: needs a fixed batch size, got shape ${show(shape)}`);
  return count;
}

/** A size as a plain number, or a sentence about why it must be one. */
export function fixed(op: string, dim: Dim | undefined, what: string): number {
  if (dim === undefined || !isFixed(dim)) throw new Error(`${op}: ${what} must have a fixed size`);
  return dim;
}

/** Axis −1 is the last one; an axis outside the rank throws. */
export function axisOf(op: string, shape: Shape, axis: number): number {
  const rank = shape.length;
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw new Error(`${op}: axis must lie in [${-rank}, ${rank - 1}] for shape ${show(shape)}, got ${axis}`);
}

/** All axes when none are named; otherwise sorted, without repeats. */
export function axesOf(op: string, shape: Shape, axes?: readonly number[] | number): number[] {
  if (axes === undefined) return shape.map((_, axis) => axis);
  const list = typeof axes === 'number' ? [axes] : axes;
  return [...new Set(list.map((axis) => axisOf(op, shape, axis)))].sort((a, b) => a - b);
}

/** start ≤ i < end along an axis of a fixed size, with negative positions counted from its end. */
export function spanOf(op: string, shape: Shape, axis: number, start: number, end?: number) {
  const along = axisOf(op, shape, axis);
  const size = fixed(op, shape[along], `axis ${axis} of ${show(shape)}`);
  const place = (at: number) => (at < 0 ? at + size : at);
  return { axis: along, start: place(start), end: place(end ?? size) };
}

/** NumPy's rule: align at the right; sizes must be equal, or one of them 1. */
export function broadcast(op: string, a: Shape, b: Shape): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === 1) return right;
    if (right === 1 || sameDim(left, right)) return left;
    throw new Error(`${op}: shapes ${show(a)} and ${show(b)} do not broadcast (sizes must be equal or 1)`);
  });
}

/** The axes that a broadcast from `from` to `to` adds or stretches, as axes of `to`. */
export function stretchedAxes(from: Shape, to: Shape): number[] {
  const offset = to.length - from.length;
  return to.flatMap((dim, axis) => (axis < offset || (from[axis - offset] === 1 && dim !== 1) ? [axis] : []));
}

export const reducedShape = (shape: Shape, axes: readonly number[], keep: boolean): Dim[] =>
  keep ? shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim)) : shape.filter((_, axis) => !axes.includes(axis));

/** Works out the one size of `to` that is −1. */
export function inferredShape(from: Shape, to: Shape): Shape {
  const open = to.indexOf(-1);
  if (open < 0) return to;
  const known = product(to.filter((_, axis) => axis !== open));
  const total = product(from);
  const quotient = divide(total, known);
  if (quotient === undefined) throw new Error(`reshape: ${show(from)} does not divide into ${show(to)}`);
  return to.map((dim, axis) => (axis === open ? quotient : dim));
}

function divide(total: Dim, by: Dim): Dim | undefined {
  const [count, parts] = [typeof total === 'number' ? total : total.batch, typeof by === 'number' ? by : by.batch];
  const bothOpen = typeof total !== 'number' && typeof by !== 'number';
  if (count % parts !== 0 || (typeof total === 'number' && typeof by !== 'number')) return undefined;
  return typeof total === 'number' || bothOpen ? count / parts : { batch: count / parts };
}
