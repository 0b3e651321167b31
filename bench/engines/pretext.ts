/** Pretext itself, on the CPU or on WebGPU. */

import { compileTrainStep } from '#main/engine/compile';
import { openTrainSession } from '#main/engine/session/open-train';
import type { Device } from '#main/engine/session/runtime';
import { SEED } from '../workload';
import { entryOf } from '../workloads';
import type { Engine } from './engine';
import { optimizer } from './optimizer';

export async function pretextEngine(device: Device, threads: number): Promise<Engine> {
  return {
    title: device === 'webgpu' ? 'Pretext webgpu' : 'Pretext',
    threads,
    async build(fixture) {
      const { step, learningRate, pieces } = entryOf(fixture.workload).make(fixture.batch);
      const way = pieces ? { ...pieces.step, microBatches: pieces.count } : step;
      const program = compileTrainStep({ ...way, optimizer, device });
      // Nothing else runs during a turn, so threads may spin.
      const session = await openTrainSession(program, { device, threads, spin: true, seed: SEED });
      const whole = Object.fromEntries(fixture.feeds.map((array) => [array.name, fixture.data(array)]));
      const feeds = pieces ? pieces.split(whole) : whole;
      return { step: async () => (await session.step(feeds, learningRate))['loss']! };
    },
  };
}
