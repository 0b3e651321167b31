/** Logits to probabilities, to log-probabilities and to the loss of a label, in nats. */

import { sameShape, show } from '../shape';
import type { Tensor } from '../tensor';
import type { OpAttributes } from './attributes';
import type { Op } from './op';
import { expectFloat, expectInteger } from './op';

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

/**
 * y = −(1 − ε) log p(label) − ε/C Σ log p for each label, with p = softmax(logits) over the last axis and ε the label
 * smoothing (Szegedy et al. 2016, arXiv:1512.00567, section 7).
 *
 * logits: [..., C], log p: [..., C], labels: int [...] → [...]. The log-probabilities come as an input of their own, so
 * that the backward pass has them too; the gradient goes to the logits, whole: g · (p − (1 − ε) onehot − ε/C).
 */
export const crossEntropy: Op<OpAttributes['crossEntropy']> = {
  shape([logits, logP, labels]) {
    expectFloat('crossEntropy', logits, logP);
    expectInteger('crossEntropy', labels!);
    if (logits!.shape.length > 0 && sameShape(logits!.shape.slice(0, -1), labels!.shape)) return labels!.shape;
    const wanted = show(logits!.shape.slice(0, -1));
    throw new Error(
      `crossEntropy: logits ${show(logits!.shape)} need a label for each row, ${wanted}, got ${show(labels!.shape)}`,
    );
  },
  dtype: () => 'float32',

  lower(emit, [, logP, labels], { smoothing }) {
    const last = emit.ints([-1]);
    const column = emit.node('Unsqueeze', [labels!, last]);
    const chosen = emit.node('Squeeze', [emit.node('GatherElements', [logP!, column], { axis: -1 }), last]);
    if (smoothing === 0) return emit.node('Neg', [chosen]);
    const all = emit.node('ReduceMean', [logP!, last], { keepdims: 0 });
    const parts = [chosen, all].map((part, i) =>
      emit.node('Mul', [part, emit.scalar(i === 0 ? smoothing - 1 : -smoothing)]),
    );
    return emit.node('Add', parts);
  },

  gradient({ inputs, g }, { smoothing }) {
    const [logits, logP, labels] = inputs as [Tensor, Tensor, Tensor];
    const column = [...labels.shape, 1];
    const classes = Number(logits.shape.at(-1));
    const share = g.constant(smoothing - 1).broadcastTo(column);
    const p = logP.exp().plus(-smoothing / classes);
    return [p.addAlong(labels.reshape(column), share).mul(g.reshape(column)), undefined, undefined];
  },
};
