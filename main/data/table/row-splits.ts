/**
 * Which row trains, which validates, which tests, for millions of rows: as in split.ts a function of seed and content
 * alone, but with 16 bytes a row. Rows of the same content have the same lot and so go the same way.
 */
import { hash } from 'node:crypto';

/** Draws the lots of rows, each in [0, 1) with 53 bits, from the seed and the bytes of the row's values. */
export class Lots {
  readonly #seed: number;
  #text = Buffer.alloc(0);
  #begins = '';

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** `salt`: rows with different ones have nothing to do with each other. */
  of(bytes: Uint8Array, salt: number): number {
    const prefix = `${this.#seed + salt}:`;
    if (this.#text.length !== prefix.length + bytes.length) {
      this.#text = Buffer.alloc(prefix.length + bytes.length);
      this.#begins = '';
    }
    if (this.#begins !== prefix) {
      this.#text.write(prefix, 'latin1');
      this.#begins = prefix;
    }
    this.#text.set(bytes, prefix.length);
    const digest = hash('sha256', this.#text, 'buffer');
    return (digest.readUIntBE(0, 6) * 32 + (digest[6]! >> 3)) / 2 ** 53;
  }
}

export interface RowSplits {
  /** 0 train, 1 validation, 2 test; [n]. */
  splits: Uint8Array;
  /** Rows that are the same as an earlier one (in values and label). */
  duplicates: number;
}

/**
 * In each class the rows with the smallest lots test, the next ones validate. A share that a class is too small for is
 * carried to the next class, so the whole comes out right.
 *
 * lots: [n]; labels: int32 [n], −1 where there is none.
 */
export function drawRowSplits(
  lots: Float64Array,
  labels: Int32Array,
  shares: { validation: number; test: number },
): RowSplits {
  const splits = new Uint8Array(lots.length);
  const due = { test: 0, validation: 0 };
  let duplicates = 0;
  for (const rows of byLabel(labels)) {
    const sorted = Float64Array.from(rows, (row) => lots[row]!).sort();
    due.test += shares.test * rows.length;
    due.validation += shares.validation * rows.length;
    const drawn = new Uint8Array(rows.length);
    for (let at = 0; at < sorted.length; ) {
      let next = at + 1;
      while (next < sorted.length && sorted[next] === sorted[at]) next++;
      duplicates += next - at - 1;
      // Twins go together where at least half of them are due; a crowd of them stays with training.
      const half = (next - at) / 2;
      const split = due.test >= half ? 2 : due.validation >= half ? 1 : 0;
      if (split === 2) due.test -= next - at;
      if (split === 1) due.validation -= next - at;
      drawn.fill(split, at, next);
      at = next;
    }
    for (const row of rows) splits[row] = drawn[placeOf(sorted, lots[row]!)]!;
  }
  return { splits, duplicates };
}

/** Rows of each label, the lowest label first; rows in order. */
function byLabel(labels: Int32Array): Uint32Array[] {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const groups = new Map(
    [...counts].sort(([a], [b]) => a - b).map(([label, count]) => [label, new Uint32Array(count)]),
  );
  const used = new Map<number, number>();
  labels.forEach((label, row) => {
    const at = used.get(label) ?? 0;
    groups.get(label)![at] = row;
    used.set(label, at + 1);
  });
  return [...groups.values()];
}

/** A place of `value`, which is there, in ascending order. */
function placeOf(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
