import { expect, it } from 'vitest';
import { compileForward, compileTrainStep } from '#main/engine/compile';
import { adamW } from '#main/engine/optimizers/adamw';
import { stream } from '#main/engine/random';
import { openTrainSession } from '#main/engine/session/open-train';
import type { Shape } from '#main/engine/shape';
import { linear, resNet, resNet18 } from '#main/nn';

it('ResNet-18 for 32 × 32 has the 11,168,832 parameters known from the field', () => {
  let shape: Shape = [];
  const program = compileForward({
    inputs: { x: { shape: [2, 3, 32, 32], dtype: 'float32' } },
    outputs(scope, { x }) {
      const y = resNet(scope, x!, resNet18);
      shape = y.shape;
      return { y };
    },
    device: 'cpu',
  });
  expect(shape).toEqual([2, 512]);
  const parameters = program.variables.filter(({ kind }) => kind === 'parameter');
  expect(parameters.reduce((sum, each) => sum + each.shape.reduce((size, dim) => size * dim, 1), 0)).toBe(11_168_832);
});

it('a small one learns one batch by heart', async () => {
  const program = compileTrainStep({
    inputs: { x: { shape: [8, 1, 8, 8], dtype: 'float32' }, y: { shape: [8, 4], dtype: 'float32' } },
    objective(scope, { x, y }) {
      const features = resNet(scope.at('encoder'), x!, { widths: [8, 16], blocks: [1, 1] }); // [8, 16]
      return { loss: linear(scope.at('head'), features, 4, { gain: 'linear' }).sub(y!).square().mean() };
    },
    optimizer: adamW({ weightDecay: 0 }),
    device: 'cpu',
  });
  const session = await openTrainSession(program, { device: 'cpu', threads: 1, seed: 1 });
  const feeds = { x: stream(1).normal(512), y: stream(2).normal(32) };
  let loss = 1;
  for (let step = 0; step < 300; step++) loss = (await session.step(feeds, 1e-2))['loss']!;
  await session.close();
  expect(loss).toBeLessThan(1e-3);
});

it('refuses stages without blocks in words', () => {
  const program = () =>
    compileForward({
      inputs: { x: { shape: [1, 3, 8, 8], dtype: 'float32' } },
      outputs: (scope, { x }) => ({ y: resNet(scope, x!, { widths: [8, 16], blocks: [1] }) }),
      device: 'cpu',
    });
  expect(program).toThrow('resNet: each stage needs a width and a number of blocks, got [8,16] and [1]');
});
