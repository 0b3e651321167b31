/** Reading and adding rows by position: embeddings, codebooks, counts. */

import type { Value } from '../onnx/emitter';
import { dataTypes } from '../onnx/encode';
import type { Shape } from '../shape';
import { elements, isFixed, product, sameShape, show } from '../shape';
import type { Tensor } from '../tensor';
import type { OpAttributes } from './attributes';
import type { Op } from './op';
import { expectFloat, expectInteger } from './op';

/** The shape with `axis` replaced by the indices' axes. */
const taken = (shape: Shape, indices: Shape, axis: number): Shape => shape.toSpliced(axis, 1, ...indices);

/** table: [..., r, ...], indices: int [...] → [..., ...indices, ...] */
export const gather: Op<OpAttributes['gather']> = {
  shape([table, indices], { axis }) {
    expectInteger('gather', indices!);
    return taken(table!.shape, indices!.shape, axis);
  },
  lower: (emit, inputs, { axis }) => emit.node('Gather', inputs, { axis }),

  // Each part collects the gradients of all places that read it.
  gradient({ inputs, g }, { axis }) {
    const [table, indices] = inputs as [Tensor, Tensor];
    const zeros = g.constant(0).broadcastTo(table.shape);
    return [zeros.scatterAdd(indices, g, axis), undefined];
  },
};

/** base: [..., r, ...], indices: int [...], parts: [..., ...indices, ...] → [..., r, ...] */
export const scatterAdd: Op<OpAttributes['scatterAdd']> = {
  shape([base, indices, parts], { axis }) {
    expectFloat('scatterAdd', base, parts);
    expectInteger('scatterAdd', indices!);
    const wanted = taken(base!.shape, indices!.shape, axis);
    if (!sameShape(parts!.shape, wanted)) {
      throw new Error(`scatterAdd: parts must be ${show(wanted)}, got ${show(parts!.shape)}`);
    }
    return base!.shape;
  },
  lower(emit, [base, indices, parts], { axis }) {
    const count = product(indices!.shape);
    const length = isFixed(count) ? count : -1;
    // ScatterND adds along the first axis only, and takes its positions as a column of int64.
    const column = emit.node('Reshape', [indices!, emit.ints([length, 1])]);
    const wide = indices!.dtype === 'int64' ? column : emit.node('Cast', [column], { to: dataTypes.int64 });
    const front = (at: number, rank: number) => [at, ...Array.from({ length: rank }, (_, i) => i).toSpliced(at, 1)];
    const turned = (value: Value | string, perm: readonly number[]) =>
      axis === 0 ? value : emit.node('Transpose', [value], { perm });
    const { shape } = base!;
    const sizes = shape.map((dim) => (isFixed(dim) ? dim : -1));
    const lines = emit.node('Reshape', [parts!, emit.ints(sizes.with(axis, length))]);
    const perm = front(axis, shape.length);
    const inputs = [turned(base!, perm), wide, turned(lines, perm)];
    const sum = emit.node('ScatterND', inputs, { reduction: 'add' });
    const back = shape.map((_, at) => perm.indexOf(at));
    return axis === 0 ? sum : emit.node('Transpose', [sum], { perm: back });
  },
  gradient: ({ inputs, g }, { axis }) => [g, undefined, g.gather(inputs[1]!, axis)],
};

export const oneHot: Op<OpAttributes['oneHot']> = {
  shape([indices], { classes }) {
    expectInteger('oneHot', indices!);
    elements('oneHot', [classes]);
    return [...indices!.shape, classes];
  },
  dtype: () => 'float32',

  // Cast(Equal): ONNX's OneHot has no WebGPU kernel.
  lower(emit, [indices], { classes }) {
    const numbers = Array.from({ length: classes }, (_, k) => k);
    const wide = indices!.dtype === 'int64';
    const range = wide ? emit.ints(numbers) : emit.constant(Int32Array.from(numbers), [classes], 'int32');
    const column = emit.node('Unsqueeze', [indices!, emit.ints([-1])]);
    return emit.node('Cast', [emit.node('Equal', [column, range])], { to: dataTypes.float32 });
  },
  gradient: () => [undefined],
};
