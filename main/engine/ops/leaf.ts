/** Tensors that are not computed: fed inputs, variables that live in the session, constants inside the model. */

import type { OpAttributes } from './attributes';
import type { Op } from './op';

const named: Op<OpAttributes['input']> = {
  shape: (_, { shape }) => shape,
  dtype: (_, { dtype }) => dtype,
  lower: (_emit, _inputs, { name }) => name,
  gradient: () => [],
};

export const input = named;
export const variable = named;

export const constant: Op<OpAttributes['constant']> = {
  shape(_, { shape, data }) {
    const count = shape.reduce((total, dim) => total * dim, 1);
    if (count !== data.length) throw new Error(`constant: shape [${shape}] needs ${count} values, got ${data.length}`);
    return shape;
  },
  dtype: (_, { dtype }) => dtype,
  lower: (emit, _, { data, shape, dtype }) => emit.constant(data, shape, dtype),
  gradient: () => [],
};
