/** One training step of a GPT-2 (Radford et al. 2019) of the size of bert.ts: the next token, at all places. */

import { crossEntropy } from '#main/engine/functions/losses';
import { stream } from '#main/engine/random';
import { embed, gpt2Style, tiedLogits, tokenTable, transformer } from '#main/nn';
import { parts, piecesOf, SIZES, type TransformerSizes } from './bert';
import type { Pieces, Workload } from './workload';

export function gpt(batch: number, sizes: TransformerSizes = SIZES): Workload {
  const { layers, width, heads, length, vocabulary } = sizes;
  const pieces = piecesOf(batch);
  const split: Pieces['split'] = (feeds) => parts(feeds, pieces);
  return {
    title: `GPT, ${layers} layers, width ${width}, length ${length}, batch ${batch}`,
    model: 'transformer',
    settings: { layers, heads, causal: true },
    batch,
    learningRate: 3e-4,
    step: step(batch, sizes),
    feeds() {
      const text = Int32Array.from(stream(1).integers(batch * (length + 1), vocabulary));
      const part = (from: number) =>
        Int32Array.from({ length: batch * length }, (_, at) => {
          return text[Math.floor(at / length) * (length + 1) + (at % length) + from]!;
        });
      return { tokens: part(0), labels: part(1) };
    },
    ...(pieces > 1 ? { pieces: { count: pieces, step: step(batch / pieces, sizes), split } } : {}),
  };
}

function step(batch: number, { layers, width, heads, inner, length, vocabulary }: TransformerSizes): Pieces['step'] {
  const table = { vocabulary, width, positions: length, init: gpt2Style.init };
  return {
    inputs: {
      tokens: { dtype: 'int32', shape: [batch, length] },
      labels: { dtype: 'int32', shape: [batch, length] }, // the token after each
    },
    objective(scope, { tokens, labels }) {
      const at = scope.at('embeddings');
      const x = embed(at, { tokens: tokens! }, table);
      const h = transformer(scope.at('decoder'), x, { layers, heads, inner, ...gpt2Style }, { causal: true });
      return { loss: crossEntropy(tiedLogits(h, tokenTable(at, table)), labels!) };
    },
  };
}
