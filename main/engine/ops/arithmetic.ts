/** Elementwise ops of two tensors, with broadcasting; a gradient is summed back to the operand's own shape. */

import type { DType, Shape, Signature } from '../shape';
import { broadcast } from '../shape';
import type { Tensor } from '../tensor';
import type { OpAttributes } from './attributes';
import type { Backward, Op } from './op';

type None = OpAttributes['add'];

function pairShape(op: string, [a, b]: readonly Signature[]): Shape {
  if (a!.dtype !== b!.dtype)
    throw new Error(`${op}: both tensors must have one dtype, got ${a!.dtype} and ${b!.dtype}`);
  return broadcast(op, a!.shape, b!.shape);
}

function arithmetic(
  name: string,
  onnx: string,
  rule: (a: Tensor, b: Tensor, backward: Backward) => Tensor[],
): Op<None> {
  return {
    shape: (inputs) => pairShape(name, inputs),
    lower: (emit, inputs) => emit.node(onnx, inputs),
    gradient(backward) {
      const [a, b] = backward.inputs as [Tensor, Tensor];
      const [da, db] = rule(a, b, backward) as [Tensor, Tensor];
      return [da.sumTo(a.shape), db.sumTo(b.shape)];
    },
  };
}

function comparison(name: string, onnx: string): Op<None> {
  return {
    shape: (inputs) => pairShape(name, inputs),
    dtype: (): DType => 'bool',
    lower: (emit, inputs) => emit.node(onnx, inputs),
    gradient: () => [undefined, undefined],
  };
}

export const add = arithmetic('add', 'Add', (_a, _b, { g }) => [g, g]);

export const sub = arithmetic('sub', 'Sub', (_a, _b, { g }) => [g, g.neg()]);

// d(a·b) = b · da + a · db
export const mul = arithmetic('mul', 'Mul', (a, b, { g }) => [g.mul(b), g.mul(a)]);

// d(a/b) = da / b − (a/b) / b · db
export const div = arithmetic('div', 'Div', (_a, b, { g, y }) => [g.div(b), g.mul(y).div(b).neg()]);

// The gradient goes to the operand that was chosen; at a tie, to the second.
export const minimum = arithmetic('minimum', 'Min', (a, b, { g }) => {
  const first = a.less(b).cast('float32').mul(g);
  return [first, g.sub(first)];
});

export const maximum = arithmetic('maximum', 'Max', (a, b, { g }) => {
  const first = a.greater(b).cast('float32').mul(g);
  return [first, g.sub(first)];
});

export const greater = comparison('greater', 'Greater');
export const less = comparison('less', 'Less');
export const equal = comparison('equal', 'Equal');
export const greaterEqual = comparison('greaterEqual', 'GreaterOrEqual');
export const lessEqual = comparison('lessEqual', 'LessOrEqual');

function logical(name: string, lower: Op<None>['lower']): Op<None> {
  return {
    shape([a, b]) {
      for (const { dtype } of [a!, b!]) if (dtype !== 'bool') throw new Error(`${name}: needs bool, got ${dtype}`);
      return broadcast(name, a!.shape, b!.shape);
    },
    lower,
    gradient: () => [undefined, undefined],
  };
}

export const and = logical('and', (emit, inputs) => emit.node('And', inputs));

// WebGPU has no Or: a ∨ b = ¬(¬a ∧ ¬b).
export const or = logical('or', (emit, inputs) => {
  if (emit.target !== 'webgpu') return emit.node('Or', inputs);
  const neither = inputs.map((input) => emit.node('Not', [input]));
  return emit.node('Not', [emit.node('And', neither)]);
});
