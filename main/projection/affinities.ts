/**
 * From distances to the chances p of t-SNE (van der Maaten & Hinton 2008, equations 1 and the symmetric form): each item
 * chooses neighbours by a Gaussian whose width gives every item the same perplexity; then p_ij = (p_j|i + p_i|j) / 2n.
 */
import type { Neighbours } from './neighbours';

/** A symmetric sparse matrix by rows: the entries of row i lie at start[i] … start[i + 1]. */
export interface Affinities {
  n: number;
  start: Uint32Array;
  index: Uint32Array;
  /** Sums to 1. */
  p: Float32Array;
}

const tolerance = 1e-5; // of the entropy, nats
const halvings = 64;

/** The neighbours that a perplexity needs: the Gaussian has faded at three times as many. */
export const neighboursFor = (perplexity: number, n: number): number => Math.min(n - 1, Math.floor(3 * perplexity));

/**
 * p_j|i over the k neighbours of one item, and the perplexity that was reached. squared: [k]. Where all neighbours lie at
 * one distance nothing can be told apart, and each gets 1/k.
 */
export function conditional(squared: ArrayLike<number>, perplexity: number): { p: Float64Array; perplexity: number } {
  const k = squared.length;
  const target = Math.log(Math.min(perplexity, k));
  const p = new Float64Array(k);
  let [low, high, precision] = [0, Number.POSITIVE_INFINITY, 1];
  let entropy = 0;
  for (let step = 0; step < halvings; step++) {
    let [sum, weighted] = [0, 0];
    const nearest = squared[0]!;
    for (let j = 0; j < k; j++) {
      p[j] = Math.exp(-(squared[j]! - nearest) * precision);
      sum += p[j]!;
      weighted += p[j]! * (squared[j]! - nearest);
    }
    entropy = Math.log(sum) + (precision * weighted) / sum;
    for (let j = 0; j < k; j++) p[j]! /= sum;
    const off = entropy - target;
    if (Math.abs(off) < tolerance) break;
    if (off > 0) {
      low = precision;
      precision = high === Number.POSITIVE_INFINITY ? precision * 2 : (precision + high) / 2;
    } else {
      high = precision;
      precision = (precision + low) / 2;
    }
  }
  return { p, perplexity: Math.exp(entropy) };
}

export function affinities(neighbours: Neighbours, perplexity: number): Affinities {
  const { n, k, index } = neighbours;
  const forward = new Float32Array(n * k);
  conditionals(neighbours, perplexity, 0, n, forward);
  return symmetric(n, k, index, forward);
}

/** p_j|i of the items from … to − 1, into `forward` [n, k]. */
export function conditionals(
  { k, squared }: Neighbours,
  perplexity: number,
  from: number,
  to: number,
  forward: Float32Array,
): void {
  for (let i = from; i < to; i++) forward.set(conditional(squared.subarray(i * k, (i + 1) * k), perplexity).p, i * k);
}

/** (P + Pᵀ) / 2n of a sparse P given row by row. */
export function symmetric(n: number, k: number, index: Uint32Array, forward: Float32Array): Affinities {
  // Every entry once as it is and once turned round; what meets at one place adds up.
  const counts = new Uint32Array(n + 1);
  for (let at = 0; at < n * k; at++) {
    counts[Math.floor(at / k) + 1]!++;
    counts[index[at]! + 1]!++;
  }
  for (let i = 0; i < n; i++) counts[i + 1]! += counts[i]!;
  const fill = counts.slice();
  const columns = new Uint32Array(2 * n * k);
  const values = new Float32Array(2 * n * k);
  const put = (row: number, column: number, value: number) => {
    const at = fill[row]!++;
    columns[at] = column;
    values[at] = value / (2 * n);
  };
  for (let at = 0; at < n * k; at++) {
    const row = Math.floor(at / k);
    put(row, index[at]!, forward[at]!);
    put(index[at]!, row, forward[at]!);
  }
  return merged(n, counts, columns, values);
}

function merged(n: number, from: Uint32Array, columns: Uint32Array, values: Float32Array): Affinities {
  const start = new Uint32Array(n + 1);
  const place = new Int32Array(n).fill(-1);
  let to = 0;
  for (let row = 0; row < n; row++) {
    start[row] = to;
    for (let at = from[row]!; at < from[row + 1]!; at++) {
      const column = columns[at]!;
      const known = place[column]!;
      if (known >= start[row]!) values[known]! += values[at]!;
      else {
        place[column] = to;
        columns[to] = column;
        values[to++] = values[at]!; // to ≤ at: nothing unread is overwritten
      }
    }
  }
  start[n] = to;
  return { n, start, index: columns.slice(0, to), p: values.slice(0, to) };
}
