/**
 * A stack of machines and the deep auto-encoder that it unrolls to.
 *
 * Letters: N items, V = C·H·W pixels, L layers; layer l has w_l units, w_0 = V and w_L = d, the code.
 */
import { binaryCrossEntropy } from '#main/engine/functions/losses';
import { type Init, normal, uniform, zeros } from '#main/engine/init';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import { type Mark, unmarked } from '../blueprint';
import type { ImageSpec } from '../recipe';
import { Machine } from './machine';
import { type RbmConfig, widthsOf } from './rbm-settings';
import { copies } from './unroll';

export class RbmNetwork {
  readonly config: RbmConfig;
  readonly data: ImageSpec;
  /** w_0 … w_L */
  readonly widths: readonly number[];

  constructor(config: RbmConfig, data: ImageSpec) {
    this.config = config;
    this.data = data;
    this.widths = [data.channels * data.height * data.width, ...widthsOf(config)];
  }

  /** L */
  get layers(): number {
    return this.widths.length - 1;
  }

  /** Machine l of the stack, counted from 1: between layers l − 1 and l. Only the code's units are Gaussian. */
  machine(scope: Scope, layer: number): Machine {
    const [visible, hidden] = [this.widths[layer - 1]!, this.widths[layer]!];
    const kind = layer === this.layers ? 'gaussian' : 'binary';
    return new Machine(scope.at(`machine${layer}`), { visible, hidden, kind, init: normal(this.config.weightStd) });
  }

  /** The chances of the units of layer `to`, by the machines up to there. v: [N, V] → [N, w_to] */
  climb(scope: Scope, v: Tensor, to: number): Tensor {
    let h = v;
    for (let layer = 1; layer <= to; layer++) h = this.machine(scope, layer).up(h);
    return h;
  }

  /** Back from layer `from` to pixels by the machines. [N, w_from] → [N, V] */
  descend(scope: Scope, h: Tensor, from: number): Tensor {
    let v = h;
    for (let layer = from; layer >= 1; layer--) v = this.machine(scope, layer).down(v);
    return v;
  }

  flat(x: Tensor): Tensor {
    return x.reshape([x.shape[0]!, this.widths[0]!]);
  }

  picture(v: Tensor): Tensor {
    return v.reshape([v.shape[0]!, this.data.channels, this.data.height, this.data.width]);
  }

  // ---- the auto-encoder

  /** Xavier's bound √(6 / (in + out)) times 4, for the logistic function (Glorot & Bengio 2010, section 4.2.1). */
  #init(inputs: number, outputs: number): Init {
    if (this.config.start !== 'xavier') return normal(this.config.weightStd);
    const bound = 4 * Math.sqrt(6 / (inputs + outputs));
    return uniform(-bound, bound);
  }

  #affine(scope: Scope, inputs: number, outputs: number): { weight: Tensor; bias: Tensor } {
    const weight = scope.parameter('weight', [inputs, outputs], this.#init(inputs, outputs));
    return { weight, bias: scope.parameter('bias', [outputs], zeros) };
  }

  /** From layer l − 1 to l. */
  #encoding(scope: Scope, layer: number): { weight: Tensor; bias: Tensor } {
    return this.#affine(scope.at('encoder').at(`layer${layer}`), this.widths[layer - 1]!, this.widths[layer]!);
  }

  /** From layer l back to l − 1. */
  #decoding(scope: Scope, layer: number): { weight: Tensor; bias: Tensor } {
    return this.#affine(scope.at('decoder').at(`layer${layer}`), this.widths[layer]!, this.widths[layer - 1]!);
  }

  /** x: [N, C, H, W] → [N, d]. Logistic layers, and a linear one for the code. */
  encode(scope: Scope, x: Tensor, mark: Mark = unmarked): Tensor {
    let h = this.flat(x);
    for (let layer = 1; layer <= this.layers; layer++) {
      const { weight, bias } = this.#encoding(scope, layer);
      h = h.linear(weight, bias);
      if (layer < this.layers) h = h.sigmoid();
      mark('encoder', `layer${layer}`, h);
    }
    return h;
  }

  /** code: [N, d] → [N, C, H, W] before the last squashing */
  draw(scope: Scope, code: Tensor, mark: Mark = unmarked): Tensor {
    let h = code;
    for (let layer = this.layers; layer >= 1; layer--) {
      const { weight, bias } = this.#decoding(scope, layer);
      h = h.linear(weight, bias);
      if (layer > 1) h = h.sigmoid();
      mark('decoder', `layer${layer}`, layer > 1 ? h : this.picture(h));
    }
    return this.picture(h);
  }

  /** code: [N, d] → pixels [N, C, H, W] */
  decode(scope: Scope, code: Tensor, mark: Mark = unmarked): Tensor {
    return this.draw(scope, code, mark).sigmoid();
  }

  /** Cross-entropy of pixels in nats, a mean over them. x: [N, C, H, W] → scalar */
  loss(scope: Scope, x: Tensor): Tensor {
    return binaryCrossEntropy(this.draw(scope, this.encode(scope, x)), x);
  }

  /**
   * What copies the stack into the auto-encoder: W and b into the encoder, Wᵀ and a into the decoder. Without
   * `transpose` the decoder keeps the weights that it started with, and takes a alone.
   */
  unrolled(scope: Scope): Tensor {
    const pairs = Array.from({ length: this.layers }, (_, i) => i + 1).flatMap((layer) => {
      const { weight, visibleBias, hiddenBias } = this.machine(scope, layer);
      const [up, down] = [this.#encoding(scope, layer), this.#decoding(scope, layer)];
      const back = this.config.transpose ? [[down.weight, weight.transpose()] as const] : [];
      return [[up.weight, weight] as const, [up.bias, hiddenBias] as const, ...back, [down.bias, visibleBias] as const];
    });
    return copies(pairs);
  }

  // ---- dreaming

  /**
   * One sweep of the uppermost machine: a code for its visible units, and visible units for that code.
   *
   * v: [N, w_{L−1}] of 0 and 1; noise: normal [N, d]; u: uniform [N, w_{L−1}] → the next v, and its chances
   */
  sweep(scope: Scope, v: Tensor, { noise, u }: { noise: Tensor; u: Tensor }): { next: Tensor; chances: Tensor } {
    const top = this.machine(scope, this.layers);
    const chances = top.down(top.up(v).add(noise));
    return { next: u.less(chances).cast('float32'), chances };
  }

  /** The pixels that the stack sees below the uppermost machine's visible units. [N, w_{L−1}] → [N, C, H, W] */
  imagine(scope: Scope, chances: Tensor): Tensor {
    return this.picture(this.descend(scope, chances, this.layers - 1));
  }
}
