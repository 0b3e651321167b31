/** Sizes of a pretrained language model, read from the config.json that lies beside its weights. */
import { z } from 'zod';
import type { Activation } from '../transformer';

export const families = ['bert', 'roberta', 'distilbert', 'albert', 'electra', 'gpt2'] as const;
export type Family = (typeof families)[number];

/** What all families have in common, in our words. */
export interface LanguageConfig {
  family: Family;
  vocabulary: number;
  /** The longest sequence that it has positions for. */
  positions: number;
  /** Number of the first token's position: RoBERTa keeps those below for padding. */
  firstPosition: number;
  /** Kinds of segments; 0: none. */
  segments: number;
  layers: number;
  heads: number;
  width: number;
  /** Width of the embeddings; a linear map leads to `width` where they differ (ALBERT, ELECTRA). */
  embeddingWidth: number;
  inner: number;
  activation: Activation;
  epsilon: number;
}

/** No real model comes near these: a file that asks for more is damaged, or made to use up memory. */
const count = (most: number) => z.int().min(1).max(most);
const sizes = {
  vocabulary: count(10_000_000),
  positions: count(10_000_000),
  layers: count(1000),
  heads: count(1000),
  width: count(100_000),
};
const epsilon = z.number().positive().max(1);
const activations: Record<string, Activation> = {
  ...{ gelu: 'gelu', gelu_new: 'geluTanh', gelu_pytorch_tanh: 'geluTanh', gelu_fast: 'geluTanh', relu: 'relu' },
};
const activation = z.enum(Object.keys(activations) as [string, ...string[]]);

const bertLike = z.object({
  model_type: z.enum(['bert', 'roberta', 'albert', 'electra']),
  vocab_size: sizes.vocabulary,
  max_position_embeddings: sizes.positions,
  type_vocab_size: z.int().min(0).max(1000).default(2),
  num_hidden_layers: sizes.layers,
  num_attention_heads: sizes.heads,
  hidden_size: sizes.width,
  embedding_size: sizes.width.optional(),
  intermediate_size: sizes.width,
  hidden_act: activation.default('gelu'),
  layer_norm_eps: epsilon.default(1e-12),
  pad_token_id: z.int().min(0).nullish(),
  num_hidden_groups: z.literal(1).optional(), // ALBERT: groups of layers with weights of their own
  inner_group_num: z.literal(1).optional(),
  position_embedding_type: z.literal('absolute').nullish(),
  is_decoder: z.literal(false).optional(),
});

const distilbert = z.object({
  model_type: z.literal('distilbert'),
  vocab_size: sizes.vocabulary,
  max_position_embeddings: sizes.positions,
  n_layers: sizes.layers,
  n_heads: sizes.heads,
  dim: sizes.width,
  hidden_dim: sizes.width,
  activation: activation.default('gelu'),
});

const gpt2 = z.object({
  model_type: z.literal('gpt2'),
  vocab_size: sizes.vocabulary,
  n_positions: sizes.positions,
  n_layer: sizes.layers,
  n_head: sizes.heads,
  n_embd: sizes.width,
  n_inner: sizes.width.nullish(),
  activation_function: activation.default('gelu_new'),
  layer_norm_epsilon: epsilon.default(1e-5),
  scale_attn_weights: z.literal(true).optional(),
  scale_attn_by_inverse_layer_idx: z.literal(false).optional(),
  add_cross_attention: z.literal(false).optional(),
});

const known = z.discriminatedUnion('model_type', [bertLike, distilbert, gpt2]);

/**
 * json: the parsed config.json.
 *
 * @throws Error that says which setting is off, or which family is not known
 */
export function languageConfig(json: unknown): LanguageConfig {
  const family = (json as { model_type?: unknown } | null)?.model_type;
  if (typeof family !== 'string' || !families.includes(family as Family))
    throw new Error(`model_type must be one of ${families.join(', ')}, got ${JSON.stringify(family)?.slice(0, 40)}`);
  const read = known.safeParse(json);
  if (!read.success) {
    const [first] = read.error.issues;
    throw new Error(`${first!.path.join('.')}: ${first!.message}`);
  }
  const config = described(read.data);
  if (config.width % config.heads !== 0)
    throw new Error(`the width ${config.width} must be a multiple of the ${config.heads} heads`);
  return config;
}

function described(config: z.output<typeof known>): LanguageConfig {
  if (config.model_type === 'gpt2') {
    const { vocab_size, n_positions, n_layer, n_head, n_embd, n_inner, activation_function } = config;
    return {
      ...{ family: 'gpt2', vocabulary: vocab_size, positions: n_positions, firstPosition: 0, segments: 0 },
      ...{ layers: n_layer, heads: n_head, width: n_embd, embeddingWidth: n_embd, inner: n_inner ?? 4 * n_embd },
      ...{ activation: activations[activation_function]!, epsilon: config.layer_norm_epsilon },
    };
  }
  if (config.model_type === 'distilbert') {
    const { vocab_size, max_position_embeddings, n_layers, n_heads, dim, hidden_dim } = config;
    return {
      ...{ family: 'distilbert', vocabulary: vocab_size, positions: max_position_embeddings, firstPosition: 0 },
      ...{ segments: 0, layers: n_layers, heads: n_heads, width: dim, embeddingWidth: dim, inner: hidden_dim },
      ...{ activation: activations[config.activation]!, epsilon: 1e-12 },
    };
  }
  const { model_type: family, hidden_size: width, embedding_size, pad_token_id } = config;
  return {
    ...{ family, vocabulary: config.vocab_size, positions: config.max_position_embeddings },
    firstPosition: family === 'roberta' ? (pad_token_id ?? 1) + 1 : 0,
    ...{ segments: config.type_vocab_size, layers: config.num_hidden_layers, heads: config.num_attention_heads, width },
    embeddingWidth: family === 'albert' || family === 'electra' ? (embedding_size ?? 128) : width,
    ...{ inner: config.intermediate_size, activation: activations[config.hidden_act]!, epsilon: config.layer_norm_eps },
  };
}
