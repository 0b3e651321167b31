/** One training step of a small BERT (Devlin et al. 2019, arXiv:1810.04805): covered tokens only, no second task. */

import { crossEntropy } from '#main/engine/functions/losses';
import { dropout } from '#main/engine/functions/random';
import { stream } from '#main/engine/random';
import { bertStyle, embed, layerNorm, maskedTokenLogits, tokenTable, transformer } from '#main/nn';
import type { Workload } from './workload';

export interface TransformerSizes {
  layers: number;
  width: number;
  heads: number;
  /** Width inside the feed-forward part. */
  inner: number;
  length: number;
  vocabulary: number;
}

export const SIZES: TransformerSizes = { layers: 4, width: 256, heads: 4, inner: 1024, length: 128, vocabulary: 8192 };

/** What TensorFlow.js still does in a second. */
export const SMALL: TransformerSizes = { layers: 2, width: 128, heads: 4, inner: 512, length: 64, vocabulary: 1024 };

const COVERED = 0.15; // of all tokens

export const coveredTokens = (batch: number, length: number): number => Math.round(COVERED * batch * length);

/** A `rate` of dropout of 0.1 is what BERT trains with; the engines are compared without, because each draws its own chance. */
export function bert(batch: number, sizes: TransformerSizes = SIZES, rate = 0): Workload {
  const { layers, width, heads, inner, length, vocabulary } = sizes;
  const covered = coveredTokens(batch, length);
  const table = { vocabulary, width, positions: length };
  return {
    title: `BERT, ${layers} layers, width ${width}, length ${length}, batch ${batch}`,
    model: 'transformer',
    settings: { layers, heads, causal: false },
    batch,
    learningRate: 1e-4,
    step: {
      inputs: {
        tokens: { dtype: 'int32', shape: [batch, length] },
        places: { dtype: 'int32', shape: [covered] }, // n · length + t of each covered token
        labels: { dtype: 'int32', shape: [covered] },
      },
      objective(scope, { tokens, places, labels }) {
        const at = scope.at('embeddings');
        const sum = embed(at, { tokens: tokens! }, table);
        const x = dropout(at, layerNorm(at.at('norm'), sum, { epsilon: bertStyle.epsilon }), rate);
        const h = transformer(scope.at('encoder'), x, { layers, heads, inner, dropout: rate, ...bertStyle });
        const logits = maskedTokenLogits(scope.at('head'), h, places!, tokenTable(at, table)); // [614, 8192]
        return { loss: crossEntropy(logits, labels!) };
      },
    },
    feeds() {
      const random = stream(1);
      const order = random.split('places').permutation(batch * length);
      return {
        tokens: Int32Array.from(random.split('tokens').integers(batch * length, vocabulary)),
        places: Int32Array.from(order.slice(0, covered).sort()),
        labels: Int32Array.from(random.split('labels').integers(covered, vocabulary)),
      };
    },
  };
}
