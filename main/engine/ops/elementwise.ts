/** Elementwise ops of one tensor. Masks are Cast · Mul, not Where: measured at less than half its cost on the CPU. */

import type { Value } from '../onnx/emitter';
import { dataTypes } from '../onnx/encode';
import type { Tensor } from '../tensor';
import type { OpAttributes } from './attributes';
import type { Backward, Op } from './op';
import { expectFloat } from './op';

interface Rule extends Backward {
  readonly x: Tensor;
}

function elementwise<A>(name: string, lower: Op<A>['lower'], gradient: (rule: Rule, attributes: A) => Tensor): Op<A> {
  return {
    shape([x]) {
      expectFloat(name, x);
      return x!.shape;
    },
    lower,
    gradient: (backward, attributes) => [gradient({ ...backward, x: backward.inputs[0]! }, attributes)],
  };
}

/** Constant but for its jumps: no gradient flows back. */
function stepwise(name: string, lower: Op<OpAttributes['exp']>['lower']): Op<OpAttributes['exp']> {
  return { ...elementwise<OpAttributes['exp']>(name, lower, ({ g }) => g), gradient: () => [undefined] };
}

const plain =
  (onnx: string): Op<OpAttributes['exp']>['lower'] =>
  (emit, inputs) =>
    emit.node(onnx, inputs);

export const scale = elementwise<OpAttributes['scale']>(
  'scale',
  (emit, [x], { factor }) => emit.node(factor === -1 ? 'Neg' : 'Mul', factor === -1 ? [x!] : [x!, emit.scalar(factor)]),
  ({ g }, { factor }) => g.scale(factor),
);

export const plus = elementwise<OpAttributes['plus']>(
  'plus',
  (emit, [x], { term }) => emit.node('Add', [x!, emit.scalar(term)]),
  ({ g }) => g,
);

// d(x²) = 2x · dx
export const square = elementwise(
  'square',
  (emit, [x]) => emit.node('Mul', [x!, x!]),
  ({ x, g }) => x.scale(2).mul(g),
);

// d(√x) = 1 / (2√x) · dx
export const sqrt = elementwise('sqrt', plain('Sqrt'), ({ y, g }) => g.div(y.scale(2)));

// d(1/x) = −1/x² · dx
export const reciprocal = elementwise('reciprocal', plain('Reciprocal'), ({ y, g }) => g.mul(y.square()).neg());

// d(xⁿ) = n xⁿ⁻¹ · dx
export const pow = elementwise<OpAttributes['pow']>(
  'pow',
  (emit, [x], { exponent }) => emit.node('Pow', [x!, emit.scalar(exponent)]),
  ({ x, g }, { exponent }) => g.mul(x.pow(exponent - 1)).scale(exponent),
);

export const exp = elementwise('exp', plain('Exp'), ({ y, g }) => g.mul(y));

export const log = elementwise('log', plain('Log'), ({ x, g }) => g.div(x));

export const sin = elementwise('sin', plain('Sin'), ({ x, g }) => g.mul(x.cos()));

export const cos = elementwise('cos', plain('Cos'), ({ x, g }) => g.mul(x.sin()).neg());

// d|x| = sign(x) · dx, with sign(0) = 0
export const abs = elementwise('abs', plain('Abs'), ({ x, g }) => x.sign().mul(g));

export const sign = stepwise('sign', (emit, [x]) => {
  if (emit.target !== 'webgpu') return emit.node('Sign', [x!]);
  const [above, below] = ['Greater', 'Less'].map((onnx) =>
    emit.node('Cast', [emit.node(onnx, [x!, emit.scalar(0)])], { to: dataTypes.float32 }),
  ) as [string, string];
  return emit.node('Sub', [above, below]);
});

export const floor = stepwise('floor', plain('Floor'));

export const ceil = stepwise('ceil', plain('Ceil'));

export const round = stepwise('round', (emit, [x]) => {
  if (emit.target !== 'webgpu') return emit.node('Round', [x!]);
  // Down, and one up where more than a half was cut off, or a half from an odd number.
  const half = (value: string | Value) => emit.node('Mul', [value, emit.scalar(0.5)]);
  const down = emit.node('Floor', [x!]);
  const rest = emit.node('Sub', [x!, down]);
  const odd = emit.node('Sub', [half(down), emit.node('Floor', [half(down)])]); // ½ for odd numbers, 0 for even ones
  const more = emit.node('Greater', [rest, emit.scalar(0.5)]);
  const tie = emit.node('And', [
    emit.node('Equal', [rest, emit.scalar(0.5)]),
    emit.node('Greater', [odd, emit.scalar(0)]),
  ]);
  const up = [more, tie].map((flag) => emit.node('Cast', [flag], { to: dataTypes.float32 }));
  return emit.node('Add', [down, emit.node('Add', up)]);
});

// d erf(x) = 2/√π · e^(−x²) · dx
export const erf = elementwise('erf', plain('Erf'), ({ x, g }) =>
  x
    .square()
    .neg()
    .exp()
    .scale(2 / Math.sqrt(Math.PI))
    .mul(g),
);

export const relu = elementwise('relu', plain('Relu'), ({ y, g }) => g.mul(y.greater(0).cast('float32')));

export const leakyRelu = elementwise<OpAttributes['leakyRelu']>(
  'leakyRelu',
  (emit, inputs, { slope }) => emit.node('LeakyRelu', inputs, { alpha: { float: slope } }),
  ({ x, g }, { slope }) =>
    x
      .greater(0)
      .cast('float32')
      .scale(1 - slope)
      .plus(slope)
      .mul(g),
);

// y = x for x > 0, α (eˣ − 1) otherwise; dy/dx = 1 for x > 0, y + α otherwise
export const elu = elementwise<OpAttributes['elu']>(
  'elu',
  (emit, inputs, { alpha }) => emit.node('Elu', inputs, { alpha: { float: alpha } }),
  ({ x, y, g }, { alpha }) => x.greater(0).where(g, g.mul(y.plus(alpha))),
);

// dσ = σ (1 − σ) · dx
export const sigmoid = elementwise('sigmoid', plain('Sigmoid'), ({ y, g }) => g.mul(y.sub(y.square())));

// d tanh = (1 − tanh²) · dx
export const tanh = elementwise('tanh', plain('Tanh'), ({ y, g }) => g.sub(g.mul(y.square())));

// y = x Φ(x), so dy = (Φ(x) + x φ(x)) · dx; Φ and φ are the normal distribution and density
// (Hendrycks & Gimpel 2016, arXiv:1606.08415). With u = x/√2 and c = 1/√(2π), which goes into the product that follows:
// Φ + x φ = c · ((1 + erf u) / 2c + x e^(−u²))
export const gelu = elementwise('gelu', plain('Gelu'), ({ x, g }) => {
  const c = 1 / Math.sqrt(2 * Math.PI);
  const u = x.scale(Math.SQRT1_2);
  const half = 1 / (2 * c);
  const slope = u.erf().scale(half).plus(half).add(x.mul(u.square().neg().exp()));
  return g.mul(slope).scale(c);
});

// y = x σ(x), dy = (σ + y − y σ) · dx
export const silu = elementwise(
  'silu',
  (emit, [x]) => emit.node('Mul', [x!, emit.node('Sigmoid', [x!])]),
  ({ x, y, g }) => {
    const share = x.sigmoid();
    return share.add(y).sub(y.mul(share)).mul(g);
  },
);

// d log(1 + eˣ) = σ(x) · dx
export const softplus = elementwise('softplus', plain('Softplus'), ({ x, g }) => g.mul(x.sigmoid()));

export const clip = elementwise<OpAttributes['clip']>(
  'clip',
  (emit, [x], { low, high }) => emit.node('Clip', [x!, emit.scalar(low), emit.scalar(high)]),
  ({ x, g }, { low, high }) => g.mul(x.greater(low).cast('float32')).mul(x.less(high).cast('float32')),
);

export const not: Op<OpAttributes['not']> = {
  shape([x]) {
    if (x!.dtype !== 'bool') throw new Error(`not: needs bool, got ${x!.dtype}; compare first`);
    return x!.shape;
  },
  lower: plain('Not'),
  gradient: () => [undefined],
};
