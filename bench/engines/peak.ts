/** The machine's own peak as one more contestant: a product of 1024³, taken in the same rounds as the workloads. */

import { openPeak } from '#main/engine/session/devices';
import type { Engine } from './engine';

export async function peakEngine(threads: number): Promise<Engine> {
  return {
    title: 'matrix product 1024³',
    threads,
    async build() {
      const { run } = await openPeak({ device: 'cpu', spin: true, threads });
      return { step: run };
    },
  };
}
