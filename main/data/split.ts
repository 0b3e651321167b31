/** Which item trains, which validates, which tests: drawn from the content of the items, so it stays as data is added. */
import { createHash } from 'node:crypto';
import type { Split } from '#app/records/common';
import { splits } from '#app/records/common';

export const splitNumber = (split: Split): number => splits.indexOf(split);
/** In the array of given splits: the source does not say. */
export const notGiven = 255;

export interface SplitPlan {
  seed: number;
  validation: number;
  test: number;
}

/** For each item the first item with the same pixels (itself where there is none), from the items' keys. */
export function firstTwins(keys: readonly string[]): Int32Array {
  const first = new Map<string, number>();
  return Int32Array.from(keys, (key, i) => {
    const twin = first.get(key);
    if (twin !== undefined) return twin;
    first.set(key, i);
    return i;
  });
}

/**
 * Splits as numbers (0 train, 1 validation, 2 test), uint8 [n].
 *
 * Within each class the items are ordered by SHA-256 of seed and content, and the first share goes to test, the next to
 * validation. The remainder of one class is carried to the next, so the whole comes out right however small the
 * classes. Items of the same pixels go the same way. A split that the source itself gives is kept; then only what it
 * lacks is taken, from its training items.
 *
 * keys: content hashes, hex [n]; labels: int32 [n]; given: uint8 [n], `notGiven` where the source does not say.
 */
export function drawSplits(
  keys: readonly string[],
  twins: Int32Array,
  labels: Int32Array,
  given: Uint8Array,
  plan: SplitPlan,
): Uint8Array {
  const result = given.map((value) => (value === notGiven ? 0 : value));
  const free = [...keys.keys()].filter((i) => result[i] === 0);
  const groups = strata(free, keys, twins, labels, plan.seed);
  const takes = ([1, 2] as const).filter((split) => !given.includes(split));
  const total = free.length;
  // With few items training comes first, then validation, then test.
  const wanted = (share: number, least: number): number =>
    share <= 0 || total < least ? 0 : Math.min(total - 1, Math.max(1, Math.round(total * share)));
  const test = takes.includes(2) ? wanted(plan.test, 3) : 0;
  const validation = takes.includes(1) ? Math.min(wanted(plan.validation, 2), total - 1 - test) : 0;

  const taken = { test: 0, validation: 0 };
  let seen = 0;
  for (const groupsOfClass of groups) {
    const size = groupsOfClass.reduce((sum, group) => sum + group.length, 0);
    seen += size;
    const due = { test: (test * seen) / total, validation: (validation * seen) / total };
    for (const group of groupsOfClass) {
      const to =
        Math.round(due.test) > taken.test
          ? 'test'
          : Math.round(due.validation) > taken.validation
            ? 'validation'
            : undefined;
      if (!to) break;
      taken[to] += group.length;
      for (const i of group) result[i] = to === 'test' ? 2 : 1;
    }
  }
  return result;
}

/** Per class (that of the group's first item), groups of items with the same pixels, in the order of the draw. */
function strata(
  items: readonly number[],
  keys: readonly string[],
  twins: Int32Array,
  labels: Int32Array,
  seed: number,
): number[][][] {
  const groups = new Map<number, number[]>(); // by first twin
  for (const i of items) {
    const first = twins[i] as number;
    const group = groups.get(first);
    if (group) group.push(i);
    else groups.set(first, [i]);
  }
  const classes = new Map<number, { lot: string; group: number[] }[]>();
  for (const group of groups.values()) {
    const [first] = group as [number];
    const lot = createHash('sha256').update(`${seed}:${keys[first]}`).digest('hex');
    const label = labels[first] as number;
    const own = classes.get(label);
    if (own) own.push({ lot, group });
    else classes.set(label, [{ lot, group }]);
  }
  return [...classes]
    .sort(([a], [b]) => a - b)
    .map(([, own]) => own.sort((a, b) => (a.lot < b.lot ? -1 : 1)).map(({ group }) => group));
}
