/**
 * The network that learns what normal items look like, and the scores that tell how far from that an item is.
 *
 * Letters: N items, F numbers of an item, d numbers in the middle. p: an item as `preparation.ts` gives it.
 */
import type { Objective } from '#main/engine/compile';
import { gaussianDivergence } from '#main/engine/functions/losses';
import { normal } from '#main/engine/functions/random';
import { zeros } from '#main/engine/init';
import { stream } from '#main/engine/random';
import type { Scope } from '#main/engine/scope';
import { elements } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';
import { type Fed, LatentNetwork } from '../autoencoders/latent-network';
import { type Mark, unmarked } from '../blueprint';
import type { DataSpec } from '../data-spec';
import type { AnomalyConfig } from './anomaly-settings';
import { type Preparation, prepare, unprepare } from './preparation';

/** Draws of chance that a score is the mean of, the same for every item, so that scores can be compared and repeated. */
const draws = 8;
/** Part of the model and not of a run, so that a file it is exported to gives the same scores. */
const fixedChance = (scope: Scope, name: string, shape: readonly number[]): Tensor =>
  scope.constant(
    stream(0)
      .split(name)
      .normal(shape.reduce((size, dim) => size * dim, 1)),
    shape,
  );
/** Variances of the decoder lie in e^±this: a pixel that is always black would else be told with any precision. */
const widestLogVariance = 6;

export class AnomalyNetwork extends LatentNetwork<AnomalyConfig & { loss: 'squared-error' }> {
  readonly #fixed: Preparation | undefined;

  constructor(config: AnomalyConfig, data: DataSpec, fixed?: Preparation) {
    super('anomaly-autoencoder', { ...config, loss: 'squared-error' }, data);
    this.#fixed = fixed;
  }

  get isVariational(): boolean {
    return this.config.score === 'elbo' || this.config.score === 'reconstruction-probability';
  }
  override get encoded(): number {
    return this.config.bottleneck * (this.isVariational ? 2 : 1); // μ and log σ²
  }

  /** x → p, both [N, …] */
  prepare(scope: Scope, x: Tensor): Tensor {
    return this.data.modality === 'table' ? prepare(scope, x, this.data.features, this.#fixed) : x;
  }
  override encode(scope: Scope, x: Tensor, mark: Mark = unmarked): Tensor {
    return super.encode(scope, this.prepare(scope, x), mark);
  }
  override code(h: Tensor): Tensor {
    return this.isVariational ? h.slice(1, 0, this.config.bottleneck) : h;
  }
  override decode(scope: Scope, code: Tensor, mark: Mark = unmarked): Tensor {
    const p = this.draw(scope, code, mark);
    return this.data.modality === 'table' ? unprepare(scope, p, this.data.features, this.#fixed) : p;
  }

  /** p → p through the middle, without chance: [N, …] */
  #restore(scope: Scope, p: Tensor): Tensor {
    return this.draw(scope, this.code(super.encode(scope, p)));
  }
  #posterior(scope: Scope, p: Tensor): { mean: Tensor; logVariance: Tensor } {
    const [mean, logVariance] = super.encode(scope, p).split(2, 1) as [Tensor, Tensor];
    return { mean, logVariance: logVariance.clip(-10, 10) };
  }

  /** log σ² of the decoder: of each column of a table, one for all pixels. */
  #logVariance(scope: Scope): Tensor {
    return scope.at('decoder').parameter('logVariance', this.data.modality === 'table' ? this.shape : [1], zeros);
  }

  override outline(scope: Scope, x: Tensor, mark: Mark): Tensor[] {
    const made = super.outline(scope, x, mark);
    return this.isVariational ? [...made, this.#logVariance(scope)] : made;
  }

  /** −log p(p | z), nats of each item: a Gaussian whose variance is learnt. [N] */
  #surprise(scope: Scope, drawn: Tensor, p: Tensor): Tensor {
    const logVariance = this.#logVariance(scope).clip(-widestLogVariance, widestLogVariance);
    const nats = drawn
      .sub(p)
      .square()
      .mul(logVariance.neg().exp())
      .add(logVariance)
      .plus(Math.log(2 * Math.PI));
    return nats.sum(this.#itemAxes).scale(0.5);
  }
  get #itemAxes(): number[] {
    return this.shape.map((_, axis) => axis + 1);
  }

  objective(scope: Scope, { x }: Fed): Objective {
    const p = this.prepare(scope, x!);
    const sizes = x!.shape.map((dim) => elements('anomaly', [dim]));
    if (this.isVariational) return this.#bound(scope, p, sizes[0]!);
    const { score, noise } = this.config;
    const given = score === 'denoising' ? p.add(normal(scope, 'noise', sizes).scale(noise)) : p;
    const reconstruction = this.error(this.#restore(scope, given), p);
    return { loss: reconstruction, terms: { reconstruction } };
  }

  /** The negative ELBO per number of an item, so that learning rates mean the same as for the plain error. */
  #bound(scope: Scope, p: Tensor, items: number): Objective {
    const q = this.#posterior(scope, p);
    const chance = normal(scope, 'chance', [items, this.config.bottleneck]);
    const z = q.mean.add(q.logVariance.scale(0.5).exp().mul(chance));
    const reconstruction = this.#surprise(scope, this.draw(scope, z), p)
      .mean()
      .scale(1 / this.size);
    const kl = gaussianDivergence(q)
      .mean()
      .scale(1 / this.size);
    return { loss: reconstruction.add(kl.scale(this.config.klWeight)), terms: { reconstruction, kl } };
  }

  /** How unlike normal each item is: [N], mean squared error or nats. */
  score(scope: Scope, x: Tensor): Tensor {
    const p = this.prepare(scope, x);
    if (this.config.score === 'reconstruction') return this.errorOfEach(this.#restore(scope, p), p);
    return this.isVariational ? this.#variationalScore(scope, p) : this.#denoisingScore(scope, p);
  }

  #denoisingScore(scope: Scope, p: Tensor): Tensor {
    const noises = fixedChance(scope, 'noise', [draws, ...this.shape]).scale(this.config.noise);
    return this.#meanOver((i) => this.errorOfEach(this.#restore(scope, p.add(noises.slice(0, i, i + 1))), p));
  }

  /** −ELBO, or without its KL term the reconstruction probability (An & Cho 2015) as −log. */
  #variationalScore(scope: Scope, p: Tensor): Tensor {
    const q = this.#posterior(scope, p);
    const chance = fixedChance(scope, 'chance', [draws, this.config.bottleneck]);
    const spread = q.logVariance.scale(0.5).exp();
    const surprise = this.#meanOver((i) =>
      this.#surprise(scope, this.draw(scope, q.mean.add(spread.mul(chance.slice(0, i, i + 1)))), p),
    );
    return this.config.score === 'elbo' ? surprise.add(gaussianDivergence(q).scale(this.config.klWeight)) : surprise;
  }

  #meanOver(score: (draw: number) => Tensor): Tensor {
    const each = Array.from({ length: draws }, (_, i) => score(i));
    return each.reduce((sum, one) => sum.add(one)).scale(1 / draws);
  }

  override measure(scope: Scope, { x }: Fed): Record<string, Tensor> {
    const p = this.prepare(scope, x!);
    const back = this.#restore(scope, p);
    return { score: this.score(scope, x!), error: this.errorOfEach(back, p) };
  }

  /** What comes back of each item, as imported, and where it is off: squared error of each prepared number. [N, …] */
  explain(scope: Scope, x: Tensor): { y: Tensor; residual: Tensor } {
    const p = this.prepare(scope, x);
    const code = this.code(super.encode(scope, p));
    return { y: this.decode(scope, code), residual: this.draw(scope, code).sub(p).square() };
  }
}
