/** The language models whose weights can be loaded, put together from the layers that everything else here uses. */
import { compileForward } from '#main/engine/compile';
import { truncatedNormal, zeros } from '#main/engine/init';
import type { Scope, VariableSpec } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import { projection } from '../attention';
import { embed, pooled, TRANSFORMER_STD, tiedLogits, tokenTable } from '../embedding';
import { layerNorm } from '../normalization';
import { transformer } from '../transformer';
import type { LanguageConfig } from './config';

export interface LanguageInputs {
  /** int [N, T] */
  tokens: Tensor;
  /** [N, T], 1 real, 0 padding; all real when left out. */
  mask?: Tensor;
  /** int [N, T]; all 0 when left out. */
  segments?: Tensor;
}

const init = truncatedNormal(TRANSFORMER_STD);

/** Vectors of the tokens in their context, after the last layer. [N, T] → [N, T, width] */
export function hiddenStates(scope: Scope, { tokens, mask, segments }: LanguageInputs, config: LanguageConfig): Tensor {
  const { family, layers, heads, inner, activation, epsilon, width, embeddingWidth } = config;
  const at = scope.at('embedding');
  const given = { tokens, from: config.firstPosition, ...(segments && config.segments > 0 ? { segments } : {}) };
  let x = embed(at, given, { ...tableOf(config), positions: config.positions, segments: config.segments });
  const isGpt = family === 'gpt2';
  if (!isGpt) x = layerNorm(at.at('norm'), x, { epsilon });
  if (embeddingWidth !== width) x = projection(at.at('expand'), x, width, init);
  return transformer(
    scope.at('encoder'),
    x, // [N, T, width]
    { layers, heads, inner, activation, epsilon, norm: isGpt ? 'pre' : 'post', shared: family === 'albert' },
    { ...(mask ? { mask } : {}), causal: isGpt },
  );
}

const tableOf = ({ vocabulary, embeddingWidth }: LanguageConfig) => ({ vocabulary, width: embeddingWidth });

/**
 * Scores of every token of the vocabulary at every place, in nats before the softmax; for ELECTRA the one score that a
 * token was replaced. h: [N, T, width] → [N, T, vocabulary or 1]
 */
export function tokenLogits(scope: Scope, h: Tensor, config: LanguageConfig, { untied = false } = {}): Tensor {
  const { family, embeddingWidth, epsilon, activation, vocabulary } = config;
  const head = scope.at('head');
  const table = tokenTable(untied ? head : scope.at('embedding'), tableOf(config));
  if (family === 'gpt2') return tiedLogits(h, table);
  if (family === 'electra') {
    const inner = projection(head.at('dense'), h, config.width, init)[activation]();
    return projection(head.at('out'), inner, 1, init);
  }
  const shape = family === 'roberta' ? 'gelu' : activation; // whatever its layers use
  const inner = projection(head.at('dense'), h, embeddingWidth, init)[shape]();
  return tiedLogits(layerNorm(head.at('norm'), inner, { epsilon }), table, head.parameter('bias', [vocabulary], zeros));
}

/** BERT's summary of a sequence, from its first token. [N, T, width] → [N, width] */
export const summary = (scope: Scope, h: Tensor): Tensor => pooled(scope.at('pooler'), h);

/** The parameters that a configuration and its parts declare. */
export function traceLanguageModel(
  config: LanguageConfig,
  parts: { head: boolean; pooler: boolean; untied: boolean },
): readonly VariableSpec[] {
  const tokens = { shape: [1, Math.min(4, config.positions - config.firstPosition)], dtype: 'int32' } as const;
  return compileForward({
    inputs: { tokens },
    outputs(scope, { tokens }) {
      const h = hiddenStates(scope, { tokens: tokens! }, config);
      return {
        h,
        ...(parts.head && { logits: tokenLogits(scope, h, config, parts) }),
        ...(parts.pooler && { pooled: summary(scope, h) }),
      };
    },
    device: 'cpu',
  }).variables;
}
