/**
 * The network and objective of VQ-VAE, apart from its settings.
 *
 * Letters: N items, C colours, H × W pixels, h × w places of the code map (a quarter of the sides), M = N·h·w vectors,
 * D numbers in each, K codes.
 */
import type { Objective } from '#main/engine/compile';
import { squaredError } from '#main/engine/functions/losses';
import { normal, uniform } from '#main/engine/init';
import type { Scope } from '#main/engine/scope';
import { product } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';
import { averageCodes, codebook, nearestCodes, perplexityOf, quantize } from '#main/nn';
import { type Mark, unmarked } from '../blueprint';
import type { ImageSpec } from '../recipe';
import { mapDecoder, mapEncoder, type ResidualSize, shrinkage } from './networks';

export interface QuantizerConfig extends ResidualSize {
  codebookSize: number;
  codeLength: number;
  codebookLearning: 'ema' | 'gradient';
  codebookInit: 'data' | 'uniform' | 'normal';
  emaDecay: number;
  restart: boolean;
  restartBelow: number;
  commitment: number;
  straightThrough: boolean;
  batchSize: number;
}

/** ε of the Laplace smoothing of counts: Sonnet's. */
export const smoothing = 1e-5;

export class VqVaeNetwork {
  readonly config: QuantizerConfig;
  readonly data: ImageSpec;
  readonly map: { height: number; width: number };

  constructor(config: QuantizerConfig, data: ImageSpec) {
    this.config = config;
    this.data = data;
    this.map = { height: data.height / shrinkage, width: data.width / shrinkage };
  }

  /** h · w */
  get places(): number {
    return this.map.height * this.map.width;
  }

  /** e: [K, D] */
  codes(scope: Scope): Tensor {
    const { codebookSize: size, codeLength: length, codebookLearning: learning, codebookInit } = this.config;
    // `data` starts at the encoder's own vectors, which the system puts in before step 1; until then any values do.
    const init = codebookInit === 'normal' ? normal(1) : uniform(-1 / size, 1 / size);
    return codebook(scope.at('codebook'), { size, length, learning, init, epsilon: smoothing });
  }

  /** x: [N, C, H, W] → z_e: [M, D], place after place, item after item */
  encode(scope: Scope, x: Tensor, mark: Mark = unmarked): Tensor {
    const z = mapEncoder(scope.at('encoder'), x, this.config, this.config.codeLength, mark); // [N, D, h, w]
    return z.transpose([0, 2, 3, 1]).reshape([-1, this.config.codeLength]);
  }

  /** vectors: [M, D] → [N, C, H, W] */
  decode(scope: Scope, vectors: Tensor, mark: Mark = unmarked): Tensor {
    const { height, width } = this.map;
    const maps = vectors.reshape([-1, height, width, this.config.codeLength]).transpose([0, 3, 1, 2]); // [N, D, h, w]
    return mapDecoder(scope.at('decoder'), maps, this.config, this.data.channels, mark);
  }

  /** M numbers or vectors as the map of each item: [M, …] → [N, h, w, …] */
  mapped(values: Tensor): Tensor {
    return values.reshape([-1, this.map.height, this.map.width, ...values.shape.slice(1)]);
  }

  /** The whole way of a picture: x → codes → y, every block marked. */
  reconstruct(scope: Scope, x: Tensor, mark: Mark = unmarked): { z: Tensor; codes: Tensor; e: Tensor; y: Tensor } {
    const z = this.encode(scope, x, mark);
    const e = this.codes(scope);
    const codes = nearestCodes(z, e); // [M]
    mark('codebook', 'vectors', this.mapped(codes));
    return { z, codes, e: e.gather(codes), y: this.decode(scope, e.gather(codes), mark) };
  }

  /**
   * L = ‖x − y‖² / σ²  +  β ‖z_e − sg[e]‖²  (+ ‖sg[z_e] − e‖² where the codebook learns by gradient), each a mean over
   * its elements (van den Oord et al. 2017, equation 3; the division by the data's variance σ² is Sonnet's).
   *
   * x: [N, C, H, W]; restartRows: int [K], the batch's vector that each code would start anew at.
   */
  objective(scope: Scope, x: Tensor, restartRows: Tensor): Objective {
    const { codebookSize: size, codebookLearning, commitment: beta, straightThrough } = this.config;
    const z = this.encode(scope, x); // [M, D]
    const e = this.codes(scope); // [K, D]
    const { codes, quantized, commitment, learning } = quantize(z, e, { straightThrough });
    const reconstruction = squaredError(this.decode(scope, quantized), x).scale(1 / this.data.variance);
    const chosen = codes.oneHot(size); // [M, K]
    const terms = { reconstruction, commitment, codebook_perplexity: perplexityOf(chosen.mean(0)) };
    const loss = reconstruction.add(commitment.scale(beta));
    this.#countPlaces(scope, chosen);

    if (codebookLearning === 'gradient') {
      return { loss: loss.add(learning), terms: { ...terms, codebook: learning } };
    }
    const { emaDecay: decay, restart, restartBelow } = this.config;
    const restarted = averageCodes(scope.at('codebook'), z, chosen, restartRows, {
      decay,
      restartBelow: restart ? restartBelow : 0,
    });
    return { loss, terms: { ...terms, restarted } };
  }

  /** Keeps how often each place of the map has held each code, [places, K]: what the sample head draws from. */
  #countPlaces(scope: Scope, chosen: Tensor): void {
    const { codebookSize: size, emaDecay } = this.config;
    const frequencies = chosen.reshape([-1, this.places, size]).mean(0); // [places, K]
    const kept = scope.at('sampler').state('frequencies', [this.places, size]);
    scope.at('sampler').update('frequencies', kept.scale(emaDecay).add(frequencies.scale(1 - emaDecay)));
  }

  /**
   * Codes drawn place by place from those frequencies, each place for itself: argmax(log p + g), g = −log(−log u)
   * (the Gumbel-max trick). u: uniform [N, places, K] → int [M]
   */
  draw(scope: Scope, u: Tensor): Tensor {
    const { codebookSize: size } = this.config;
    const frequencies = scope.at('sampler').state('frequencies', [this.places, size]);
    // The bounds keep every logarithm finite; a code never seen at a place loses to any that was.
    const scores = u
      .clip(1e-7, 1 - 1e-7)
      .log()
      .neg()
      .log()
      .neg()
      .add(frequencies.plus(1e-30).log());
    return scores.reshape([product(scores.shape.slice(0, 2)), size]).argMax(1);
  }
}
