/**
 * Generator and critic, for pictures and for rows of tables, and what each of them is trained for.
 *
 * Letters: N items of any shape (C × H × W or F), z numbers that a generated item starts from.
 */
import type { Objective } from '#main/engine/compile';
import { gradientPenalty } from '#main/engine/functions/estimators';
import { normal, uniform } from '#main/engine/functions/random';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import { conv2d, convTranspose2d, linear } from '#main/nn';
import { shrinkage } from '../autoencoders/networks';
import { type Mark, unmarked } from '../blueprint';
import { type DataSpec, shapeOf, sizeOf } from '../data-spec';
import type { GanConfig } from './gan-settings';

/** Keeps a slope where a ReLU has none, so that the critic has something to say everywhere (DCGAN, Radford et al. 2016). */
const leak = 0.2;
const halve = { kernel: 4, stride: 2, pad: 1 } as const; // [h, w] → [h/2, w/2]; back again when transposed

export class GanNetwork {
  readonly config: GanConfig;
  readonly data: DataSpec;
  /** Of one item. */
  readonly shape: readonly number[];

  constructor(config: GanConfig, data: DataSpec) {
    this.config = config;
    this.data = data;
    this.shape = shapeOf(data);
  }

  /** z: [N, z] → items [N, …]; pixels in (0, 1), the numbers of a row as they come */
  generate(scope: Scope, z: Tensor, mark: Mark = unmarked): Tensor {
    const at = scope.at('generator');
    const y = this.#hasMaps ? this.#grown(at, z, mark) : this.#denseItem(at, z, mark);
    const item = this.data.modality === 'image' ? y.sigmoid() : y;
    mark('generator', 'item', item);
    return item;
  }

  /** x: [N, …] → [N, 1]: the more real, the higher. No batch norm: each item is judged for itself. */
  judge(scope: Scope, x: Tensor, mark: Mark = unmarked): Tensor {
    const at = scope.at('critic');
    const h = this.#hasMaps ? this.#shrunk(at, x, mark) : this.#dense(at, this.#flat(x), 'critic', mark);
    const score = linear(at.at('score'), h, 1, { gain: 'linear' });
    mark('critic', 'score', score);
    return score;
  }

  get #hasMaps(): boolean {
    return this.data.modality === 'image' && this.config.architecture === 'convolutional';
  }

  #flat(x: Tensor): Tensor {
    return x.reshape([x.shape[0]!, x.shape.slice(1).reduce((size: number, dim) => size * Number(dim), 1)]);
  }

  #dense(scope: Scope, x: Tensor, part: string, mark: Mark): Tensor {
    let h = x;
    for (let i = 1; i <= this.config.hiddenLayers; i++) {
      const next = linear(scope.at(`hidden${i}`), h, this.config.width);
      h = part === 'critic' ? next.leakyRelu(leak) : next.relu();
      mark(part, `hidden${i}`, h);
    }
    return h;
  }

  #denseItem(scope: Scope, z: Tensor, mark: Mark): Tensor {
    const h = this.#dense(scope, z, 'generator', mark);
    return linear(scope.at('item'), h, sizeOf(this.data), { gain: 'linear' }).reshape([z.shape[0]!, ...this.shape]);
  }

  /** A linear map to a quarter of the sides, then two transposed convolutions. */
  #grown(scope: Scope, z: Tensor, mark: Mark): Tensor {
    const [colours, height, width] = this.shape as [number, number, number];
    const [h, w, channels] = [height / shrinkage, width / shrinkage, 2 * this.config.channels];
    const map = linear(scope.at('unfold'), z, channels * h * w)
      .relu()
      .reshape([z.shape[0]!, channels, h, w]);
    mark('generator', 'unfold', map);
    const half = convTranspose2d(scope.at('double1'), map, this.config.channels, halve).relu(); // [N, ch, H/2, W/2]
    mark('generator', 'double1', half);
    return convTranspose2d(scope.at('item'), half, colours, { ...halve, gain: 'linear' }); // [N, C, H, W]
  }

  #shrunk(scope: Scope, x: Tensor, mark: Mark): Tensor {
    const half = conv2d(scope.at('halve1'), x, this.config.channels, halve).leakyRelu(leak); // [N, ch, H/2, W/2]
    mark('critic', 'halve1', half);
    const quarter = conv2d(scope.at('halve2'), half, 2 * this.config.channels, halve).leakyRelu(leak); // [N, 2ch, H/4, W/4]
    mark('critic', 'halve2', quarter);
    return this.#flat(quarter);
  }

  /** `count` items from chance that is made inside the graph. */
  invented(scope: Scope, count: number): Tensor {
    return this.generate(scope, normal(scope, 'z', [count, this.config.latent]));
  }

  /**
   * The critic's loss on as many invented items as real ones:
   *
   *   E[D(G(z))] − E[D(x)]  (+ λ E[(‖∇D(x̂)‖ − 1)²] at x̂ between the two, Gulrajani et al. 2017, equation 3)
   *
   * or softplus(−D(x)) + softplus(D(G(z))) for “real or not”. x: [N, …]
   */
  criticObjective(scope: Scope, x: Tensor, count: number): Objective {
    const { objective, penalty } = this.config;
    const fake = this.invented(scope, count).stopGradient();
    const [real, invented] = [this.judge(scope, x), this.judge(scope, fake)];
    const distance = real.mean().sub(invented.mean());
    if (objective === 'non-saturating') {
      const loss = real.neg().softplus().mean().add(invented.softplus().mean());
      return { loss, terms: { critic: loss, distance } };
    }
    if (objective === 'wgan') return { loss: distance.neg(), terms: { critic: distance.neg(), distance } };
    const share = uniform(scope, 'between', [count, ...this.shape.map(() => 1)]);
    const between = fake.add(share.mul(x.sub(fake)));
    const slope = gradientPenalty((at) => this.judge(scope, at), between);
    const loss = slope.scale(penalty).sub(distance);
    return { loss, terms: { critic: loss, distance, penalty: slope } };
  }

  /** The generator's: −E[D(G(z))], or softplus(−D(G(z))), which does not saturate where the critic is sure. */
  generatorObjective(scope: Scope, count: number): Objective {
    const score = this.judge(scope, this.invented(scope, count));
    const loss = this.config.objective === 'non-saturating' ? score.neg().softplus().mean() : score.mean().neg();
    return { loss, terms: { generator: loss } };
  }
}
