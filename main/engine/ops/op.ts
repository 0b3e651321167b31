/** What an op is: its shape rule, its ONNX lowering and its gradient, side by side in one object. */

import type { Emitter, Value } from '../onnx/emitter';
import type { DType, Shape, Signature } from '../shape';
import { show } from '../shape';
import type { Tensor } from '../tensor';

export interface Backward {
  /** The op's inputs, in order. */
  readonly inputs: readonly Tensor[];
  /** Its result. */
  readonly y: Tensor;
  /** dL/dy, of y's shape. */
  readonly g: Tensor;
}

export interface Op<Attributes> {
  /** The shape of the result; throws a clear sentence when the inputs do not fit. */
  shape(inputs: readonly Signature[], attributes: Attributes): Shape;
  /** The dtype of the result; that of the first input when left out. */
  dtype?(inputs: readonly Signature[], attributes: Attributes): DType;
  /** Writes ONNX nodes and returns the name of the one that holds the result. */
  lower(emit: Emitter, inputs: readonly Value[], attributes: Attributes, result: Signature): string;
  /** dL/dinput for each input, `undefined` where none flows. Unused ones cost nothing: dead nodes are never lowered. */
  gradient(backward: Backward, attributes: Attributes): (Tensor | undefined)[];
  /** Multiplications and additions of the matrix product inside, 2 · m · n · k. */
  flops?(inputs: readonly Signature[], attributes: Attributes, result: Signature): number;
  /** Bytes that its lowering holds beside inputs and result, such as windows laid out as the rows of a matrix. */
  workspace?(inputs: readonly Signature[], attributes: Attributes, result: Signature): number;
}

/** Refuses integers and booleans where the mathematics needs reals. */
export function expectFloat(op: string, ...inputs: readonly (Signature | undefined)[]): void {
  for (const input of inputs) {
    if (input && input.dtype !== 'float32') {
      throw new Error(`${op}: needs float32, got ${input.dtype} ${show(input.shape)}; cast('float32') first`);
    }
  }
}

export function expectInteger(op: string, { dtype, shape }: Signature): void {
  if (dtype === 'int32' || dtype === 'int64') return;
  throw new Error(`${op}: indices must be int32 or int64, got ${dtype} ${show(shape)}`);
}
