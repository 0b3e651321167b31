/** Normalization layers: they carry the gain and bias of what `main/engine/functions/normalization.ts` computes. */
import * as normalization from '#main/engine/functions/normalization';
import { ones, zeros } from '#main/engine/init';
import type { Scope } from '#main/engine/scope';
import { fixed } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';

export interface NormLayerOptions extends normalization.NormOptions {
  /** Whether gain and bias are learnt; without, the layer has no parameters. */
  affine?: boolean;
}

/** Each item's last axis at mean 0 and variance 1, times `gain`, plus `bias` (Ba et al. 2016). x: [..., n] → [..., n] */
export function layerNorm(scope: Scope, x: Tensor, { affine = true, ...options }: NormLayerOptions = {}): Tensor {
  if (!affine) return normalization.standardize(x, 1, options);
  const width = fixed('layerNorm', x.shape.at(-1), 'the features of the input');
  return normalization.layerNorm(
    x,
    scope.parameter('gain', [width], ones),
    scope.parameter('bias', [width], zeros),
    options,
  );
}
