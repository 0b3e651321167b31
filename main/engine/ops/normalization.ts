/** Layer normalization in one kernel, with what its gradient needs of the same pass. */

import type { Emitter, Value } from '../onnx/emitter';
import type { Shape, Signature } from '../shape';
import { elements, product, reducedShape, sameShape, show } from '../shape';
import type { Tensor } from '../tensor';
import type { OpAttributes } from './attributes';
import type { Op } from './op';
import { expectFloat } from './op';

type Settings = OpAttributes['layerNorm'];

/** The last axes, over which each item is normalized. */
const lastAxes = ({ shape }: Signature, count: number): number[] =>
  Array.from({ length: count }, (_, place) => shape.length - count + place);

/**
 * y = (x − μ) · r · gain + bias, with r = (σ² + ε)^(−1/2) and μ, σ² of each item over its last axes
 * (Ba et al. 2016, arXiv:1607.06450). Without gain and bias: the standardized items.
 *
 * x: [..., n], gain and bias: [n], where n stands for one or several axes → [..., n]
 */
export const layerNorm: Op<Settings> = {
  shape([x, gain, bias], { axes }) {
    expectFloat('layerNorm', x, gain, bias);
    if (!(axes >= 1 && axes <= x!.shape.length)) {
      throw new Error(`layerNorm: needs 1 to ${x!.shape.length} last axes of ${show(x!.shape)}, got ${axes}`);
    }
    const item = x!.shape.slice(-axes);
    elements('layerNorm', item);
    for (const [what, factor] of Object.entries({ gain, bias })) {
      if (factor && !sameShape(factor.shape, item)) {
        throw new Error(`layerNorm: ${what} must be ${show(item)}, got ${show(factor.shape)}`);
      }
    }
    return x!.shape;
  },

  lower(emit, [x, gain, bias], { axes, epsilon }) {
    const item = x!.shape.slice(-axes).map(Number);
    const inputs = [x!, gain ?? ones(emit, item), ...(bias ? [bias] : [])];
    const attributes = { axis: -axes, epsilon: { float: epsilon } };
    if (emit.target === 'portable') return emit.node('LayerNormalization', inputs, attributes);
    const [y, ...statistics] = emit.nodeWith(3, 'LayerNormalization', inputs, attributes);
    return emit.keep(y!, statistics);
  },

  // With x̂ = (x − μ) r and h = g · gain:  dx = r · (h − mean(h) − x̂ · mean(h · x̂)),  dgain = Σ g · x̂,  dbias = Σ g
  gradient({ inputs, y, g }, settings) {
    const [x, gain, bias] = inputs as [Tensor, Tensor?, Tensor?];
    const over = lastAxes(x, settings.axes);
    const r = x.apply('layerNormScale', [y], settings);
    const standard = x.sub(x.apply('layerNormMean', [y], settings)).mul(r);
    const h = gain ? g.mul(gain) : g;
    const shared = standard.mul(h.mul(standard).mean(over, true));
    const dx = h.sub(h.mean(over, true)).sub(shared).mul(r);
    return [dx, gain && g.mul(standard).sumTo(gain.shape), bias && g.sumTo(bias.shape)];
  },
};

const ones = (emit: Emitter, shape: readonly number[]): string =>
  emit.constant(new Float32Array(Number(product(shape))).fill(1), shape, 'float32');

const statisticShape = (x: Signature, axes: number): Shape => reducedShape(x.shape, lastAxes(x, axes), true);

const kept = (emit: Emitter, y: Value, place: number): string => emit.kept(y)[place]!;

/** μ of the layerNorm whose result is the second input. x: [..., n], y: [..., n] → [..., 1] */
export const layerNormMean: Op<Settings> = {
  shape: ([x], { axes }) => statisticShape(x!, axes),
  lower: (emit, [, y]) => kept(emit, y!, 0),
  gradient({ inputs, g }, { axes }) {
    const x = inputs[0]!;
    return [g.scale(1 / itemSize(x, axes)).broadcastTo(x.shape), undefined];
  },
};

/** r of the layerNorm whose result is the second input. x: [..., n], y: [..., n] → [..., 1] */
export const layerNormScale: Op<Settings> = {
  shape: ([x], { axes }) => statisticShape(x!, axes),
  lower: (emit, [, y]) => kept(emit, y!, 1),
  // dr/dx = −r³ · (x − μ) / n
  gradient({ inputs, y: r, g }, settings) {
    const [x, y] = inputs as [Tensor, Tensor];
    const centred = x.sub(x.apply('layerNormMean', [y], settings));
    const factor = g.mul(r.square().mul(r)).scale(-1 / itemSize(x, settings.axes));
    return [centred.mul(factor), undefined];
  },
};

const itemSize = (x: Signature, axes: number): number => elements('layerNorm', x.shape.slice(-axes));
