/** Ops that move elements without changing them. */

import { broadcast, fixed, isFixed, product, sameDim, sameShape, show } from '../shape';
import type { Tensor } from '../tensor';
import type { OpAttributes } from './attributes';
import type { Op } from './op';
import { counting } from './positions';

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
  shape([x], { axis, start, end, step }) {
    const size = fixed('slice', x!.shape[axis], `axis ${axis}`);
    if (!(start >= 0 && start < end && end <= size && Number.isInteger(step) && step > 0)) {
      const every = step === 1 ? '' : ` with step ${step}`;
      throw new Error(`slice: [${start}, ${end})${every} is not inside axis ${axis} of ${show(x!.shape)}`);
    }
    return x!.shape.with(axis, Math.ceil((end - start) / step));
  },
  lower(emit, [x], { axis, start, end, step }) {
    // WebGPU slices floats only, but reads integers at fixed positions.
    if (emit.target === 'webgpu' && x!.dtype !== 'float32') {
      return emit.node('Gather', [x!, counting(emit, start, end, step)], { axis });
    }
    return emit.node('Slice', [x!, ...[start, end, axis, step].map((value) => emit.ints([value]))]);
  },
  gradient({ inputs, g }, { axis, start, step }) {
    const { shape } = inputs[0]!;
    const size = fixed('slice', shape[axis], `axis ${axis}`);
    const spread = step === 1 ? g : withGaps(g, axis, step);
    const missing = size - start - Number(spread.shape[axis]);
    const whole = missing < 0 ? spread.slice(axis, 0, size - start) : spread;
    return [whole.pad(shape.map((_, at) => (at === axis ? [start, Math.max(missing, 0)] : [0, 0])))];
  },
};

/** step − 1 zeros behind each element of an axis. */
function withGaps(x: Tensor, axis: number, step: number): Tensor {
  const deep = x.reshape(x.shape.toSpliced(axis + 1, 0, 1));
  const padded = deep.pad(deep.shape.map((_, at) => (at === axis + 1 ? [0, step - 1] : [0, 0])));
  return padded.reshape(x.shape.with(axis, Number(x.shape[axis]) * step));
}

export const flip: Op<OpAttributes['flip']> = {
  shape: ([x]) => x!.shape,
  lower(emit, [x], { axis }) {
    if (emit.target === 'webgpu' && x!.dtype !== 'float32') {
      const last = fixed('flip', x!.shape[axis], `axis ${axis}`) - 1;
      return emit.node('Gather', [x!, counting(emit, last, -1, -1)], { axis });
    }
    // The end lies before the first element, whatever the size.
    return emit.node('Slice', [x!, ...[-1, -(2 ** 31), axis, -1].map((value) => emit.ints([value]))]);
  },
  gradient: ({ g }, { axis }) => [g.flip(axis)],
};

export const trilu: Op<OpAttributes['trilu']> = {
  shape([x]) {
    if (x!.shape.length < 2) throw new Error(`trilu: needs matrices [..., rows, columns], got ${show(x!.shape)}`);
    return x!.shape;
  },
  lower(emit, [x], { upper, offset }) {
    const diagonal = emit.constant(BigInt64Array.of(BigInt(offset)), [], 'int64');
    return emit.node('Trilu', [x!, diagonal], { upper: Number(upper) });
  },
  gradient: ({ g }, settings) => [g.trilu(settings)],
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
