/** Activations that are more than one elementwise function. */

import type { OpAttributes } from './attributes';
import type { Op } from './op';
import { expectFloat } from './op';

const K = 2 * Math.sqrt(2 / Math.PI);
const CUBE = 0.044715;

/**
 * y = x · σ(2√(2/π) (x + 0.044715 x³)), the approximation of x Φ(x) that GPT-2 was trained with
 * (Hendrycks & Gimpel 2016, arXiv:1606.08415); σ(2w) = ½ (1 + tanh w).
 */
export const geluTanh: Op<OpAttributes['geluTanh']> = {
  shape([x]) {
    expectFloat('geluTanh', x);
    return x!.shape;
  },

  lower: (emit, inputs) =>
    emit.target === 'portable'
      ? emit.node('Gelu', inputs, { approximate: 'tanh' })
      : emit.node('FastGelu', inputs, {}, 'com.microsoft'),

  // With s = σ(w): dy/dx = s + y (1 − s) w', w = k (x + c x³), w' = k (1 + 3c x²)
  gradient({ inputs: [x], y, g }) {
    const squared = x!.square();
    const s = squared
      .scale(K * CUBE)
      .plus(K)
      .mul(x!)
      .sigmoid();
    const slope = squared.scale(3 * K * CUBE).plus(K);
    return [g.mul(s.add(y.sub(y.mul(s)).mul(slope)))];
  },
};
