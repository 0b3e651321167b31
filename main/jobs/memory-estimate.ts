/** How much memory training a configuration takes, before anything is built. */
import type { System } from '#main/recipes/recipe';
import { anatomyOf } from './network/network';

/** Bytes of a process that trains whole batches on the CPU; from 0.8 to 1.4 times what was measured. */
export const memoryOf = (system: System): number =>
  anatomyOf(system.program('cpu'), system.batchSize).memory.processBytes;
