/** The core that every form of attention shares. */

import type { Tensor } from '../tensor';

export interface Weighting {
  /** Multiplies the scores; 1/√d when left out. */
  scale?: number;
  /** Changes the attention probabilities, for dropout. */
  drop?: (probabilities: Tensor) => Tensor;
}

/** softmax(α q·kᵀ + bias) · v over any leading axes. q: [..., Tq, d], k: [..., Tk, d], v: [..., Tk, e] → [..., Tq, e] */
export function weightedMean(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  bias: Tensor | undefined,
  { scale, drop }: Weighting,
): Tensor {
  const alpha = scale ?? 1 / Math.sqrt(Number(q.shape.at(-1)));
  const scores = q.matmul(k, { transB: true, alpha }); // [..., Tq, Tk]
  const probabilities = (bias ? scores.add(bias) : scores).softmax(-1);
  return (drop ? drop(probabilities) : probabilities).matmul(v); // [..., Tq, e]
}
