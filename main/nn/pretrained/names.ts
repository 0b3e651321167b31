/**
 * Which of our parameters is which tensor of a Hugging Face checkpoint: tables, read off the checkpoints themselves.
 *
 * A row is [ours, theirs, how]. `#` stands for the number of a layer. `t` turns a PyTorch Linear [out, in] into our
 * [in, out]; GPT-2's Conv1D is [in, out] already. `q`, `k`, `v` cut one third of the columns out of a packed matrix.
 */
import type { Family } from './config';

export type How = '' | 't' | 'q' | 'k' | 'v';
export type Row = readonly [ours: string, theirs: string, how: How];

/** weight and bias of a Linear. */
const linear = (ours: string, theirs: string): Row[] => [
  [`${ours}.weight`, `${theirs}.weight`, 't'],
  [`${ours}.bias`, `${theirs}.bias`, ''],
];
const norm = (ours: string, theirs: string): Row[] => [
  [`${ours}.gain`, `${theirs}.weight`, ''],
  [`${ours}.bias`, `${theirs}.bias`, ''],
];

const layer = 'encoder.layers.#';

const bertEmbeddings: Row[] = [
  ['embedding.token', 'embeddings.word_embeddings.weight', ''],
  ['embedding.position', 'embeddings.position_embeddings.weight', ''],
  ['embedding.segment', 'embeddings.token_type_embeddings.weight', ''],
  ...norm('embedding.norm', 'embeddings.LayerNorm'),
];

const bertLayers: Row[] = [
  ...linear(`${layer}.attention.query`, 'encoder.layer.#.attention.self.query'),
  ...linear(`${layer}.attention.key`, 'encoder.layer.#.attention.self.key'),
  ...linear(`${layer}.attention.value`, 'encoder.layer.#.attention.self.value'),
  ...linear(`${layer}.attention.output`, 'encoder.layer.#.attention.output.dense'),
  ...norm(`${layer}.attention.norm`, 'encoder.layer.#.attention.output.LayerNorm'),
  ...linear(`${layer}.feedForward.in`, 'encoder.layer.#.intermediate.dense'),
  ...linear(`${layer}.feedForward.out`, 'encoder.layer.#.output.dense'),
  ...norm(`${layer}.feedForward.norm`, 'encoder.layer.#.output.LayerNorm'),
];

const albertLayer = 'encoder.albert_layer_groups.0.albert_layers.0';
const distilLayer = 'transformer.layer.#';

/** A checkpoint of the bare network has no prefix; one with a head has that of the family. */
export interface Names {
  prefix: string;
  body: readonly Row[];
  /** Pooler of the first token. Under the same prefix, and not in every checkpoint. */
  pooler: readonly Row[];
  /** The head that predicts tokens, without a prefix, and not in every checkpoint. */
  head: readonly Row[];
  /** The matrix of the output layer, where it is not the embeddings' own. */
  untied: string | undefined;
  /** What every checkpoint of the family may hold besides and nobody needs here. */
  passedOver: RegExp;
}

export const namesOf: Readonly<Record<Family, Names>> = {
  bert: {
    prefix: 'bert.',
    body: [...bertEmbeddings, ...bertLayers],
    pooler: linear('pooler', 'pooler.dense'),
    head: [
      ...linear('head.dense', 'cls.predictions.transform.dense'),
      ...norm('head.norm', 'cls.predictions.transform.LayerNorm'),
      ['head.bias', 'cls.predictions.bias', ''],
    ],
    untied: 'cls.predictions.decoder.weight',
    passedOver: /position_ids$|^cls\.predictions\.decoder\.|^cls\.seq_relationship\./,
  },
  roberta: {
    prefix: 'roberta.',
    body: [...bertEmbeddings, ...bertLayers],
    pooler: linear('pooler', 'pooler.dense'),
    head: [
      ...linear('head.dense', 'lm_head.dense'),
      ...norm('head.norm', 'lm_head.layer_norm'),
      ['head.bias', 'lm_head.bias', ''],
    ],
    untied: 'lm_head.decoder.weight',
    passedOver: /position_ids$|token_type_ids$|^lm_head\.decoder\./,
  },
  distilbert: {
    prefix: 'distilbert.',
    body: [
      ...bertEmbeddings.filter(([ours]) => ours !== 'embedding.segment'),
      ...linear(`${layer}.attention.query`, `${distilLayer}.attention.q_lin`),
      ...linear(`${layer}.attention.key`, `${distilLayer}.attention.k_lin`),
      ...linear(`${layer}.attention.value`, `${distilLayer}.attention.v_lin`),
      ...linear(`${layer}.attention.output`, `${distilLayer}.attention.out_lin`),
      ...norm(`${layer}.attention.norm`, `${distilLayer}.sa_layer_norm`),
      ...linear(`${layer}.feedForward.in`, `${distilLayer}.ffn.lin1`),
      ...linear(`${layer}.feedForward.out`, `${distilLayer}.ffn.lin2`),
      ...norm(`${layer}.feedForward.norm`, `${distilLayer}.output_layer_norm`),
    ],
    pooler: [],
    head: [
      ...linear('head.dense', 'vocab_transform'),
      ...norm('head.norm', 'vocab_layer_norm'),
      ['head.bias', 'vocab_projector.bias', ''],
    ],
    untied: 'vocab_projector.weight',
    passedOver: /position_ids$|^vocab_projector\.weight$/,
  },
  albert: {
    prefix: 'albert.',
    body: [
      ...bertEmbeddings,
      ...linear('embedding.expand', 'encoder.embedding_hidden_mapping_in'),
      // All layers are one.
      ...linear('encoder.layers.0.attention.query', `${albertLayer}.attention.query`),
      ...linear('encoder.layers.0.attention.key', `${albertLayer}.attention.key`),
      ...linear('encoder.layers.0.attention.value', `${albertLayer}.attention.value`),
      ...linear('encoder.layers.0.attention.output', `${albertLayer}.attention.dense`),
      ...norm('encoder.layers.0.attention.norm', `${albertLayer}.attention.LayerNorm`),
      ...linear('encoder.layers.0.feedForward.in', `${albertLayer}.ffn`),
      ...linear('encoder.layers.0.feedForward.out', `${albertLayer}.ffn_output`),
      ...norm('encoder.layers.0.feedForward.norm', `${albertLayer}.full_layer_layer_norm`),
    ],
    pooler: linear('pooler', 'pooler'),
    head: [
      ...linear('head.dense', 'predictions.dense'),
      ...norm('head.norm', 'predictions.LayerNorm'),
      ['head.bias', 'predictions.bias', ''],
    ],
    untied: 'predictions.decoder.weight',
    passedOver: /position_ids$|^predictions\.decoder\.|^sop_classifier\./,
  },
  electra: {
    prefix: 'electra.',
    body: [...bertEmbeddings, ...linear('embedding.expand', 'embeddings_project'), ...bertLayers],
    pooler: [],
    // Its head tells replaced tokens from real ones: one number for each token.
    head: [
      ...linear('head.dense', 'discriminator_predictions.dense'),
      ...linear('head.out', 'discriminator_predictions.dense_prediction'),
    ],
    untied: undefined,
    passedOver: /position_ids$|^generator_|^discriminator_predictions\./,
  },
  gpt2: {
    prefix: 'transformer.',
    body: [
      ['embedding.token', 'wte.weight', ''],
      ['embedding.position', 'wpe.weight', ''],
      ...norm(`${layer}.attention.norm`, 'h.#.ln_1'),
      [`${layer}.attention.query.weight`, 'h.#.attn.c_attn.weight', 'q'],
      [`${layer}.attention.query.bias`, 'h.#.attn.c_attn.bias', 'q'],
      [`${layer}.attention.key.weight`, 'h.#.attn.c_attn.weight', 'k'],
      [`${layer}.attention.key.bias`, 'h.#.attn.c_attn.bias', 'k'],
      [`${layer}.attention.value.weight`, 'h.#.attn.c_attn.weight', 'v'],
      [`${layer}.attention.value.bias`, 'h.#.attn.c_attn.bias', 'v'],
      [`${layer}.attention.output.weight`, 'h.#.attn.c_proj.weight', ''],
      [`${layer}.attention.output.bias`, 'h.#.attn.c_proj.bias', ''],
      ...norm(`${layer}.feedForward.norm`, 'h.#.ln_2'),
      [`${layer}.feedForward.in.weight`, 'h.#.mlp.c_fc.weight', ''],
      [`${layer}.feedForward.in.bias`, 'h.#.mlp.c_fc.bias', ''],
      [`${layer}.feedForward.out.weight`, 'h.#.mlp.c_proj.weight', ''],
      [`${layer}.feedForward.out.bias`, 'h.#.mlp.c_proj.bias', ''],
      ...norm('encoder.norm', 'ln_f'),
    ],
    pooler: [],
    head: [],
    untied: 'lm_head.weight',
    passedOver: /(^|\.)attn\.(masked_)?bias$|^lm_head\.weight$/,
  },
};
