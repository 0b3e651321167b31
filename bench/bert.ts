/** One training step of a small BERT (Devlin et al. 2019, arXiv:1810.04805): covered tokens only, no second task. */

import { adam, compileTrainStep, type Scope, stream, type Tensor } from '#main/engine';
import type { TrainOptions } from '#main/engine/compile';
import { crossEntropy } from '#main/engine/functions/losses';
import { openTrainSession } from '#main/engine/session/open-train';
import { bertStyle, embed, maskedTokenLogits, normalized, tokenTable, transformer } from '#main/nn';
import type { Contestant } from './measure';

export interface BertSizes {
  layers: number;
  width: number;
  heads: number;
  inner: number;
  length: number;
  batch: number;
  vocabulary: number;
  /** Covered tokens in a batch: 15 % of all. */
  covered: number;
}

export const BERT: BertSizes = {
  layers: 4,
  width: 256,
  heads: 4,
  inner: 1024,
  length: 128,
  batch: 32,
  vocabulary: 8192,
  covered: 614, // 15 % of 32 · 128 = 4096
};

/** What TensorFlow.js can still run in reasonable time. */
export const SMALL_BERT: BertSizes = {
  layers: 2,
  width: 128,
  heads: 4,
  inner: 512,
  length: 64,
  batch: 8,
  vocabulary: 1024,
  covered: 77, // 15 % of 8 · 64 = 512
};

export const CLIP = 1; // largest global norm of the gradients
export const LEARNING_RATE = 1e-4;

export function bertObjective(scope: Scope, { tokens, places, labels }: Record<string, Tensor>, sizes: BertSizes) {
  const { layers, width, heads, inner, length, vocabulary } = sizes;
  const options = { vocabulary, width, positions: length };
  const at = scope.at('embeddings');
  const x = normalized(at.at('norm'), embed(at, { tokens: tokens! }, options), bertStyle.epsilon);
  const h = transformer(scope.at('encoder'), x, { layers, heads, inner, ...bertStyle });
  const logits = maskedTokenLogits(scope.at('head'), h, places!, tokenTable(at, options)); // [614, 8192]
  return { loss: crossEntropy(logits, labels!) };
}

export function bertOptions(sizes: BertSizes): TrainOptions {
  const { batch, length, covered } = sizes;
  return {
    inputs: {
      tokens: { dtype: 'int32', shape: [batch, length] },
      places: { dtype: 'int32', shape: [covered] },
      labels: { dtype: 'int32', shape: [covered] },
    },
    objective: (scope, inputs) => bertObjective(scope, inputs, sizes),
    optimizer: adam(),
    device: 'cpu',
    clipNorm: CLIP,
  };
}

/** Random tokens; the covered places rise, as a real batch's do. */
export function bertBatch({ batch, length, covered, vocabulary }: BertSizes) {
  const random = stream(1);
  const ints = (values: Uint32Array) => Int32Array.from(values);
  return {
    tokens: ints(random.split('tokens').integers(batch * length, vocabulary)),
    places: ints(random.split('places').permutation(batch * length).slice(0, covered).sort()),
    labels: ints(random.split('labels').integers(covered, vocabulary)),
  };
}

export async function pretextBert(sizes: BertSizes = BERT, threads?: number): Promise<Contestant> {
  const program = compileTrainStep(bertOptions(sizes));
  const session = await openTrainSession(program, {
    device: 'cpu',
    spin: true,
    ...(threads === undefined ? {} : { threads }),
  });
  const feeds = bertBatch(sizes);
  const step = async () => {
    await session.step(feeds, LEARNING_RATE);
  };
  const { layers, width, length, batch } = sizes;
  const name = `BERT L${layers} d${width} T${length}, batch ${batch}`;
  return { name, steps: 1, flops: program.flops, step, close: () => session.close() };
}
