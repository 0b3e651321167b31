/** Parallel work with results in the order of the questions and never more than `width` under way: bounded memory. */

/** Maps `items` through `work`. Work that returns at once is not queued. The first error ends the iteration. */
export async function* ordered<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  width: number,
  work: (item: T) => R | Promise<R>,
): AsyncGenerator<R> {
  const queue: (R | Promise<R>)[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      if (result instanceof Promise) result.catch(() => undefined); // awaited below; never an unhandled rejection
      queue.push(result);
      if (queue.length >= width) yield await (queue.shift() as R | Promise<R>);
    }
    while (queue.length > 0) yield await (queue.shift() as R | Promise<R>);
  } finally {
    await Promise.allSettled(queue); // nothing runs on after the caller has left
  }
}

/** Up to `count` of the items, evenly spread from the first to the last. */
export function spread<T>(items: ArrayLike<T>, count: number): T[] {
  const n = Math.min(count, items.length);
  const stride = n > 1 ? (items.length - 1) / (n - 1) : 0;
  return Array.from({ length: n }, (_, i) => items[Math.round(i * stride)] as T);
}
