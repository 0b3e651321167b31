/** Multi-head attention with its four projections, as every transformer here uses it. */
import { type AttentionOptions, attention, joinHeads, splitHeads } from '#main/engine/functions/attention';
import type { Init } from '#main/engine/init';
import { zeros } from '#main/engine/init';
import type { Scope } from '#main/engine/scope';
import { fixed } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';

/** y = x·W + b with the start values of transformers. x: [..., in] → [..., out] */
export function projection(scope: Scope, x: Tensor, out: number, init: Init, { bias = true } = {}): Tensor {
  const width = fixed('projection', x.shape.at(-1), 'the features of the input');
  const weight = scope.parameter('weight', [width, out], init);
  return x.linear(weight, bias ? scope.parameter('bias', [out], zeros) : undefined);
}

export interface MultiHeadOptions extends Omit<AttentionOptions, 'bias'> {
  heads: number;
  init: Init;
  /** Start values of the output projection, where they differ: GPT-2 makes them smaller. */
  outputInit?: Init;
  /** Whether the projections have a bias. */
  biased?: boolean;
  /** Where keys and values come from: another sequence [N, Tk, w] in cross attention. */
  memory?: Tensor;
  /** Turns queries and keys before they meet (rotary positions). [N, heads, T, d] → same */
  turn?: (x: Tensor) => Tensor;
  /** Added to the scores before the softmax; broadcasts to [N, heads, Tq, Tk]. */
  scoreBias?: Tensor;
}

/**
 * Parameters `query`, `key`, `value`, `output`, each with weight [in, out] and bias [out].
 *
 * x: [N, T, width] → [N, T, width]
 */
export function multiHeadAttention(scope: Scope, x: Tensor, options: MultiHeadOptions): Tensor {
  const { heads, init, outputInit = init, memory = x, turn = (h: Tensor) => h, scoreBias, ...more } = options;
  const { biased: bias = true, ...rest } = more;
  const width = fixed('multiHeadAttention', x.shape[2], 'the width of the input');
  const split = (name: string, from: Tensor) =>
    splitHeads(projection(scope.at(name), from, width, init, { bias }), heads);
  const [q, k, v] = [turn(split('query', x)), turn(split('key', memory)), split('value', memory)];
  const mixed = attention(q, k, v, { ...rest, ...(scoreBias ? { bias: scoreBias } : {}) });
  return projection(scope.at('output'), joinHeads(mixed), width, outputInit, { bias });
}
