/** Nearest neighbours: whether items that lie close together in feature space are of one class. Nothing is fitted. */
import { accuracyOf } from './logistic';
import { dot, type Labelled, type Matrix, silent, type Tick } from './matrix';

export interface KnnOptions {
  /** Neighbours that vote. */
  k?: number;
  /** A neighbour of cosine similarity s votes with weight exp(s / temperature). */
  temperature?: number;
  tick?: Tick;
}

/** Rows scaled to length 1, so that a dot product is a cosine; a row of zeros stays one. */
function unit({ rows, columns, data }: Matrix): Float64Array {
  const out = Float64Array.from(data);
  for (let i = 0; i < rows; i++) {
    const length = Math.sqrt(dot(out, i * columns, out, i * columns, columns));
    if (length > 0) for (let j = 0; j < columns; j++) out[i * columns + j]! /= length;
  }
  return out;
}

/** Places of the k largest values, largest first; of equals the earlier one. */
export function largestOf(values: Float64Array, k: number): number[] {
  const kept: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (kept.length === k && values[i]! <= values[kept[k - 1]!]!) continue;
    let at = kept.length;
    while (at > 0 && values[kept[at - 1]!]! < values[i]!) at--;
    kept.splice(at, 0, i);
    if (kept.length > k) kept.pop();
  }
  return kept;
}

/** Weighted k-nearest-neighbour vote by cosine similarity (Wu et al. 2018, arXiv:1805.01978: k = 20 here, τ = 0.07). */
export async function knn(
  train: Labelled,
  test: Labelled,
  classes: number,
  { k = 20, temperature = 0.07, tick = silent }: KnnOptions = {},
): Promise<{ accuracy: number; guesses: Int32Array }> {
  const { rows, columns } = train.features;
  const bank = unit(train.features);
  const asked = unit(test.features);
  const near = new Float64Array(rows);
  const votes = new Float64Array(classes);
  const guesses = new Int32Array(test.features.rows);
  for (let i = 0; i < guesses.length; i++) {
    if (i % 16 === 0) await tick(i, guesses.length);
    for (let r = 0; r < rows; r++) near[r] = dot(bank, r * columns, asked, i * columns, columns);
    votes.fill(0);
    for (const r of largestOf(near, k)) votes[train.labels[r]!]! += Math.exp(near[r]! / temperature);
    guesses[i] = largestOf(votes, 1)[0]!;
  }
  await tick(guesses.length, guesses.length);
  return { accuracy: accuracyOf(guesses, test.labels), guesses };
}
