/** The second half of a training step: from gradients to new parameters, averages and counts. */

import { zeros } from './init';
import type { LossScale } from './mixed-precision';
import { LARGEST_FLOAT } from './mixed-precision';
import type { Optimizer, OptimizerContext, Trained } from './optimizers/optimizer';
import { STEP_COUNT } from './program';
import type { Declared, Registry } from './scope';
import type { Tensor } from './tensor';
import type { Traced } from './trace';

/** A parameter that is trained, with dL/dp, still `scale` times as large where there is loss scaling. */
export interface TrainedParameter {
  readonly parameter: Declared;
  readonly gradient: Tensor;
}

export interface UpdateOptions {
  registry: Registry;
  trained: readonly TrainedParameter[];
  learningRate: Tensor;
  optimizer: Optimizer;
  clipNorm: number | undefined;
  rate: ((name: string) => number) | undefined;
  /** The gradients are sums over so many micro-batches. */
  microBatches: number;
  lossScale: LossScale | undefined;
  /** Goes in front of the names of moments, where several optimizers share one set of variables. */
  prefix: string;
}

/**
 * Adds clipping, the optimizer and the followers to the graph. Returns what a step reports of it: `gradientNorm`, the
 * length of all gradients before clipping, and with loss scaling what became of the scale.
 */
export function addUpdate(options: UpdateOptions): Traced {
  const { registry, trained, learningRate, optimizer, clipNorm, microBatches, lossScale } = options;
  const before = new Set(registry.updates.keys());
  const length = lengthOf(trained.map(({ gradient }) => gradient));
  const unit = unitOf(length, microBatches, lossScale); // what one unit of the summed, scaled gradients is worth
  const norm = unit ? length.mul(unit) : length;

  // The factor is wired in even where nothing is clipped: it makes each update wait for every gradient, which is what
  // lets the weights be overwritten in place (in-place.ts).
  const one = norm.constant(1);
  const clip = one.minimum(norm.constant(clipNorm ?? UNREACHABLE_NORM).div(norm));
  const factor = unit ? clip.mul(unit) : clip;
  const isScaled = clipNorm !== undefined || unit !== undefined;
  const parameters = trained.map(({ parameter: { name, tensor, decay }, gradient }): Trained => {
    const rate = options.rate?.(name) ?? 1;
    if (!(Number.isFinite(rate) && rate >= 0)) throw new Error(`rate: ${name} must get a number ≥ 0, got ${rate}`);
    return { name, value: tensor, gradient: isScaled ? gradient.mul(factor) : gradient, decay, rate };
  });
  const context = optimizerContext(registry, isScaled ? learningRate : learningRate.mul(factor), options.prefix);
  const next = optimizer.update(parameters, context);
  parameters.forEach(({ name }, place) => registry.updates.set(name, next[place]!));
  context.assign(STEP_COUNT, context.moment(STEP_COUNT, []).plus(1));
  moveFollowers(registry);
  if (!lossScale) return { gradientNorm: norm };

  const finite = norm.less(LARGEST_FLOAT); // false for NaN as well
  for (const [name, value] of registry.updates) {
    if (microBatches === 1 || !before.has(name))
      registry.updates.set(name, finite.where(value, registry.variables.get(name)!.tensor));
  }
  return lossScale.adapt(norm, finite);
}

/**
 * √Σ g², in the order in which the backward pass comes to the gradients. ONNX Runtime evaluates this sum before all
 * else, term by term; in any other order it would first walk the whole way back and keep every layer's results for it.
 */
function lengthOf(gradients: readonly Tensor[]): Tensor {
  return [...gradients]
    .sort((a, b) => a.node.id - b.node.id)
    .map((gradient) => gradient.sumSquares())
    .reduce((sum, part) => sum.add(part))
    .sqrt();
}

const UNREACHABLE_NORM = 1e18; // its square is still a float32

function unitOf(like: Tensor, microBatches: number, lossScale: LossScale | undefined): Tensor | undefined {
  if (!lossScale) return microBatches === 1 ? undefined : like.constant(1 / microBatches);
  return like.constant(1 / microBatches).div(lossScale.value);
}

function optimizerContext(registry: Registry, learningRate: Tensor, prefix: string): OptimizerContext {
  const moment: OptimizerContext['moment'] = (name, shape) =>
    registry.declare({ name: prefix + name, shape, dtype: 'float32', kind: 'moment', init: zeros, decay: false });
  return { learningRate, moment, assign: (name, value) => registry.update(prefix + name, value) };
}

/** ξ ← τ ξ + (1 − τ) θ, for each follower of a parameter that this step moves. */
function moveFollowers({ followers, variables, updates }: Registry): void {
  for (const { name, parameter, decay } of followers.values()) {
    const moved = updates.get(parameter);
    if (!moved) continue;
    const old = variables.get(name)!.tensor;
    const kept = typeof decay === 'number' ? old.scale(decay) : old.mul(decay);
    const added = typeof decay === 'number' ? moved.scale(1 - decay) : moved.mul(decay.neg().plus(1));
    updates.set(name, kept.add(added));
  }
}
