/** Adafactor (Shazeer & Stern 2018, arXiv:1804.04235): Adam's second moment kept as rows and columns, not as a matrix. */

import type { Tensor } from '../tensor';
import { stepNumber } from './moments';
import type { Optimizer, OptimizerContext, Trained } from './optimizer';
import { numericShape, ratedBy } from './optimizer';

export interface AdafactorOptions {
  /** The step is in proportion to the parameter: lr · max(ε₂, RMS(p)). */
  scaleByParameter?: boolean;
  /** Multiplies the rate by min(10⁻², 1 / √t), the paper's own schedule; feed a constant rate of 1 with it. */
  relativeStep?: boolean;
  /** d, the largest root mean square of an update before the rate. */
  clip?: number;
  /** c of the decay β̂₂ = 1 − t^−c: 0 at the first step, then slowly towards 1. */
  decayPower?: number;
  /** ε₁, beside g². */
  eps?: number;
  /** ε₂, the least size that a parameter counts as, so that zeros can move. */
  leastScale?: number;
  /** λ, decoupled as in AdamW. */
  weightDecay?: number;
}

const defaults: Required<AdafactorOptions> = {
  scaleByParameter: true,
  relativeStep: false,
  clip: 1,
  decayPower: 0.8,
  eps: 1e-30,
  leastScale: 1e-3,
  weightDecay: 0,
};

/**
 * Algorithms 4 and 5 there. For a matrix of n × m, with means over rows and columns in place of the paper's sums, which
 * gives the same V̂ from numbers of the gradient's own scale:
 *
 *   R ← β̂₂ R + (1 − β̂₂) mean_j(g² + ε₁)        C ← β̂₂ C + (1 − β̂₂) mean_i(g² + ε₁)        V̂ = R Cᵀ / mean(R)
 *   U = g / √V̂        p ← p − α U / max(1, RMS(U) / d)
 *
 * A kernel [out, in, kh, kw] is the matrix [out, in · kh · kw]; vectors keep the whole of V.
 */
export function adafactor(options: AdafactorOptions = {}): Optimizer {
  const settings = { ...defaults, ...options };
  return {
    name: 'adafactor',
    update(parameters, context) {
      const t = stepNumber(context, 'adafactor.t');
      const logT = t.log();
      const fresh = logT.scale(-settings.decayPower).exp(); // 1 − β̂₂ = t^−c
      const rate = settings.relativeStep
        ? context.learningRate.mul(logT.scale(-0.5).exp().minimum(t.constant(1e-2)))
        : context.learningRate;
      return parameters.map((parameter) => updated(parameter, context, { rate, fresh, settings }));
    },
  };
}

interface Step {
  rate: Tensor;
  /** 1 − β̂₂ */
  fresh: Tensor;
  settings: Required<AdafactorOptions>;
}

function updated(parameter: Trained, context: OptimizerContext, { rate, fresh, settings }: Step): Tensor {
  const { value, decay } = parameter;
  const { clip, scaleByParameter, leastScale, weightDecay } = settings;
  const whitened = whiten(parameter, context, fresh, settings.eps);
  const length = rootMeanSquare(whitened).scale(1 / clip);
  const scaled = scaleByParameter ? rate.mul(rootMeanSquare(value).maximum(rate.constant(leastScale))) : rate;
  const alpha = ratedBy(scaled, parameter);
  const change = whitened.mul(alpha.div(length.maximum(length.constant(1))));
  if (!decay || weightDecay === 0) return value.sub(change);
  return value.mul(ratedBy(rate, parameter).scale(-weightDecay).plus(1)).sub(change);
}

/** U = g / √V̂ */
function whiten({ name, gradient }: Trained, context: OptimizerContext, fresh: Tensor, eps: number): Tensor {
  const shape = numericShape(gradient);
  const rows = shape[0] ?? 1;
  const columns = shape.slice(1).reduce((size, dim) => size * dim, 1);
  if (rows === 1 || columns === 1) {
    const squares = gradient.square().plus(eps);
    return gradient.div(average(context, `${name}.v`, fresh, squares).sqrt());
  }
  const matrix = gradient.reshape([rows, columns]);
  const squares = matrix.square().plus(eps);
  const byRow = average(context, `${name}.rows`, fresh, squares.mean(1, true)); // [rows, 1]
  const byColumn = average(context, `${name}.columns`, fresh, squares.mean(0, true)); // [1, columns]
  // Two divisions by roots: the product R Cᵀ of small gradients would be below float32.
  return matrix.div(byRow.div(byRow.mean()).sqrt()).div(byColumn.sqrt()).reshape(shape);
}

/** old + (1 − β̂₂) (term − old) */
function average(context: OptimizerContext, name: string, fresh: Tensor, term: Tensor): Tensor {
  const old = context.moment(name, numericShape(term));
  const next = old.mul(fresh.neg().plus(1)).add(term.mul(fresh));
  context.assign(name, next);
  return next;
}

const rootMeanSquare = (x: Tensor): Tensor => x.square().mean().sqrt();
