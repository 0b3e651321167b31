import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openTrainSession } from '#main/engine';
import { compileTrainStep } from '#main/engine/compile';
import { adamW } from '#main/engine/optimizers/adamw';
import { readProfile } from '#main/engine/outline/profile';
import { anatomyOf, itemShape } from '#main/jobs/network/network';
import { bertStyle, linear, recurrentStack, transformer } from '#main/nn';

const [batch, time, width] = [4, 6, 16];
const program = compileTrainStep({
  inputs: { x: { dtype: 'float32', shape: [batch, time, width] } },
  objective: (scope, { x }) => {
    const h = recurrentStack(scope.at('lstm'), x!, { cell: 'lstm', units: width }).output;
    const encoded = transformer(scope.at('encoder'), h, { ...bertStyle, layers: 1, heads: 2 });
    return {
      loss: linear(scope.at('head'), encoded.reshape([-1, width]), 3)
        .square()
        .mean(),
    };
  },
  optimizer: adamW(),
  device: 'cpu',
});

it('names the blocks of recurrent layers and transformers by their parameters, and counts their work', () => {
  const { blocks, flopsPerItem } = anatomyOf(program, batch);
  const block = (name: string) => blocks.find((one) => one.name === name)!;
  for (const part of ['query', 'key', 'value', 'output'])
    expect(block(`encoder.layers.0.attention.${part}`).parameters).toBe(width * width + width);
  // four gates of [width + width, width] at each time
  expect(block('lstm.layers.0').flops.forward).toBe(2 * 4 * time * (width + width) * width);
  expect(block('encoder.layers.0.feedForward.in').flops.forward).toBe(2 * time * width * 4 * width);
  expect(batch * (flopsPerItem.forward + flopsPerItem.backward)).toBeCloseTo(program.flops, 6);
});

it('a loop over time is timed once: all kernels together fit into their step', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pretext-test-'));
  try {
    const session = await openTrainSession(program, { device: 'cpu', profileTo: join(folder, 'p') });
    for (let step = 0; step < 3; step++) await session.step({ x: new Float32Array(batch * time * width) }, 0);
    await session.close();
    const [file] = await readdir(folder);
    const profile = readProfile(await readFile(join(folder, file!), 'utf8'));
    const kernels = profile.operators.reduce((sum, { seconds }) => sum + seconds, 0);
    expect(profile.operators.map(({ operator }) => operator)).toContain('Scan');
    expect(kernels).toBeLessThanOrEqual(profile.secondsPerStep);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('tells the share of one item of a tensor of a batch', () => {
  expect(itemShape([64, 32, 7, 7], 64)).toEqual([32, 7, 7]);
  expect(itemShape([3136, 16], 64)).toEqual([49, 16]);
  expect(itemShape([512, 16], 60)).toEqual([512, 16]);
  expect(itemShape([], 64)).toEqual([]);
});
