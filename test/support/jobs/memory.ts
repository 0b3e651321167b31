/** A process of its own that trains a few steps and tells its estimated and its measured memory as JSON; see memory.test.ts. */
import { openTrainSession, stream } from '#main/engine';
import { memoryOf } from '#main/jobs/memory-estimate';
import { vqVae } from '#main/recipes/autoencoders/vq-vae';

const data = {
  modality: 'image',
  height: 28,
  width: 28,
  channels: 1,
  trainCount: 1000,
  validationCount: 10,
  variance: 0.1,
} as const;
const system = vqVae.build(vqVae.configure('small', {}).config, data);
const estimated = memoryOf(system);
const session = await openTrainSession(system.program('cpu'), { device: 'cpu', threads: 2 });
const x = stream(0).uniform(system.batchSize * 28 * 28);
for (let step = 1; step <= 3; step++) await session.step(system.feeds(x, stream(step), step), 0);
await session.read();
await session.close();
console.log(JSON.stringify({ estimated, measured: process.resourceUsage().maxRSS * 1024 }));
