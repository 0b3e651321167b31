/**
 * Which row trains, which validates, which tests, for millions of rows: as in split.ts a function of seed and content
 * alone, but with 16 bytes a row. Rows of the same content have the same lot and so go the same way.
 */
import { createHash } from 'node:crypto';

/** A row's lot in [0, 1) with 53 bits, from the seed and the bytes of its values. */
export function lotOf(seed: number, bytes: Uint8Array): number {
  const digest = createHash('sha256').update(`${seed}:`).update(bytes).digest();
  return (digest.readUIntBE(0, 6) * 32 + (digest[6]! >> 3)) / 2 ** 53;
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
  const n = lots.length;
  const splits = new Uint8Array(n);
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => labels[a]! - labels[b]! || lots[a]! - lots[b]! || a - b,
  );
  const due = { test: 0, validation: 0 };
  let duplicates = 0;
  for (let from = 0; from < n; ) {
    let to = from + 1;
    while (to < n && labels[order[to]!] === labels[order[from]!]) to++;
    due.test += shares.test * (to - from);
    due.validation += shares.validation * (to - from);
    for (let at = from; at < to; ) {
      let next = at + 1;
      while (next < to && lots[order[next]!] === lots[order[at]!]) next++;
      duplicates += next - at - 1;
      // Twins go together where at least half of them are due; a crowd of them stays with training.
      const half = (next - at) / 2;
      const split = due.test >= half ? 2 : due.validation >= half ? 1 : 0;
      if (split === 2) due.test -= next - at;
      if (split === 1) due.validation -= next - at;
      if (split > 0) for (let row = at; row < next; row++) splits[order[row]!] = split;
      at = next;
    }
    from = to;
  }
  return { splits, duplicates };
}
