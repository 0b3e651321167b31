/** The table of workloads: what the bench runs when nothing is named, and how little of it very slow engines are given. */

import { bert, SMALL } from './bert';
import { dense } from './dense';
import type { EngineId } from './engines/index';
import { gpt } from './gpt';
import { vqVae } from './vq-vae';
import type { Workload } from './workload';

export interface Entry {
  make(batch: number): Workload;
  readonly batch: number;
  /** Smaller batches for engines that would need minutes for a step; their time is compared by item. */
  readonly smaller?: Partial<Record<EngineId, number>>;
  /** Left out of `--quick`. */
  readonly long?: boolean;
}

export const workloads = {
  dense: { make: dense, batch: 128 },
  'vq-vae-28': {
    make: (batch) => vqVae({ batch, channels: 1, size: 28 }),
    batch: 64,
    smaller: { 'tfjs-cpu': 1, 'jax-js': 1 },
  },
  'vq-vae-64': {
    make: (batch) => vqVae({ batch, channels: 3, size: 64 }),
    batch: 64,
    smaller: { 'tfjs-cpu': 1, 'jax-js': 1 },
    long: true,
  },
  'vq-vae-64-b16': {
    make: (batch) => vqVae({ batch, channels: 3, size: 64 }),
    batch: 16,
    smaller: { 'tfjs-cpu': 1, 'jax-js': 1 },
    long: true,
  },
  'transformer-small': { make: (batch) => bert(batch, SMALL), batch: 8, smaller: { 'tfjs-cpu': 2 } },
  bert: { make: (batch) => bert(batch), batch: 32, smaller: { 'tfjs-wasm': 2, 'tfjs-cpu': 1, 'jax-js': 4 } },
  gpt: { make: (batch) => gpt(batch), batch: 32, smaller: { 'tfjs-wasm': 2, 'tfjs-cpu': 1, 'jax-js': 4 }, long: true },
} satisfies Record<string, Entry>;

export type WorkloadId = keyof typeof workloads;

export const entryOf = (id: string): Entry => {
  if (Object.hasOwn(workloads, id)) return workloads[id as WorkloadId];
  throw new Error(`bench: workload must be one of ${Object.keys(workloads).join(', ')}; got ${id}`);
};
