/** Reading and adding single elements along one axis, each at a position of its own. */

import { isFixed, sameShape, show } from '../shape';
import type { Tensor } from '../tensor';
import type { OpAttributes } from './attributes';
import type { Op } from './op';
import { expectFloat, expectInteger } from './op';

type Settings = OpAttributes['takeAlong'];

/** indices: int, of x's rank; along other axes they may be shorter than x. */
function expectLines(op: string, x: Parameters<typeof expectInteger>[1], indices: typeof x, axis: number): void {
  expectInteger(op, indices);
  const fits =
    x.shape.length === indices.shape.length &&
    indices.shape.every((dim, at) => {
      const whole = x.shape[at]!;
      return at === axis || (isFixed(dim) && isFixed(whole) ? dim <= whole : !isFixed(dim) && !isFixed(whole));
    });
  if (!fits)
    throw new Error(`${op}: indices ${show(indices.shape)} do not lie in ${show(x.shape)} beside axis ${axis}`);
}

export const takeAlong: Op<Settings> = {
  shape([x, indices], { axis }) {
    expectLines('takeAlong', x!, indices!, axis);
    return indices!.shape;
  },
  lower: (emit, inputs, { axis }) => emit.node('GatherElements', inputs, { axis }),

  // Each element collects the gradients of all places that read it.
  gradient({ inputs, g }, { axis }) {
    const [x, indices] = inputs as [Tensor, Tensor];
    return [g.constant(0).broadcastTo(x.shape).addAlong(indices, g, axis), undefined];
  },
};

export const addAlong: Op<Settings> = {
  shape([base, indices, values], { axis }) {
    expectFloat('addAlong', base, values);
    expectLines('addAlong', base!, indices!, axis);
    if (!sameShape(values!.shape, indices!.shape)) {
      throw new Error(
        `addAlong: values must be ${show(indices!.shape)}, one for each index, got ${show(values!.shape)}`,
      );
    }
    return base!.shape;
  },
  lower: (emit, inputs, { axis }) => emit.node('ScatterElements', inputs, { axis, reduction: 'add' }),
  gradient: ({ inputs, g }, { axis }) => [g, undefined, g.takeAlong(inputs[1]!, axis)],
};
