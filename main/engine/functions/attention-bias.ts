/** What is added to attention scores: padding, the future, and how far apart two positions are. */

import type { Dim } from '../shape';
import { fixed, show } from '../shape';
import type { Tensor } from '../tensor';

/** Low enough that e^x is 0 beside any real score, and finite, so that a row with nothing to see gives no NaN. */
export const NEVER = -1e9;

/** mask: [N, T], 1 (or true) real, 0 padding → [N, T] with 0 and −10⁹ */
export function hidesPadding(mask: Tensor): Tensor {
  if (mask.rank !== 2) throw new Error(`attention: mask must be [N, T], got ${show(mask.shape)}`);
  return mask.cast('float32').plus(-1).scale(-NEVER);
}

/** A constant of x's program, made once however many layers ask for it. */
const made = new WeakMap<object, Map<string, Tensor>>();

function once(x: Tensor, key: string, make: () => Tensor): Tensor {
  const known = made.get(x.graph) ?? new Map<string, Tensor>();
  made.set(x.graph, known);
  const tensor = known.get(key) ?? make();
  known.set(key, tensor);
  return tensor;
}

/** Fills [rows, columns] with a number for each pair of positions. */
export function pairs(
  rows: number,
  columns: number,
  value: (row: number, column: number) => number,
): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: rows * columns }, (_, at) => value(Math.floor(at / columns), at % columns));
}

/**
 * [Tq, Tk] with −10⁹ where a key lies after its query. When there are more keys than queries, the queries are the last
 * ones, as when a sequence is continued.
 */
export function causalBias(x: Tensor, queries: Dim | undefined, keys: Dim | undefined): Tensor {
  const [rows, columns] = [fixed('attention', queries, 'Tq'), fixed('attention', keys, 'Tk')];
  const shift = columns - rows;
  return once(x, `causal ${rows} ${columns}`, () =>
    x.constant(
      pairs(rows, columns, (row, column) => (column > row + shift ? NEVER : 0)),
      [rows, columns],
    ),
  );
}

export interface BucketOptions {
  /** How many buckets; the half of them is for exact distances. */
  buckets?: number;
  /** Distances from here on share the last bucket. */
  maxDistance?: number;
  /** Whether keys after the query have buckets of their own; false for a causal decoder. */
  bidirectional?: boolean;
}

/** The bucket of key − query (Raffel et al. 2020, arXiv:1910.10683, section 2.1): exact when near, logarithmic when far. */
export function relativeBucket(
  distance: number,
  { buckets = 32, maxDistance = 128, bidirectional = true }: BucketOptions = {},
): number {
  const count = bidirectional ? buckets / 2 : buckets;
  const offset = bidirectional && distance > 0 ? count : 0;
  const away = bidirectional ? Math.abs(distance) : Math.max(0, -distance);
  const exact = count / 2;
  if (away < exact) return offset + away;
  const far = exact + Math.floor((Math.log(away / exact) / Math.log(maxDistance / exact)) * (count - exact));
  return offset + Math.min(count - 1, far);
}

/** table: [buckets, heads] → [heads, Tq, Tk], a learned bias for each bucket of distance and each head. */
export function relativeBias(table: Tensor, queries: number, keys: number, options: BucketOptions = {}): Tensor {
  const buckets = fixed('relativeBias', table.shape[0], 'the number of buckets');
  const index = pairs(queries, keys, (row, column) => relativeBucket(column - row, { ...options, buckets }));
  const places = table.constant(Int32Array.from(index), [queries, keys], 'int32');
  return table.gather(places).transpose([2, 0, 1]);
}

/**
 * [heads, Tq, Tk]: −slope · distance, slopes 2^(−8h/heads) (Press et al. 2022, arXiv:2108.12409). Nothing is learned.
 */
export function alibiBias(x: Tensor, heads: number, queries: number, keys: number): Tensor {
  const slope = (head: number) => 2 ** ((-8 * (head + 1)) / heads);
  return once(x, `alibi ${heads} ${queries} ${keys}`, () => {
    const data = new Float32Array(heads * queries * keys);
    for (let head = 0; head < heads; head++) {
      data.set(
        pairs(queries, keys, (row, column) => -slope(head) * Math.abs(column - row)),
        head * queries * keys,
      );
    }
    return x.constant(data, [heads, queries, keys]);
  });
}

/**
 * Turns each pair of features (i, i + d/2) by an angle that grows with the position, so that q·k depends on the
 * distance only (Su et al. 2021, arXiv:2104.09864). x: [N, heads, T, d] → same; `from` is the first position.
 */
export function rotary(x: Tensor, { base = 10_000, from = 0 }: { base?: number; from?: number } = {}): Tensor {
  const t = fixed('rotary', x.shape[2], 'T');
  const d = fixed('rotary', x.shape[3], 'd');
  if (d % 2 !== 0) throw new Error(`rotary: d must be even, got ${show(x.shape)}`);
  const half = d / 2;
  const angle = (position: number, feature: number) => (from + position) * base ** (-(feature % half) / half);
  const table = (name: string, value: (position: number, feature: number) => number) =>
    once(x, `rotary ${name} ${t} ${d} ${base} ${from}`, () => x.constant(pairs(t, d, value), [t, d]));
  const cos = table('cos', (position, feature) => Math.cos(angle(position, feature)));
  const sin = table('sin', (position, feature) => Math.sin(angle(position, feature)) * (feature < half ? -1 : 1));
  const swapped = x.slice(3, half).concat([x.slice(3, 0, half)], 3);
  return x.mul(cos).add(swapped.mul(sin));
}
