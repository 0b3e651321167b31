/**
 * Which items a training step takes: a pure function of its number, so a resumed run goes on exactly where it stopped,
 * without remembering anything.
 */

/**
 * Training reads one endless row of epochs, each a permutation of its own; step s (counted from 1) takes positions
 * (s − 1) · batch to s · batch − 1. So every batch is full, and every item comes exactly once an epoch, also where
 * the batch does not divide the items, or is larger than all of them.
 *
 * items: what to choose from, e.g. a split's indices. permutation(epoch, n): 0 … n − 1 in the order of that epoch
 * (counted from 0); it must depend on nothing else than seed and epoch. Throws where there are no items.
 */
export function trainingOrder(
  items: ArrayLike<number>,
  batchSize: number,
  permutation: (epoch: number, n: number) => ArrayLike<number>,
): (step: number) => Uint32Array {
  const n = items.length;
  if (n === 0 || batchSize < 1) throw new Error(`internal: no order over ${n} items in batches of ${batchSize}`);
  // The latest permutation is kept only to save time; drawing it again gives the same.
  let latest: { epoch: number; order: ArrayLike<number> } | undefined;
  const orderOf = (epoch: number): ArrayLike<number> => {
    if (latest?.epoch !== epoch) latest = { epoch, order: permutation(epoch, n) };
    return latest.order;
  };
  return (step) =>
    Uint32Array.from({ length: batchSize }, (_, i) => {
      const position = (step - 1) * batchSize + i;
      return items[orderOf(Math.floor(position / n))[position % n] as number] as number;
    });
}

/** Epochs that `step` steps amount to. */
export const epochsOf = (step: number, batchSize: number, items: number): number => (step * batchSize) / items;
