/** The table of workloads: what the bench runs when nothing is named, and how little of it very slow engines are given. */

import { bert, SMALL } from './bert';
import { voice } from './conv1d';
import { dense } from './dense';
import type { EngineEntry, EngineId } from './engines/index';
import { gpt } from './gpt';
import { simclr } from './simclr';
import { vqVae } from './vq-vae';
import type { Workload } from './workload';

export interface Entry {
  make(batch: number): Workload;
  readonly batch: number;
  /** Smaller batches for engines that would need minutes for a step; their time is compared by item. */
  readonly smaller?: Partial<Record<EngineId, number>>;
  /** Engines that would need too long for even one item, each with the reason that the report gives. */
  readonly leftOut?: Partial<Record<EngineId, string>>;
  /** Left out of `--quick`. */
  readonly long?: boolean;
  /** What it takes on two quiet cores, with all engines. */
  readonly seconds: number;
}

export const workloads = {
  dense: { make: dense, batch: 128, seconds: 60 },
  'vq-vae-28': {
    make: (batch) => vqVae({ batch, channels: 1, size: 28 }),
    batch: 64,
    smaller: { 'tfjs-cpu': 1, 'jax-js': 2 },
    seconds: 130,
  },
  'vq-vae-64': {
    make: (batch) => vqVae({ batch, channels: 3, size: 64 }),
    batch: 64,
    smaller: { 'jax-js': 1 },
    leftOut: { 'tfjs-cpu': 'it needs half a minute for one image; see 28 × 28' },
    long: true,
    seconds: 200,
  },
  'vq-vae-64-b16': {
    make: (batch) => vqVae({ batch, channels: 3, size: 64 }),
    batch: 16,
    leftOut: { 'tfjs-cpu': 'see 28 × 28', 'jax-js': 'see batch 64: it is measured on one image' },
    long: true,
    seconds: 60,
  },
  'transformer-small': { make: (batch) => bert(batch, SMALL), batch: 8, smaller: { 'tfjs-cpu': 2 }, seconds: 90 },
  bert: {
    make: (batch) => bert(batch),
    batch: 32,
    smaller: { 'tfjs-wasm': 2, 'jax-js': 4 },
    leftOut: { 'tfjs-cpu': 'it needs ten seconds for one sequence; see the small transformer' },
    long: true,
    seconds: 140,
  },
  gpt: {
    make: (batch) => gpt(batch),
    batch: 32,
    smaller: { 'tfjs-wasm': 2, 'jax-js': 4 },
    leftOut: { 'tfjs-cpu': 'it needs ten seconds for one sequence; see the small transformer' },
    long: true,
    seconds: 190,
  },
  simclr: {
    make: simclr,
    batch: 256,
    smaller: { 'tfjs-cpu': 2, 'jax-js': 2 }, // one item has nothing to be told from
    long: true,
    seconds: 200,
  },
  'voice-1d': { make: voice, batch: 16, smaller: { 'tfjs-cpu': 1, 'jax-js': 1 }, long: true, seconds: 150 },
} satisfies Record<string, Entry>;

export type WorkloadId = keyof typeof workloads;

export const entryOf = (id: string): Entry => {
  if (Object.hasOwn(workloads, id)) return workloads[id as WorkloadId];
  throw new Error(`bench: workload must be one of ${Object.keys(workloads).join(', ')}; got ${id}`);
};

const QUICK_SHARE = 0.5; // shorter turns, and fewer
const JAVASCRIPT_SHARE = 0.6; // most of the time goes to the slow ones

/** What a workload takes, roughly: the more engines, the longer. */
export function expectedSeconds({ seconds }: Entry, competing: readonly EngineEntry[], quick: boolean): number {
  const has = (kind: EngineEntry['kind']) => competing.some((engine) => engine.kind === kind);
  const others = 1 - JAVASCRIPT_SHARE;
  const share = others * (has('python') ? 1 : 0.5) + (has('javascript') ? JAVASCRIPT_SHARE : 0);
  return seconds * share * (quick ? QUICK_SHARE : 1);
}
