/** Order along an axis: the largest elements, and running sums. */

import { fixed, show } from '../shape';
import type { OpAttributes } from './attributes';
import type { Op } from './op';
import { expectFloat } from './op';
import { narrowed } from './positions';

/** Positions of the k largest (smallest) elements, the first of equal ones first. The values are read with takeAlong. */
export const topKIndices: Op<OpAttributes['topKIndices']> = {
  shape([x], { k, axis }) {
    expectFloat('topK', x);
    const size = fixed('topK', x!.shape[axis], `axis ${axis}`);
    if (!Number.isInteger(k) || k < 1 || k > size) {
      throw new Error(`topK: k must lie in [1, ${size}], the size of axis ${axis} of ${show(x!.shape)}, got ${k}`);
    }
    return x!.shape.map((dim, at) => (at === axis ? k : dim));
  },
  dtype: () => 'int32',
  lower(emit, [x], { k, axis, largest }) {
    const settings = { axis, largest: largest ? 1 : 0, sorted: 1 };
    const [, positions] = emit.nodeWith(2, 'TopK', [x!, emit.ints([k])], settings);
    return narrowed(emit, positions!, x!.shape[axis]!);
  },
  gradient: () => [undefined],
};

export const cumsum: Op<OpAttributes['cumsum']> = {
  shape([x]) {
    expectFloat('cumsum', x);
    return x!.shape;
  },
  lower(emit, [x], { axis, reverse, exclusive }) {
    const along = emit.constant(Int32Array.of(axis), [], 'int32');
    return emit.node('CumSum', [x!, along], { reverse: Number(reverse), exclusive: Number(exclusive) });
  },
  // xᵢ is part of all sums from i on, so it collects their gradients: the same sum, run the other way.
  gradient: ({ g }, { axis, reverse, exclusive }) => [g.cumsum(axis, { reverse: !reverse, exclusive })],
};
