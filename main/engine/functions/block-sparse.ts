/**
 * Attention over chosen blocks of keys only, computed block by block: its cost is linear in the length of the sequence
 * when each block of queries sees a fixed number of blocks (Zaheer et al. 2020, "Big Bird", arXiv:2007.14062).
 */

import { stream } from '../random';
import type { Dim } from '../shape';
import { fixed, show } from '../shape';
import type { Tensor } from '../tensor';
import { hidesPadding, NEVER, pairs } from './attention-bias';
import { type Weighting, weightedMean } from './weighted-mean';

export interface BlockAttentionOptions extends Weighting {
  /** [N, T], 1 (or true) real, 0 padding. */
  mask?: Tensor;
}

export interface BlockPattern {
  /** Positions in a block. */
  readonly size: number;
  /** For each block of queries, the blocks of keys that it sees, in rising order. */
  readonly sees: readonly (readonly number[])[];
}

export interface BigBirdOptions {
  /** Positions in a block. */
  size: number;
  /** Blocks on each side that a block sees; 1 gives the paper's window of 3. */
  window?: number;
  /** The first blocks, which see all and are seen by all. */
  global?: number;
  /** Further blocks drawn at random for each block. */
  random?: number;
  seed?: number;
}

/** The pattern of Big Bird for `length` positions: window, global and random blocks. */
export function bigBird(
  length: number,
  { size, window = 1, global = 1, random = 1, seed = 0 }: BigBirdOptions,
): BlockPattern {
  if (length % size !== 0) throw new Error(`bigBird: blocks of ${size} do not divide ${length} positions; pad first`);
  const count = length / size;
  const all = Array.from({ length: count }, (_, block) => block);
  const sees = all.map((row) => {
    if (row < global) return all;
    const near = new Set(all.filter((block) => block < global || Math.abs(block - row) <= window));
    const order = stream(seed).split(row).permutation(count);
    const drawn = Array.from(order).filter((block) => !near.has(block));
    return [...near, ...drawn.slice(0, random)].sort((a, b) => a - b);
  });
  return { size, sees };
}

/** The same pattern as a bias for full attention, [T, T]: 0 where a query sees a key. For tests and pictures. */
export function blockBias({ size, sees }: BlockPattern): Float32Array<ArrayBuffer> {
  const length = sees.length * size;
  const seen = sees.map((row) => new Set(row));
  return pairs(length, length, (q, k) => (seen[Math.floor(q / size)]!.has(Math.floor(k / size)) ? 0 : NEVER));
}

/** Neighbouring blocks of queries that are computed in one product. */
interface Run {
  readonly from: number;
  readonly rows: (readonly number[])[];
}

/** Blocks that see everything need no copy of the keys, so they make runs of their own. */
function runsOf(sees: readonly (readonly number[])[]): Run[] {
  const runs: Run[] = [];
  const isDense = (row: readonly number[]) => row.length === sees.length;
  for (const [place, row] of sees.entries()) {
    const last = runs.at(-1);
    if (last && isDense(last.rows[0]!) === isDense(row)) last.rows.push(row);
    else runs.push({ from: place, rows: [row] });
  }
  return runs;
}

/** q, k: [N, heads, T, d], v: [N, heads, T, e] → [N, heads, T, e], as `attention` with the pattern's mask. */
export function blockSparseAttention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  pattern: BlockPattern,
  options: BlockAttentionOptions,
): Tensor {
  const { size, sees } = pattern;
  const length = fixed('attention', q.shape[2], 'T');
  if (length !== sees.length * size || k.shape[2] !== length) {
    throw new Error(
      `attention: ${sees.length} blocks of ${size} need ${sees.length * size} positions, got q ${show(q.shape)} and k ${show(k.shape)}`,
    );
  }
  const hidden = options.mask && hidesPadding(options.mask); // [N, T]
  const keys = blocksOf(k, size);
  const values = blocksOf(v, size);
  const parts = runsOf(sees).map((run) => {
    const rows = q.slice(2, run.from * size, (run.from + run.rows.length) * size);
    if (run.rows[0]!.length === sees.length) {
      const bias = hidden?.reshape([q.shape[0]!, 1, 1, length]);
      return weightedMean(rows, k, v, bias, options);
    }
    return sparseRows(rows, keys, values, hidden, { ...pattern, sees: run.rows }, options);
  });
  return parts[0]!.concat(parts.slice(1), 2);
}

/** [N, heads, T, d] → [N, heads, blocks, size · d] */
function blocksOf(x: Tensor, size: number): Tensor {
  const [n, heads, t, d] = x.shape as [Dim, number, number, number];
  return x.reshape([n, heads, t / size, size * d]);
}

function sparseRows(
  q: Tensor,
  keys: Tensor,
  values: Tensor,
  hidden: Tensor | undefined,
  { size, sees }: BlockPattern,
  options: BlockAttentionOptions,
): Tensor {
  const [n, heads, , d] = q.shape as [Dim, number, number, number];
  const [rows, most] = [sees.length, Math.max(...sees.map((row) => row.length))];
  // Rows that see fewer blocks repeat their first one, and the repetition is masked.
  const table = sees.flatMap((row) => Array.from({ length: most }, (_, i) => row[i] ?? row[0]!));
  const places = q.constant(Int32Array.from(table), [rows, most], 'int32');
  const seen = (blocks: Tensor) => {
    const width = Number(blocks.shape[3]) / size;
    return blocks.gather(places, 2).reshape([n, heads, rows, most * size, width]);
  };
  const isFull = sees.every((row) => row.length === most);
  const repeated = pairs(rows, most * size, (row, key) => (Math.floor(key / size) < sees[row]!.length ? 0 : NEVER));
  const padding = hidden && maskedKeys(hidden, places, size);
  const unused = isFull ? undefined : q.constant(repeated, [rows, 1, most * size]);
  const bias = padding && unused ? padding.add(unused) : (padding ?? unused);
  const y = weightedMean(q.reshape([n, heads, rows, size, d]), seen(keys), seen(values), bias, options);
  return y.reshape([n, heads, rows * size, y.shape[4]!]);
}

/** hidden: [N, T] → [N, 1, rows, 1, most · size] */
function maskedKeys(hidden: Tensor, places: Tensor, size: number): Tensor {
  const [n, t] = hidden.shape as [Dim, number];
  const [rows, most] = places.shape as [number, number];
  const blocks = hidden
    .reshape([n, t / size, size])
    .transpose([1, 0, 2])
    .gather(places); // [rows, most, N, size]
  return blocks.transpose([2, 0, 1, 3]).reshape([n, 1, rows, 1, most * size]);
}
