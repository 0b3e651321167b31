/** Logits to probabilities, and to log-probabilities in nats. */

import type { OpAttributes } from './attributes';
import type { Op } from './op';
import { expectFloat } from './op';

/** y = eˣ / Σ eˣ along `axis`. */
export const softmax: Op<OpAttributes['softmax']> = {
  shape([x]) {
    expectFloat('softmax', x);
    return x!.shape;
  },
  lower: (emit, inputs, { axis }) => emit.node('Softmax', inputs, { axis }),

  // dL/dx = y · (g − Σ y·g)
  gradient({ y, g }, { axis }) {
    const weighted = y.mul(g);
    return [weighted.sub(y.mul(weighted.sum(axis, true)))];
  },
};

/** y = x − log Σ eˣ along `axis`. */
export const logSoftmax: Op<OpAttributes['logSoftmax']> = {
  shape([x]) {
    expectFloat('logSoftmax', x);
    return x!.shape;
  },

  lower(emit, [x], { axis }) {
    if (emit.target !== 'webgpu') return emit.node('LogSoftmax', [x!], { axis });
    // LogSoftmax has no WebGPU kernel and would copy to the CPU and back.
    const axes = emit.ints([axis]);
    const shifted = emit.node('Sub', [x!, emit.node('ReduceMax', [x!, axes], { keepdims: 1 })]);
    const total = emit.node('ReduceSum', [emit.node('Exp', [shifted]), axes], { keepdims: 1 });
    return emit.node('Sub', [shifted, emit.node('Log', [total])]);
  },

  // dL/dx = g − eʸ · Σ g
  gradient: ({ y, g }, { axis }) => [g.sub(y.exp().mul(g.sum(axis, true)))],
};
