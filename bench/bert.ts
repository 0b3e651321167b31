/** One training step of a small BERT (Devlin et al. 2019, arXiv:1810.04805): covered tokens only, no second task. */

import { crossEntropy } from '#main/engine/functions/losses';
import { dropout } from '#main/engine/functions/random';
import { stream } from '#main/engine/random';
import type { TypedArray } from '#main/engine/session/runtime';
import { bertStyle, embed, layerNorm, maskedTokenLogits, tokenTable, transformer } from '#main/nn';
import type { Pieces, Workload } from './workload';

type Step = Pieces['step'];

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

/** Items that Pretext takes at a time: what they leave behind for the backward pass stays in the cache of a core. */
export const PIECE = 8;

export const piecesOf = (batch: number): number => (batch % PIECE === 0 ? batch / PIECE : 1);

/** In each piece the same number, so that the mean over pieces is the mean over the batch: 4 · 154 = 616 of 32 · 128. */
const coveredTokens = (batch: number, length: number): number => {
  const pieces = piecesOf(batch);
  return pieces * Math.round((COVERED * batch * length) / pieces);
};

/** A `rate` of dropout of 0.1 is what BERT trains with; engines are compared without, because each draws its own chance. */
export function bert(batch: number, sizes: TransformerSizes = SIZES, rate = 0): Workload {
  const { layers, width, heads, length, vocabulary } = sizes;
  const pieces = piecesOf(batch);
  const [items, covered] = [batch / pieces, coveredTokens(batch, length) / pieces];
  return {
    title: `BERT, ${layers} layers, width ${width}, length ${length}, batch ${batch}`,
    model: 'transformer',
    settings: { layers, heads, causal: false },
    batch,
    learningRate: 1e-4,
    step: step(batch, sizes, rate),
    feeds() {
      const random = stream(1);
      const places = Array.from({ length: pieces }, (_, piece) => {
        const order = random
          .split('places')
          .split(piece)
          .permutation(items * length);
        return Array.from(order.slice(0, covered).sort(), (place) => piece * items * length + place);
      });
      return {
        tokens: Int32Array.from(random.split('tokens').integers(batch * length, vocabulary)),
        places: Int32Array.from(places.flat()),
        labels: Int32Array.from(random.split('labels').integers(pieces * covered, vocabulary)),
      };
    },
    ...(pieces > 1 ? { pieces: { count: pieces, step: step(items, sizes, rate), split: split(pieces) } } : {}),
  };
}

function step(
  batch: number,
  { layers, width, heads, inner, length, vocabulary }: TransformerSizes,
  rate: number,
): Step {
  const covered = coveredTokens(batch, length);
  const table = { vocabulary, width, positions: length };
  return {
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
      const logits = maskedTokenLogits(scope.at('head'), h, places!, tokenTable(at, table)); // [616, 8192]
      return { loss: crossEntropy(logits, labels!) };
    },
  };
}

/** Every array in equal parts; places count from the start of their piece. */
const split =
  (pieces: number): Pieces['split'] =>
  (feeds) =>
    parts(feeds, pieces).map((piece, place) => {
      const first = place * piece['tokens']!.length;
      return { ...piece, places: Int32Array.from(piece['places'] as Int32Array, (at) => at - first) };
    });

export function parts(feeds: Readonly<Record<string, TypedArray>>, count: number): Record<string, TypedArray>[] {
  return Array.from({ length: count }, (_, place) =>
    Object.fromEntries(
      Object.entries(feeds).map(([name, data]) => {
        const size = data.length / count;
        return [name, data.slice(place * size, (place + 1) * size)];
      }),
    ),
  );
}
