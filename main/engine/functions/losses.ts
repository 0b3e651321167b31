/** Losses, in nats where they are logarithms. Each is a scalar, the mean over all items, unless it says otherwise. */

import { fixed, sameShape, show } from '../shape';
import type { Tensor } from '../tensor';

/** Mean of (y − x)². Same shapes → scalar. */
export const squaredError = (y: Tensor, x: Tensor): Tensor => y.sub(x).square().mean();

/**
 * Mean of −x log σ(l) − (1 − x) log(1 − σ(l)) = softplus(l) − x·l: x in [0, 1] as the chance of a one.
 *
 * logits, x: same shapes → scalar. Written without σ, so that no logarithm of 0 can come up.
 */
export const binaryCrossEntropy = (logits: Tensor, x: Tensor): Tensor => logits.softplus().sub(logits.mul(x)).mean();

export interface CrossEntropyOptions {
  /** A label that does not count: what padding or an unmasked token has. */
  ignoreIndex?: number;
  /** ε: the target is 1 − ε at the label and ε/C at every class besides (Szegedy et al. 2016, arXiv:1512.00567). */
  labelSmoothing?: number;
  /** How much each label counts, of the labels' shape; for weights by class, `classWeights.gather(labels)`. */
  weights?: Tensor;
}

/**
 * −log softmax(logits)[label] of each item. logits: [..., C], labels: int [...] → [...]
 *
 * The gradient, softmax − target, is one expression without a pass over zeros; logits of ±1000 do no harm.
 */
export function crossEntropyOfEach(logits: Tensor, labels: Tensor, { labelSmoothing = 0 } = {}): Tensor {
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new Error(`crossEntropy: labelSmoothing must lie in [0, 1), got ${labelSmoothing}`);
  }
  return logits.apply('crossEntropy', [logits.logSoftmax(), labels], { smoothing: labelSmoothing });
}

/**
 * Mean cross-entropy of integer labels, weighted: Σ w·ℓ / Σ w over the labels that are not ignored; 0 where none is
 * left. logits: [..., C], labels: int [...] → scalar
 */
export function crossEntropy(
  logits: Tensor,
  labels: Tensor,
  { ignoreIndex, labelSmoothing = 0, weights }: CrossEntropyOptions = {},
): Tensor {
  if (weights && !sameShape(weights.shape, labels.shape)) {
    throw new Error(
      `crossEntropy: weights must have the labels' shape ${show(labels.shape)}, got ${show(weights.shape)}; ` +
        'gather weights by class at the labels',
    );
  }
  if (ignoreIndex === undefined) {
    return averaged(crossEntropyOfEach(logits, labels, { labelSmoothing }), weights);
  }
  const counts = labels.notEqual(ignoreIndex);
  const zero = labels.constant(new Int32Array(1), [], 'int32').cast(labels.dtype);
  const each = crossEntropyOfEach(logits, counts.where(labels, zero), { labelSmoothing });
  const kept = counts.cast('float32');
  return averaged(each, weights ? kept.mul(weights) : kept);
}

const TINY = 1e-12; // keeps 0 / 0 away where every label is ignored

/** Σ w·x / Σ w, or the plain mean. */
const averaged = (x: Tensor, weights?: Tensor): Tensor =>
  weights ? x.mul(weights).sum().div(weights.sum().plus(TINY)) : x.mean();

/**
 * −Σ t log softmax(l) over the last axis, for targets that are probabilities: distillation, mixed labels.
 *
 * logits, targets: [..., C] → scalar
 */
export const softCrossEntropy = (logits: Tensor, targets: Tensor): Tensor =>
  targets.mul(logits.logSoftmax()).sum(-1).mean().neg();

export interface Gaussian {
  /** μ, [..., d] */
  mean: Tensor;
  /** log σ², [..., d] */
  logVariance: Tensor;
}

/**
 * KL(q ‖ p) of Gaussians with independent numbers, Σ over the last axis; p is the standard one when left out
 * (Kingma & Welling 2014, arXiv:1312.6114, appendix B).
 *
 *   ½ Σ (σ_q²/σ_p² + (μ_q − μ_p)²/σ_p² − 1 − log σ_q²/σ_p²)
 *
 * [..., d] → [...], nats of each item.
 */
export function gaussianDivergence(q: Gaussian, p?: Gaussian): Tensor {
  const difference = p ? q.mean.sub(p.mean) : q.mean;
  const logRatio = p ? q.logVariance.sub(p.logVariance) : q.logVariance;
  const distance = p ? difference.square().mul(p.logVariance.neg().exp()) : difference.square();
  return logRatio.exp().add(distance).sub(logRatio).plus(-1).sum(-1).scale(0.5);
}

const NORM_FLOOR = 1e-12; // added to a squared length, so that a vector of zeros has a direction: none

/** x / ‖x‖ along an axis. */
export const unitLength = (x: Tensor, axis = -1): Tensor => x.mul(x.sumSquares(axis, true).plus(NORM_FLOOR).rsqrt());

/** a·b / (‖a‖ ‖b‖) along an axis, in [−1, 1]. [..., d] with [..., d] → [...] */
export const cosineSimilarity = (a: Tensor, b: Tensor, axis = -1): Tensor =>
  unitLength(a, axis).mul(unitLength(b, axis)).sum(axis);

const EXCLUDED = -1e9;

/**
 * NT-Xent: each view must find the other view of its item among all 2N − 1 other views, by cosine similarity over the
 * temperature (SimCLR, Chen et al. 2020, arXiv:2002.05709, equation 1). It is ln(2N − 1) where all views are alike.
 *
 * a, b: [N, d], row i of both from item i → scalar
 */
export function ntXent(a: Tensor, b: Tensor, temperature: number): Tensor {
  const items = fixed('ntXent', a.shape[0], 'the batch');
  if (!(temperature > 0)) throw new Error(`ntXent: the temperature must be above 0, got ${temperature}`);
  if (a.rank !== 2 || !sameShape(a.shape, b.shape)) {
    throw new Error(`ntXent: both views must be [N, d], got ${show(a.shape)} and ${show(b.shape)}`);
  }
  const views = 2 * items;
  const z = unitLength(a.concat([b])); // [2N, d]
  const similarity = z.matmul(z, { transB: true, alpha: 1 / temperature }); // [2N, 2N]
  const places = (shift: number) =>
    z.constant(
      Int32Array.from({ length: views }, (_, i) => (i + shift) % views),
      [views],
      'int32',
    );
  const itself = places(0).oneHot(views); // [2N, 2N]
  return crossEntropy(similarity.add(itself.scale(EXCLUDED)), places(items));
}
