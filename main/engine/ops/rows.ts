/** Reading and adding rows by position: embeddings, codebooks, counts. */

import { dataTypes } from '../onnx/encode';
import { elements, isFixed, product, sameShape, show } from '../shape';
import type { Tensor } from '../tensor';
import type { OpAttributes } from './attributes';
import type { Op } from './op';
import { expectFloat, expectInteger } from './op';

/** table: [r, ...], indices: int [...] → [...indices, ...row] */
export const gather: Op<OpAttributes['gather']> = {
  shape([table, indices]) {
    if (table!.shape.length === 0) throw new Error('gather: the table must have rows, got a scalar');
    expectInteger('gather', indices!);
    return [...indices!.shape, ...table!.shape.slice(1)];
  },
  lower: (emit, inputs) => emit.node('Gather', inputs, { axis: 0 }),

  // Each row collects the gradients of all places that read it.
  gradient({ inputs, g }) {
    const [table, indices] = inputs as [Tensor, Tensor];
    const zeros = g.constant(0).broadcastTo(table.shape);
    return [zeros.scatterAdd(indices, g), undefined];
  },
};

/** base: [r, ...], indices: int [...], rows: [...indices, ...row] → [r, ...] */
export const scatterAdd: Op<OpAttributes['scatterAdd']> = {
  shape([base, indices, rows]) {
    expectFloat('scatterAdd', base, rows);
    expectInteger('scatterAdd', indices!);
    const wanted = [...indices!.shape, ...base!.shape.slice(1)];
    if (!sameShape(rows!.shape, wanted)) {
      throw new Error(`scatterAdd: rows must be ${show(wanted)}, got ${show(rows!.shape)}`);
    }
    return base!.shape;
  },
  lower(emit, [base, indices, rows]) {
    const count = product(indices!.shape);
    const wide = indices!.dtype === 'int64' ? indices! : emit.node('Cast', [indices!], { to: dataTypes.int64 });
    const column = emit.node('Reshape', [wide, emit.ints([isFixed(count) ? count : -1, 1])]);
    const flat = emit.node('Reshape', [
      rows!,
      emit.ints([isFixed(count) ? count : -1, ...base!.shape.slice(1).map(Number)]),
    ]);
    return emit.node('ScatterND', [base!, column, flat], { reduction: 'add' });
  },
  gradient({ inputs, g }) {
    return [g, undefined, g.gather(inputs[1]!)];
  },
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
