/** Attention: each query takes a weighted mean of values, by the likeness of its key (Vaswani et al. 2017, arXiv:1706.03762). */

import { show } from '../shape';
import type { Tensor } from '../tensor';
import { causalBias, hidesPadding } from './attention-bias';
import type { BlockPattern } from './block-sparse';
import { blockSparseAttention } from './block-sparse';
import { type Weighting, weightedMean } from './weighted-mean';

export interface AttentionOptions extends Weighting {
  /** Which keys are real: [N, Tk], 1 (or true) real, 0 padding. Shared by all heads and queries. */
  mask?: Tensor;
  /** A query sees no key after its own position. */
  causal?: boolean;
  /** Added to the scores before the softmax; broadcasts to [N, heads, Tq, Tk] (relative positions, ALiBi). */
  bias?: Tensor;
  /** Which blocks of keys each block of queries sees: time and memory grow with their number, not with Tq · Tk. */
  blocks?: BlockPattern;
}

/**
 * softmax(α q·kᵀ + bias) · v.
 *
 * q: [N, heads, Tq, d], k: [N, heads, Tk, d], v: [N, heads, Tk, e] → [N, heads, Tq, e]. Cross attention is q from one
 * sequence and k, v from another. A query all of whose keys are masked takes the plain mean of the values;
 * give its result no weight.
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, options: AttentionOptions = {}): Tensor {
  expectHeads(q, k, v);
  const { mask, causal = false, bias, blocks } = options;
  if (blocks) {
    if (bias || causal) throw new Error('attention: blocks take no bias and no causal mask; leave one out');
    return blockSparseAttention(q, k, v, blocks, options);
  }
  const hidden = mask && hidesPadding(mask).reshape([mask.shape[0]!, 1, 1, mask.shape[1]!]); // [N, 1, 1, Tk]
  const future = causal ? causalBias(q, q.shape[2], k.shape[2]) : undefined; // [Tq, Tk]
  // The small ones first, so that one sum as large as the scores remains.
  const terms = [hidden, future, bias].filter((term) => term !== undefined);
  const total = terms.length > 0 ? terms.reduce((sum, term) => sum.add(term)) : undefined;
  return weightedMean(q, k, v, total, options);
}

function expectHeads(...tensors: readonly Tensor[]): void {
  for (const { shape, rank } of tensors) {
    if (rank !== 4) throw new Error(`attention: needs [N, heads, T, d], got ${show(shape)}; splitHeads first`);
  }
}

/** [N, T, heads · d] → [N, heads, T, d] */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [n, t, width] = x.shape;
  if (x.rank !== 3 || typeof width !== 'number' || width % heads !== 0) {
    throw new Error(`splitHeads: needs [N, T, width] with a width that ${heads} heads divide, got ${show(x.shape)}`);
  }
  return x.reshape([n!, t!, heads, width / heads]).transpose([0, 2, 1, 3]);
}

/** [N, heads, T, d] → [N, T, heads · d] */
export function joinHeads(x: Tensor): Tensor {
  const [n, heads, t, d] = x.shape;
  return x.transpose([0, 2, 1, 3]).reshape([n!, t!, Number(heads) * Number(d)]);
}
