/** Ops that move elements without changing them. */

import { broadcast, fixed, isFixed, product, sameDim, sameShape, show } from '../shape';
import type { Tensor } from '../tensor';
import type { OpAttributes } from './attributes';
import type { Op } from './op';

export const reshape: Op<OpAttributes['reshape']> = {
  shape([x], { shape }) {
    if (!sameDim(product(x!.shape), product(shape))) {
      throw new Error(
        `reshape: ${show(x!.shape)} has ${show([product(x!.shape)])} elements, ${show(shape)} has another number`,
      );
    }
    return shape;
  },
  lower: (emit, [x], { shape }) => emit.node('Reshape', [x!, emit.ints(shape.map((dim) => (isFixed(dim) ? dim : -1)))]),
  gradient: ({ inputs, g }) => [g.reshape(inputs[0]!.shape)],
};

export const transpose: Op<OpAttributes['transpose']> = {
  shape([x], { perm }) {
    const rank = x!.shape.length;
    if (perm.length !== rank || new Set(perm).size !== rank) {
      throw new Error(`transpose: needs each axis of ${show(x!.shape)} once, got [${perm}]`);
    }
    return perm.map((axis) => x!.shape[axis]!);
  },
  lower: (emit, [x], { perm }) => emit.node('Transpose', [x!], { perm }),
  gradient: ({ g }, { perm }) => [g.transpose(perm.map((_, axis) => perm.indexOf(axis)))],
};

export const broadcastTo: Op<OpAttributes['broadcastTo']> = {
  shape([x], { shape }) {
    if (sameShape(broadcast('broadcastTo', x!.shape, shape), shape)) return shape;
    throw new Error(`broadcastTo: ${show(x!.shape)} cannot be stretched to ${show(shape)}`);
  },
  lower(emit, [x], { shape }) {
    // ONNX's Expand keeps a size where 1 is asked, which is how an open size passes through.
    const sizes = shape.map((dim, axis) => {
      if (isFixed(dim)) return dim;
      const own = x!.shape[axis - shape.length + x!.shape.length];
      if (own === undefined || isFixed(own))
        throw new Error(`broadcastTo: cannot stretch ${show(x!.shape)} to ${show(shape)}`);
      return 1;
    });
    return emit.node('Expand', [x!, emit.ints(sizes)]);
  },
  gradient: ({ inputs, g }) => [g.sumTo(inputs[0]!.shape)],
};

export const concat: Op<OpAttributes['concat']> = {
  shape(inputs, { axis }) {
    const first = inputs[0]!;
    for (const { shape, dtype } of inputs) {
      const fits =
        shape.length === first.shape.length && shape.every((dim, at) => at === axis || sameDim(dim, first.shape[at]!));
      if (!fits || dtype !== first.dtype) {
        throw new Error(
          `concat: ${dtype} ${show(shape)} does not join ${first.dtype} ${show(first.shape)} along axis ${axis}`,
        );
      }
    }
    const total = inputs.reduce((length, { shape }) => length + fixed('concat', shape[axis], `axis ${axis}`), 0);
    return first.shape.map((dim, at) => (at === axis ? total : dim));
  },
  lower: (emit, inputs, { axis }) => emit.node('Concat', inputs, { axis }),
  gradient({ inputs, g }, { axis }) {
    let start = 0;
    return inputs.map(({ shape }) => {
      const end = start + fixed('concat', shape[axis], `axis ${axis}`);
      const part = g.slice(axis, start, end);
      start = end;
      return part;
    });
  },
};

export const slice: Op<OpAttributes['slice']> = {
  shape([x], { axis, start, end }) {
    const size = fixed('slice', x!.shape[axis], `axis ${axis}`);
    if (!(start >= 0 && start < end && end <= size)) {
      throw new Error(`slice: [${start}, ${end}) is not inside axis ${axis} of ${show(x!.shape)}`);
    }
    return x!.shape.map((dim, at) => (at === axis ? end - start : dim));
  },
  lower: (emit, [x], { axis, start, end }) =>
    emit.node('Slice', [x!, emit.ints([start]), emit.ints([end]), emit.ints([axis])]),
  gradient({ inputs, g }, { axis, start, end }) {
    const { shape } = inputs[0]!;
    const size = fixed('slice', shape[axis], `axis ${axis}`);
    return [g.pad(shape.map((_, at) => (at === axis ? [start, size - end] : [0, 0])))];
  },
};

export const pad: Op<OpAttributes['pad']> = {
  shape([x], { before, after }) {
    const rank = x!.shape.length;
    if (before.length !== rank)
      throw new Error(`pad: needs [before, after] for each axis of ${show(x!.shape)}, got ${before.length}`);
    return x!.shape.map((dim, axis) => {
      const extra = before[axis]! + after[axis]!;
      return extra === 0 ? dim : fixed('pad', dim, `axis ${axis}`) + extra;
    });
  },
  lower: (emit, [x], { before, after, value }) =>
    emit.node('Pad', [x!, emit.ints([...before, ...after]), emit.scalar(value)]),
  gradient({ inputs, g }, { before }) {
    const { shape } = inputs[0]!;
    const cut = (grad: Tensor, axis: number) => {
      const size = shape[axis]!;
      return isFixed(size) && grad.shape[axis] !== size ? grad.slice(axis, before[axis]!, before[axis]! + size) : grad;
    };
    return [shape.reduce((grad: Tensor, _, axis) => cut(grad, axis), g)];
  },
};
