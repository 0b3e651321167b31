/** The two ops that recomputation is made of; recompute.ts says how. */

import { TensorProto_DataType } from 'onnx-buf';
import type { Emitter, Value } from '../onnx/emitter';
import { isFixed } from '../shape';
import type { OpAttributes } from './attributes';
import type { Op } from './op';

/** y = the first input; the others are what it was computed from. Its gradient is found by gradient.ts. */
export const recompute: Op<OpAttributes['recompute']> = {
  shape: ([y]) => y!.shape,
  lower: (_emit, [y]) => y!.name,
  gradient: ({ inputs }) => inputs.map(() => undefined),
};

/** x itself, but no earlier than the other inputs are there. */
export const after: Op<OpAttributes['after']> = {
  shape: ([x]) => x!.shape,
  lower(emit, [x, ...others]) {
    if (emit.target !== 'cpu') return addNothing(emit, x!, others);
    // A reshape to the shape that x has costs nothing, and its shape can be made to wait.
    const sizes = emit.ints(x!.shape.map((dim) => (isFixed(dim) ? dim : -1)));
    const nothing = others.map((other) => {
      const whole = emit.node('Cast', [first(emit, other)], { to: TensorProto_DataType.INT64 });
      return emit.node('Mul', [whole, emit.ints([0])]);
    });
    return emit.node('Reshape', [x!, nothing.reduce((sum, term) => emit.node('Add', [sum, term]), sizes)]);
  },
  gradient: ({ g, inputs }) => [g, ...inputs.slice(1).map(() => undefined)],
};

/** x + 0, where the 0 comes from the others, whatever they hold. */
function addNothing(emit: Emitter, x: Value, others: readonly Value[]): string {
  const to = x.dtype === 'int32' ? TensorProto_DataType.INT32 : TensorProto_DataType.FLOAT;
  const zero = x.dtype === 'int32' ? emit.constant(new Int32Array(1), [], 'int32') : emit.scalar(0);
  const nothing = others.map((other) => {
    const isMore = emit.node('Greater', [first(emit, other), emit.scalar(0)]);
    const number = emit.node('Cast', [isMore], { to });
    return emit.node('Mul', [emit.node('Reshape', [number, emit.ints([])]), zero]);
  });
  return nothing.reduce((sum, term) => emit.node('Add', [sum, term]), x.name);
}

/** The first element: float [1] */
function first(emit: Emitter, x: Value): string {
  const flat = emit.node('Reshape', [x, emit.ints([-1])]);
  return emit.node('Slice', [flat, emit.ints([0]), emit.ints([1]), emit.ints([0])]);
}
