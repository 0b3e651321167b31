/**
 * A small GPT over the code maps of a VQ-VAE, and the VQ-VAE itself, frozen, so that what it draws can be seen.
 *
 * Letters: N items, T = h·w places of the map in rows from the top, K codes, w the width.
 */
import { crossEntropyOfEach } from '#main/engine/functions/losses';
import { normal } from '#main/engine/init';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import { gpt2Style, projection, transformer } from '#main/nn';
import { VqVaeNetwork } from '../autoencoders/vq-vae-network';
import { vqVaeSchema } from '../autoencoders/vq-vae-settings';
import { type Mark, unmarked } from '../blueprint';
import type { ImageSpec } from '../recipe';
import type { VqPriorConfig } from './vq-prior-settings';

/** What is trained. */
export const isOwn = (name: string): boolean => name.startsWith('prior.');
/** What comes from the VQ-VAE and stays as it is. */
export const isQuantizer = (name: string): boolean => /^(encoder|decoder|codebook|sampler)\./.test(name);

const init = normal(0.02); // GPT-2's
/** Bounds that keep every logarithm of a uniform number finite. */
const edge = 1e-7;
/** A code that training never met at a place is not impossible there, only as unlikely as one in this many. */
const unseen = 1e-6;

export class VqPriorNetwork {
  readonly config: VqPriorConfig;
  readonly quantizer: VqVaeNetwork;

  constructor(config: VqPriorConfig, data: ImageSpec) {
    this.config = config;
    this.quantizer = new VqVaeNetwork({ ...vqVaeSchema.parse({}), ...config }, data);
  }

  /** T */
  get places(): number {
    return this.quantizer.places;
  }

  /** x: [N, C, H, W] → codes int [N, T] */
  codesOf(scope: Scope, x: Tensor): Tensor {
    return this.quantizer.reconstruct(scope, x).codes.reshape([-1, this.places]);
  }

  /** codes: int [N, T] → pixels [N, C, H, W] */
  decode(scope: Scope, codes: Tensor): Tensor {
    return this.quantizer.decode(scope, this.quantizer.codes(scope).gather(codes.reshape([-1])));
  }

  #embedded(scope: Scope, codes: Tensor): Tensor {
    const { codebookSize, width } = this.config;
    return scope.at('prior').parameter('code', [codebookSize, width], init).gather(codes);
  }

  /** The vector that stands before the first code, for each item of `like`. like: [N, …] → [N, 1, w] */
  #start(scope: Scope, like: Tensor): Tensor {
    const start = scope.at('prior').parameter('start', [1, 1, this.config.width], init);
    const first = like.shape.slice(1).reduce((x: Tensor, _, axis) => x.slice(axis + 1, 0, 1), like);
    return start.add(first.scale(0).reshape([-1, 1, 1]));
  }

  /**
   * Logits of the code at each of the first t places, from a sequence that begins one place earlier.
   * before: [N, t, w] → [N, t, K]
   */
  #logits(scope: Scope, before: Tensor, mark: Mark = unmarked): Tensor {
    const { codebookSize, layers, heads, width, dropout, context } = this.config;
    const at = scope.at('prior');
    const length = Number(before.shape[1]);
    const seen = context ? before : before.scale(0);
    const x = seen.add(at.parameter('position', [this.places, width], init).slice(0, 0, length));
    mark('prior', 'code', x);
    const h = transformer(at, x, { ...gpt2Style, layers, heads, dropout }, { causal: true });
    mark('prior', 'layers', h);
    const logits = projection(at.at('logits'), h, codebookSize, init);
    mark('prior', 'logits', logits);
    return logits;
  }

  /** −log p of each code given those before it, in nats. codes: int [N, T] → [N, T] */
  surprise(scope: Scope, codes: Tensor, mark: Mark = unmarked): Tensor {
    const vectors = this.#embedded(scope, codes); // [N, T, w]
    const start = this.#start(scope, vectors);
    const before = this.places > 1 ? start.concat([vectors.slice(1, 0, this.places - 1)], 1) : start;
    return crossEntropyOfEach(this.#logits(scope, before, mark), codes);
  }

  /** The same by how often each place held each code when the VQ-VAE was trained, each place for itself. → [N, T] */
  independentSurprise(scope: Scope, codes: Tensor): Tensor {
    const { codebookSize: size } = this.config;
    const frequencies = scope
      .at('sampler')
      .state('frequencies', [this.places, size])
      .plus(unseen / size);
    const logs = frequencies.div(frequencies.sum(1, true)).log(); // [T, K]
    return codes.oneHot(size).mul(logs).sum(2).neg();
  }

  /**
   * Draws maps code after code: each is the largest of logits + g, g = −log(−log u) (the Gumbel-max trick).
   * u: uniform [N, T, K] → int [N, T]
   */
  draw(scope: Scope, u: Tensor): Tensor {
    const { codebookSize: size } = this.config;
    const noise = u
      .clip(edge, 1 - edge)
      .log()
      .neg()
      .log()
      .neg();
    let before = this.#start(scope, u);
    const drawn: Tensor[] = [];
    for (let place = 0; place < this.places; place++) {
      const logits = this.#logits(scope, before).slice(1, place, place + 1); // [N, 1, K]
      const code = logits
        .add(noise.slice(1, place, place + 1))
        .reshape([-1, size])
        .argMax(1)
        .cast('int32'); // [N]
      drawn.push(code.reshape([-1, 1]));
      before = before.concat([this.#embedded(scope, code).reshape([-1, 1, this.config.width])], 1);
    }
    return drawn[0]!.concat(drawn.slice(1), 1);
  }
}
