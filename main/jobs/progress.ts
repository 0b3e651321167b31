/** Progress of work whose length is known, told at most five times a second, with the time that is left. `other`: another unit. */
import type { TaskContext } from './task';

const apart = 200; // ms

export function progressOf({ note }: TaskContext, unit: string): (done: number, total: number, other?: string) => void {
  const start = performance.now();
  let told = Number.NEGATIVE_INFINITY;
  return (done, total, other = unit) => {
    const now = performance.now();
    if (now - told < apart && done < total) return;
    told = now;
    const left = done > 0 && done < total ? { secondsLeft: ((now - start) / 1000 / done) * (total - done) } : {};
    note({ kind: 'progress', done, total, unit: other, ...left });
  };
}
