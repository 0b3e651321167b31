/** The methods of a tensor that work number by number and need nothing but themselves: tensor.ts inherits them. */

import type { OpAttributes, OpName } from './ops/attributes';

export abstract class Elementwise {
  /** Adds a node of the op on this tensor alone. */
  protected abstract on<N extends OpName>(op: N, attributes: OpAttributes[N]): this;

  square(): this {
    return this.on('square', {});
  }

  sqrt(): this {
    return this.on('sqrt', {});
  }

  /** 1 / x */
  reciprocal(): this {
    return this.on('reciprocal', {});
  }

  /** 1 / √x */
  rsqrt(): this {
    return this.sqrt().reciprocal();
  }

  /** x^exponent, with a fixed exponent. Below 0 it is defined for whole exponents only, as in JavaScript. */
  pow(exponent: number): this {
    if (exponent === 1) return this;
    if (exponent === 2) return this.square();
    if (exponent === 0.5) return this.sqrt();
    return exponent === -1 ? this.reciprocal() : this.on('pow', { exponent });
  }

  exp(): this {
    return this.on('exp', {});
  }

  /** The natural logarithm. */
  log(): this {
    return this.on('log', {});
  }

  /** x in radians. */
  sin(): this {
    return this.on('sin', {});
  }

  cos(): this {
    return this.on('cos', {});
  }

  abs(): this {
    return this.on('abs', {});
  }

  /** −1, 0 or 1. */
  sign(): this {
    return this.on('sign', {});
  }

  floor(): this {
    return this.on('floor', {});
  }

  ceil(): this {
    return this.on('ceil', {});
  }

  /** To the nearest whole number; halves to the even one. */
  round(): this {
    return this.on('round', {});
  }

  erf(): this {
    return this.on('erf', {});
  }

  relu(): this {
    return this.on('relu', {});
  }

  /** x for x > 0, slope · x otherwise (Maas et al. 2013, ICML workshop). */
  leakyRelu(slope = 0.01): this {
    return this.on('leakyRelu', { slope });
  }

  /** x for x > 0, α (eˣ − 1) otherwise (Clevert et al. 2016, arXiv:1511.07289). */
  elu(alpha = 1): this {
    return this.on('elu', { alpha });
  }

  /** 1 / (1 + e⁻ˣ) */
  sigmoid(): this {
    return this.on('sigmoid', {});
  }

  tanh(): this {
    return this.on('tanh', {});
  }

  /** x between −1 and 1, the nearer of them outside. */
  hardTanh(): this {
    return this.clip(-1, 1);
  }

  /** x Φ(x) (Hendrycks & Gimpel 2016, arXiv:1606.08415). */
  gelu(): this {
    return this.on('gelu', {});
  }

  /** GELU as GPT-2 computes it: ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))). */
  geluTanh(): this {
    return this.on('geluTanh', {});
  }

  /** x σ(x) (Elfwing et al. 2018, arXiv:1702.03118); also called swish. */
  silu(): this {
    return this.on('silu', {});
  }

  /** log(1 + eˣ) */
  softplus(): this {
    return this.on('softplus', {});
  }

  clip(low: number, high: number): this {
    return this.on('clip', { low, high });
  }

  /** The other truth value. */
  not(): this {
    return this.on('not', {});
  }

  /** The same value; no gradient flows back through it. */
  stopGradient(): this {
    return this.on('stopGradient', {});
  }
}
