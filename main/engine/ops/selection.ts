/** Ops that choose, convert, or change only what the backward pass sees. */

import { dataTypes } from '../onnx/encode';
import { broadcast, sameShape, show } from '../shape';
import type { Tensor } from '../tensor';
import type { OpAttributes } from './attributes';
import type { Op } from './op';

export const where: Op<OpAttributes['where']> = {
  shape([condition, yes, no]) {
    if (condition!.dtype !== 'bool') throw new Error(`where: condition must be bool, got ${condition!.dtype}`);
    if (yes!.dtype !== no!.dtype)
      throw new Error(`where: branches must have one dtype, got ${yes!.dtype} and ${no!.dtype}`);
    return broadcast('where', condition!.shape, broadcast('where', yes!.shape, no!.shape));
  },
  dtype: ([, yes]) => yes!.dtype,
  lower: (emit, inputs) => emit.node('Where', inputs),
  gradient({ inputs, g }) {
    const [condition, yes, no] = inputs as [Tensor, Tensor, Tensor];
    const chosen = condition.cast('float32').mul(g);
    return [undefined, chosen.sumTo(yes.shape), g.sub(chosen).sumTo(no.shape)];
  },
};

export const cast: Op<OpAttributes['cast']> = {
  shape: ([x]) => x!.shape,
  dtype: (_, { to }) => to,
  lower: (emit, inputs, { to }) => emit.node('Cast', inputs, { to: dataTypes[to] }),
  gradient: () => [undefined],
};

export const stopGradient: Op<OpAttributes['stopGradient']> = {
  shape: ([x]) => x!.shape,
  lower: (_emit, [x]) => x!.name,
  gradient: () => [undefined],
};

/** y = value, dL/dx = g: inputs are x and value. */
export const straightThrough: Op<OpAttributes['straightThrough']> = {
  shape([x, value]) {
    if (sameShape(x!.shape, value!.shape)) return x!.shape;
    throw new Error(`straightThrough: value must have the shape ${show(x!.shape)}, got ${show(value!.shape)}`);
  },
  lower: (_emit, [, value]) => value!.name,
  gradient: ({ g }) => [g, undefined],
};
