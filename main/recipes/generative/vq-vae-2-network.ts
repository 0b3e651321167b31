/**
 * Two levels of codes: a coarse map for the whole of a picture, and a fine one for what the coarse map leaves open (VQ-VAE-2,
 * Razavi, van den Oord & Vinyals 2019, arXiv:1906.00446, algorithm 1). The paper's maps are a quarter and an eighth of the
 * sides of 256 × 256 pictures; here a half and a quarter, for small ones.
 *
 * Letters: N items, C colours, H × W pixels, D numbers of a code, K codes of each level.
 */
import type { Objective } from '#main/engine/compile';
import { squaredError } from '#main/engine/functions/losses';
import { uniform } from '#main/engine/init';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import {
  averageCodes,
  codebook,
  conv2d,
  convTranspose2d,
  nearestCodes,
  perplexityOf,
  quantize,
  residualBlock,
} from '#main/nn';
import { smoothing } from '../autoencoders/vq-vae-network';
import { type Mark, unmarked } from '../blueprint';
import type { ImageSpec } from '../recipe';
import type { TwoLevelConfig } from './vq-vae-2-settings';

const halve = { kernel: 4, stride: 2, pad: 1 } as const; // [h, w] → [h/2, w/2]; back again when transposed
const keep = { kernel: 3, pad: 1 } as const;
const each = { kernel: 1, gain: 'linear' } as const;

export const levels = ['top', 'bottom'] as const;
export type Level = (typeof levels)[number];

export class TwoLevelNetwork {
  readonly config: TwoLevelConfig;
  readonly data: ImageSpec;
  readonly maps: Record<Level, { height: number; width: number }>;

  constructor(config: TwoLevelConfig, data: ImageSpec) {
    this.config = config;
    this.data = data;
    const shrunk = (by: number) => ({ height: data.height / by, width: data.width / by });
    this.maps = { top: shrunk(4), bottom: shrunk(2) };
  }

  places(level: Level): number {
    return this.maps[level].height * this.maps[level].width;
  }

  /** e: [K, D] */
  codes(scope: Scope, level: Level): Tensor {
    const { codebookSize: size, codeLength: length } = this.config;
    const init = uniform(-1 / size, 1 / size); // the system puts encoded items in before step 1
    return codebook(scope.at('codebook').at(level), { size, length, learning: 'ema', init, epsilon: smoothing });
  }

  /** [N, c, h, w] → [N, channels, h, w], ReLU applied. */
  #deep(scope: Scope, x: Tensor, part: string, mark: Mark): Tensor {
    let h = conv2d(scope.at('mix'), x, this.config.channels, keep);
    for (let i = 1; i <= this.config.residualBlocks; i++)
      h = residualBlock(scope.at(`residual${i}`), h, this.config.residualChannels);
    const y = h.relu();
    mark(part, 'residual', y);
    return y;
  }

  /** What the bottom encoder sees, before it knows the top. x: [N, C, H, W] → [N, channels, H/2, W/2] */
  #seen(scope: Scope, x: Tensor, mark: Mark): Tensor {
    const at = scope.at('encoderBottom');
    const half = conv2d(at.at('halve'), x, this.config.channels, halve).relu();
    mark('encoderBottom', 'halve', half);
    return this.#deep(at, half, 'encoderBottom', mark);
  }

  /** → z: [N · H/4 · W/4, D] */
  #encodedTop(scope: Scope, seen: Tensor, mark: Mark): Tensor {
    const at = scope.at('encoderTop');
    const half = conv2d(at.at('halve'), seen, this.config.channels, halve).relu();
    mark('encoderTop', 'halve', half);
    const z = conv2d(at.at('code'), this.#deep(at, half, 'encoderTop', mark), this.config.codeLength, each);
    mark('encoderTop', 'code', z);
    return this.#vectors(z);
  }

  /** z of the bottom, told what the top holds already. → [N · H/2 · W/2, D] */
  #encodedBottom(scope: Scope, seen: Tensor, top: Tensor, mark: Mark): Tensor {
    const at = scope.at('decoderTop');
    const deep = this.#deep(at, this.#map(top, 'top'), 'decoderTop', mark);
    const told = convTranspose2d(at.at('double'), deep, this.config.channels, halve); // [N, channels, H/2, W/2]
    mark('decoderTop', 'double', told);
    const z = conv2d(scope.at('encoderBottom').at('code'), seen.concat([told], 1), this.config.codeLength, each);
    mark('encoderBottom', 'code', z);
    return this.#vectors(z);
  }

  /** Maps of vectors as rows. [N, D, h, w] → [N · h · w, D] */
  #vectors(z: Tensor): Tensor {
    return z.transpose([0, 2, 3, 1]).reshape([-1, this.config.codeLength]);
  }

  /** And back. */
  #map(vectors: Tensor, level: Level): Tensor {
    const { height, width } = this.maps[level];
    return vectors.reshape([-1, height, width, this.config.codeLength]).transpose([0, 3, 1, 2]);
  }

  /** One number or vector a place: [N · h · w, …] → [N, h, w, …] */
  mapped(values: Tensor, level: Level): Tensor {
    return values.reshape([-1, this.maps[level].height, this.maps[level].width, ...values.shape.slice(1)]);
  }

  /** Vectors of both levels → pixels [N, C, H, W] */
  decode(scope: Scope, top: Tensor, bottom: Tensor, mark: Mark = unmarked): Tensor {
    const at = scope.at('decoder');
    const up = convTranspose2d(at.at('top'), this.#map(top, 'top'), this.config.codeLength, halve); // [N, D, H/2, W/2]
    const fine = this.config.detail ? bottom : bottom.scale(0);
    const deep = this.#deep(at, up.concat([this.#map(fine, 'bottom')], 1), 'decoder', mark);
    const y = convTranspose2d(at.at('double'), deep, this.data.channels, { ...halve, gain: 'linear' });
    mark('decoder', 'double', y);
    return y;
  }

  /** The whole way of a picture: x → codes of both levels → y, every block marked. */
  reconstruct(scope: Scope, x: Tensor, mark: Mark = unmarked) {
    const seen = this.#seen(scope, x, mark);
    const z = { top: this.#encodedTop(scope, seen, mark) } as Record<Level, Tensor>;
    const book = { top: this.codes(scope, 'top'), bottom: this.codes(scope, 'bottom') };
    const codes = { top: nearestCodes(z.top, book.top) } as Record<Level, Tensor>;
    mark('codebook', 'top', this.mapped(codes.top, 'top'));
    const top = book.top.gather(codes.top);
    z.bottom = this.#encodedBottom(scope, seen, top, mark);
    codes.bottom = nearestCodes(z.bottom, book.bottom);
    mark('codebook', 'bottom', this.mapped(codes.bottom, 'bottom'));
    const e = { top, bottom: book.bottom.gather(codes.bottom) };
    return { z, codes, e, y: this.decode(scope, e.top, e.bottom, mark) };
  }

  /**
   * ‖x − y‖² / σ² + β (‖z_t − sg[e_t]‖² + ‖z_b − sg[e_b]‖²), each a mean over its elements; codebooks by running averages.
   *
   * x: [N, C, H, W]; restart: int [K] of each level, the batch's vector that each code would start anew at.
   */
  objective(scope: Scope, x: Tensor, restart: Record<Level, Tensor>): Objective {
    const { codebookSize: size, commitment: beta, emaDecay: decay } = this.config;
    const seen = this.#seen(scope, x, unmarked);
    const zTop = this.#encodedTop(scope, seen, unmarked);
    const top = quantize(zTop, this.codes(scope, 'top'), { straightThrough: true });
    const zBottom = this.#encodedBottom(scope, seen, top.quantized, unmarked);
    const bottom = quantize(zBottom, this.codes(scope, 'bottom'), { straightThrough: true });
    const y = this.decode(scope, top.quantized, bottom.quantized);
    const reconstruction = squaredError(y, x).scale(1 / this.data.variance);
    const commitment = top.commitment.add(bottom.commitment);

    const learn = (level: Level, z: Tensor, codes: Tensor): Tensor => {
      const chosen = codes.oneHot(size); // [M, K]
      const restartBelow = this.config.restart ? 1 : 0; // Jukebox's: less than one choice a step on average
      averageCodes(scope.at('codebook').at(level), z, chosen, restart[level], { decay, restartBelow });
      return perplexityOf(chosen.mean(0));
    };
    const perplexity = { top: learn('top', zTop, top.codes), bottom: learn('bottom', zBottom, bottom.codes) };
    return {
      loss: reconstruction.add(commitment.scale(beta)),
      terms: { reconstruction, commitment, topPerplexity: perplexity.top, codebook_perplexity: perplexity.bottom },
    };
  }
}
