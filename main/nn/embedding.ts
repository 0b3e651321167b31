/** Tokens to vectors and back: embeddings, and the output layers that share their matrix. */
import type { Init } from '#main/engine/init';
import { truncatedNormal, zeros } from '#main/engine/init';
import type { Scope } from '#main/engine/scope';
import { fixed } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';
import { projection } from './attention';
import { layerNorm } from './normalization';

/** The standard deviation of BERT's and GPT-2's start values. */
export const TRANSFORMER_STD = 0.02;

export interface EmbeddingOptions {
  vocabulary: number;
  width: number;
  /** The longest sequence; 0 for no table of positions (relative positions, rotary). */
  positions?: number;
  /** Kinds of segments (sentence A and B); 0 for none. */
  segments?: number;
  init?: Init;
}

export interface EmbeddingInputs {
  /** int [N, T] */
  tokens: Tensor;
  /** int [N, T], below `segments`; all 0 when left out. */
  segments?: Tensor;
  /** The position of the first token, when a sequence is continued. */
  from?: number;
}

/** The table of token vectors, `token` [vocabulary, width]; declared again wherever it is used again. */
export const tokenTable = (
  scope: Scope,
  { vocabulary, width, init = truncatedNormal(TRANSFORMER_STD) }: EmbeddingOptions,
): Tensor => scope.parameter('token', [vocabulary, width], init);

/** The sum of token, position and segment vectors. [N, T] → [N, T, width] */
export function embed(
  scope: Scope,
  { tokens, segments, from = 0 }: EmbeddingInputs,
  options: EmbeddingOptions,
): Tensor {
  const { width, positions = 0, segments: kinds = 0, init = truncatedNormal(TRANSFORMER_STD) } = options;
  let x = tokenTable(scope, options).gather(tokens); // [N, T, width]
  if (positions > 0) {
    const length = fixed('embed', tokens.shape[1], 'the length of the sequence');
    if (from + length > positions) {
      throw new Error(`embed: ${from + length} positions are needed, the table has ${positions}; shorten the sequence`);
    }
    x = x.add(scope.parameter('position', [positions, width], init).slice(0, from, from + length));
  }
  if (kinds > 0) {
    const table = scope.parameter('segment', [kinds, width], init);
    x = x.add(segments ? table.gather(segments) : table.slice(0, 0, 1));
  }
  return x;
}

/** Logits by the likeness with each token's own vector. h: [..., width], table: [vocabulary, width] → [..., vocabulary] */
export const tiedLogits = (h: Tensor, table: Tensor, bias?: Tensor): Tensor => h.linear(table, bias, { transB: true });

/**
 * BERT's head for covered tokens: dense → GELU → layer norm → the embedding matrix, plus a bias for each token
 * (Devlin et al. 2019, arXiv:1810.04805). Only the rows that are asked about are computed.
 *
 * h: [N, T, width], places: int [R], n · T + t each → logits [R, vocabulary]
 */
export function maskedTokenLogits(
  scope: Scope,
  h: Tensor,
  places: Tensor,
  table: Tensor,
  { epsilon = 1e-12, init = truncatedNormal(TRANSFORMER_STD) }: { epsilon?: number; init?: Init } = {},
): Tensor {
  const width = fixed('maskedTokenLogits', h.shape.at(-1), 'the features of the input');
  const vocabulary = fixed('maskedTokenLogits', table.shape[0], 'the vocabulary');
  const rows = h.reshape([-1, width]).gather(places); // [R, width]
  const inner = projection(scope.at('dense'), rows, width, init).gelu();
  return tiedLogits(
    layerNorm(scope.at('norm'), inner, { epsilon }),
    table,
    scope.parameter('bias', [vocabulary], zeros),
  );
}

/** tanh of a dense layer on each sequence's first vector, BERT's summary of a sequence. [N, T, width] → [N, width] */
export function pooled(scope: Scope, h: Tensor, init: Init = truncatedNormal(TRANSFORMER_STD)): Tensor {
  const width = fixed('pooled', h.shape.at(-1), 'the features of the input');
  return projection(scope, h.slice(1, 0, 1).reshape([h.shape[0]!, width]), width, init).tanh();
}
