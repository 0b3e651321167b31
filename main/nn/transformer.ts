/** Transformer stacks: encoder, causal decoder, and decoder that looks at a memory (Vaswani et al. 2017, arXiv:1706.03762). */
import type { BlockPattern } from '#main/engine/functions/block-sparse';
import { dropout } from '#main/engine/functions/random';
import type { Init } from '#main/engine/init';
import { fanInNormal, normal, truncatedNormal } from '#main/engine/init';
import type { Scope } from '#main/engine/scope';
import { fixed } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';
import { multiHeadAttention, projection } from './attention';
import { TRANSFORMER_STD } from './embedding';
import { layerNorm, rmsNorm } from './normalization';

export type Activation = 'gelu' | 'geluTanh' | 'relu';

export interface TransformerOptions {
  layers: number;
  heads: number;
  /** Width inside the feed-forward part; 4 · width when left out. */
  inner?: number;
  activation?: Activation;
  /** `post`: LN(x + f(x)), as BERT. `pre`: x + f(LN(x)) and a last LN, as GPT-2; trains without warm-up. */
  norm?: 'post' | 'pre';
  /** ε of the norms; 1e-12 (BERT) for `post`, 1e-5 (GPT-2) for `pre`. */
  epsilon?: number;
  /** `rms`: without mean and bias (Zhang & Sennrich 2019, arXiv:1910.07467), as T5. */
  normalization?: 'layer' | 'rms';
  /** Whether projections have a bias. */
  bias?: boolean;
  /** Multiplies the scores of attention; 1/√d when left out. T5's own weights expect 1. */
  scale?: number;
  /** Rate of dropout, of the attention probabilities and of what each part adds; 0.1 in BERT and GPT-2. */
  dropout?: number;
  /** All layers use one layer's parameters (ALBERT, Lan et al. 2020, arXiv:1909.11942). */
  shared?: boolean;
  init?: Init;
  /** Start values of the weights that write to the residual stream, std 0.02/√(2 · layers), as GPT-2. */
  smallResidual?: boolean;
  /** Replaces the feed-forward part, for experts. x: [N, T, width] → same */
  feedForward?: (scope: Scope, x: Tensor, layer: number) => Tensor;
}

/** What a stack looks at besides its input. */
export interface Context {
  /** [N, T], 1 real, 0 padding. */
  mask?: Tensor;
  causal?: boolean;
  /** Added to the scores of self-attention in every layer: relative positions. */
  bias?: Tensor;
  blocks?: BlockPattern;
  /** Turns queries and keys of self-attention (rotary positions). */
  turn?: (x: Tensor) => Tensor;
  /** The encoder's output [N, Tm, width], for cross attention in every layer. */
  memory?: Tensor;
  memoryMask?: Tensor;
}

/** BERT: post-norm, GELU. */
export const bertStyle = { norm: 'post', activation: 'gelu', epsilon: 1e-12 } as const;

/**
 * GPT-2: pre-norm, the tanh GELU, and weights that write to the residual stream made smaller by 1/√(2 · layers), so
 * that its variance does not grow with the depth (Radford et al. 2019).
 */
export const gpt2Style = {
  norm: 'pre',
  activation: 'geluTanh',
  epsilon: 1e-5,
  init: normal(TRANSFORMER_STD),
  smallResidual: true,
} as const;

/**
 * T5: pre-norm by root mean square, ReLU, no bias anywhere, start values by fan-in (Raffel et al. 2020,
 * arXiv:1910.10683). The paper leaves the scores unscaled and starts the queries smaller by 1/√d instead: the same
 * function at the start. Give it positions by `relativeBias`, one table for all layers.
 */
export const t5Style = {
  norm: 'pre',
  normalization: 'rms',
  activation: 'relu',
  epsilon: 1e-6,
  bias: false,
  init: fanInNormal,
} as const;

/**
 * x: [N, T, width] → [N, T, width].
 *
 * Parameters, under `layers.<i>.`: `attention.{query, key, value, output}.{weight, bias}`, `attention.norm.{gain, bias}`,
 * with a memory the same under `cross`, `feedForward.{in, out}.{weight, bias}`, `feedForward.norm.{gain, bias}`; with
 * pre-norm a last `norm.{gain, bias}`.
 */
export function transformer(scope: Scope, x: Tensor, options: TransformerOptions, context: Context = {}): Tensor {
  const { layers, shared = false } = options;
  let h = x;
  for (let layer = 0; layer < layers; layer++) {
    h = transformerLayer(scope.at('layers').at(shared ? 0 : layer), h, options, context, layer);
  }
  const { norm, normalize } = withDefaults(options);
  return norm === 'pre' ? normalize(scope.at('norm'), h) : h;
}

function withDefaults(options: TransformerOptions) {
  const { norm = 'post', activation = 'gelu', dropout: rate = 0, init = truncatedNormal(TRANSFORMER_STD) } = options;
  const { normalization = 'layer', bias = true, smallResidual = false } = options;
  const epsilon = options.epsilon ?? (norm === 'post' ? 1e-12 : 1e-5);
  const layer = normalization === 'rms' ? rmsNorm : layerNorm;
  const normalize = (scope: Scope, x: Tensor) => layer(scope, x, { epsilon });
  // 2 · layers parts add to the residual stream.
  const outputInit = smallResidual ? normal(TRANSFORMER_STD / Math.sqrt(2 * options.layers)) : init;
  return { norm, activation, rate, init, outputInit, normalize, bias };
}

function transformerLayer(
  scope: Scope,
  x: Tensor,
  options: TransformerOptions,
  context: Context,
  layer: number,
): Tensor {
  const { norm, rate, init, outputInit, normalize, bias } = withDefaults(options);
  const { memory, memoryMask, mask, causal, blocks, turn } = context;

  const part = (at: Scope, h: Tensor, f: (h: Tensor) => Tensor): Tensor => {
    const added = (y: Tensor) => h.add(dropout(at, y, rate));
    const inner = at.at('norm');
    return norm === 'pre' ? added(f(normalize(inner, h))) : normalize(inner, added(f(h)));
  };
  const attend = (at: Scope, h: Tensor, more: Partial<Parameters<typeof multiHeadAttention>[2]>) =>
    multiHeadAttention(at, h, {
      heads: options.heads,
      biased: bias,
      ...(options.scale === undefined ? {} : { scale: options.scale }),
      init,
      outputInit,
      drop: (p: Tensor) => dropout(at, p, rate, { name: 'probabilities' }),
      ...more,
    });

  const self = definedOnly({ mask, causal, scoreBias: context.bias, blocks, turn });
  let h = part(scope.at('attention'), x, (y) => attend(scope.at('attention'), y, self));
  if (memory) {
    const cross = definedOnly({ memory, mask: memoryMask });
    h = part(scope.at('cross'), h, (y) => attend(scope.at('cross'), y, cross));
  }
  const at = scope.at('feedForward');
  return part(at, h, (y) => (options.feedForward ? options.feedForward(at, y, layer) : feedForward(at, y, options)));
}

/** Exact optional properties: leaves out what is undefined. */
function definedOnly<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** out(activation(in(x))). x: [N, T, width] → same */
export function feedForward(scope: Scope, x: Tensor, options: TransformerOptions): Tensor {
  const width = fixed('feedForward', x.shape.at(-1), 'the width of the input');
  const { activation, init, outputInit, bias } = withDefaults(options);
  const inner = projection(scope.at('in'), x, options.inner ?? 4 * width, init, { bias })[activation]();
  return projection(scope.at('out'), inner, width, outputInit, { bias });
}
