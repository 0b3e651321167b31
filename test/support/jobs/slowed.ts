/** The linear recipe with settings that make a host misbehave: what a test of the hosts needs to interrupt. */
import { type Disk, disk } from '#main/jobs/disk';
import type { Recipe } from '#main/recipes/recipe';
import { linearRecipe } from './linear';

let operationsLeft = Number.POSITIVE_INFINITY;

/**
 * `linear`: as it is. `linear:hang`: step 3 never ends and sees no flag. `linear:crash`: step 3 aborts the process.
 * `linear:die:N`: the process is killed before the N-th operation on the disk.
 */
export function slowed(id: string): Recipe {
  const [, behaviour, count] = id.split(':');
  if (behaviour === 'die') operationsLeft = Number(count);
  if (behaviour !== 'crash' && behaviour !== 'hang') return linearRecipe();
  return linearRecipe((system) => ({
    learningRate(step) {
      if (step === 3 && behaviour === 'crash') process.kill(process.pid, 'SIGABRT');
      if (step === 3) for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      return system.learningRate(step);
    },
  }));
}

/** Kills this process before its last operation, as a power cut would. */
function counted<F extends (...args: never[]) => unknown>(operation: F): F {
  return ((...args: Parameters<F>) => {
    if (--operationsLeft <= 0) process.kill(process.pid, 'SIGKILL');
    return operation(...args);
  }) as F;
}

export const deadly: Disk = {
  ...disk,
  rename: counted(disk.rename) as Disk['rename'],
  rm: counted(disk.rm) as Disk['rm'],
  open: counted(async (...args: Parameters<Disk['open']>) => {
    const file = await disk.open(...args);
    return Object.assign(file, { write: counted(file.write.bind(file)), sync: counted(file.sync.bind(file)) });
  }) as Disk['open'],
};
