/**
 * The network and objective of the VAE (Kingma & Welling 2014, arXiv:1312.6114) and β-VAE (Higgins et al. 2017).
 *
 * Letters: N items, d dimensions of z; q(z|x) = N(μ, σ²), the encoder giving μ and log σ².
 */
import type { Objective } from '#main/engine/compile';
import type { Gaussian } from '#main/engine/functions/losses';
import { normal } from '#main/engine/functions/random';
import type { Scope } from '#main/engine/scope';
import { elements } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';
import { type Fed, LatentNetwork } from './latent-network';
import type { VaeConfig } from './vae-settings';

export class VaeNetwork<C extends VaeConfig = VaeConfig> extends LatentNetwork<C> {
  /** μ and log σ² of each dimension. */
  override get encoded(): number {
    return 2 * this.config.bottleneck;
  }

  /** h: [N, 2d] → μ, log σ²: [N, d] each */
  posterior(h: Tensor): Gaussian {
    const [mean, logVariance] = h.split(2, 1) as [Tensor, Tensor];
    return { mean, logVariance };
  }

  /** The mean of the posterior. */
  override code(h: Tensor): Tensor {
    return this.posterior(h).mean;
  }

  /** z = μ + σ ⊙ ε, through which gradients reach both. epsilon: of N(0, 1), [N, d] → [N, d] */
  sample({ mean, logVariance }: Gaussian, epsilon: Tensor): Tensor {
    return mean.add(logVariance.scale(0.5).exp().mul(epsilon));
  }

  /** z of this step, with chance from the graph. */
  drawn(scope: Scope, q: Gaussian): Tensor {
    const shape = q.mean.shape.map((dim) => elements('vae', [dim]));
    return this.sample(q, normal(scope, 'epsilon', shape));
  }

  /** KL(q ‖ N(0, 1)) of each dimension, nats: ½ (σ² + μ² − 1 − log σ²). [N, d] */
  divergence({ mean, logVariance }: Gaussian): Tensor {
    return logVariance.exp().add(mean.square()).sub(logVariance).plus(-1).scale(0.5);
  }

  /** What training takes for it: with the setting `posterior` at `sigma`, a mistake that is often made. */
  #trainedDivergence(q: Gaussian): Tensor {
    if (this.config.posterior === 'log-variance') return this.divergence(q);
    const sigma = q.logVariance.scale(0.5).exp();
    return sigma.square().add(q.mean.square()).sub(sigma).plus(-1).scale(0.5);
  }

  /** −log p(x|z) from the mean over pixels that `error` or `errorOfEach` gives: summed over pixels, nats. */
  nats(error: Tensor): Tensor {
    if (this.reading === 'cross-entropy') return error.scale(this.size);
    const { sigma } = this.config;
    return error.scale(this.size / (2 * sigma ** 2)).plus(this.size * Math.log(sigma * Math.sqrt(2 * Math.PI)));
  }

  /** −E[log p(x|z)] + β Σ KL, the KL of a dimension at least λ. x: [N, …]; beta: scalar, by its warm-up */
  objective(scope: Scope, { x, beta }: Fed): Objective {
    const q = this.posterior(this.encode(scope, x!));
    return this.bound(scope, q, this.drawn(scope, q), x!, beta!);
  }

  /** The same of a posterior and a sample that are there already. */
  bound(scope: Scope, q: Gaussian, z: Tensor, x: Tensor, beta: Tensor): Objective {
    const { pixels, freeBits } = this.config;
    const reconstruction = this.nats(this.error(this.draw(scope, z), x));
    const ofDimensions = this.#trainedDivergence(q).mean(0); // [d]
    const paid = freeBits > 0 ? ofDimensions.maximum(ofDimensions.constant(freeBits)) : ofDimensions;
    const counted = pixels === 'sum' ? reconstruction : reconstruction.scale(1 / this.size);
    return {
      loss: counted.add(paid.sum().mul(beta)),
      terms: { reconstruction_nats: reconstruction, kl_nats: ofDimensions.sum() },
    };
  }

  /** y from the mean; −log p(x|z) [N] of one sample of z and of the mean; the KL of each dimension [N, d]. */
  override measure(scope: Scope, { x, epsilon }: Fed): Record<string, Tensor> {
    const q = this.posterior(this.encode(scope, x!));
    const sampled = this.draw(scope, this.sample(q, epsilon!));
    const likeliest = this.draw(scope, q.mean);
    return {
      y: this.read(likeliest),
      reconstruction: this.nats(this.errorOfEach(sampled, x!)),
      atMean: this.nats(this.errorOfEach(likeliest, x!)),
      divergence: this.divergence(q),
    };
  }

  /**
   * log p(x|z) + log p(z) − log q(z|x) of one sample z ~ q(z|x), [N]: its mean is the ELBO, and the logarithm of the mean
   * of k of their exponentials the tighter bound of IWAE (Burda et al. 2016, arXiv:1509.00519, equation 8).
   */
  logWeight(scope: Scope, { x, epsilon }: Fed): Tensor {
    const q = this.posterior(this.encode(scope, x!));
    const z = this.sample(q, epsilon!);
    const observed = this.nats(this.errorOfEach(this.draw(scope, z), x!)); // −log p(x|z), [N]
    // log p(z) − log q(z|x): the constants ½ log 2π cancel.
    const ratio = epsilon!.square().add(q.logVariance).sub(z.square()).sum(1).scale(0.5); // [N]
    return ratio.sub(observed);
  }
}
