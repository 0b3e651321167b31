import { describe, expect, it } from 'vitest';
import { compileForward, compileTrainStep } from '#main/engine/compile';
import { normal as normalInit } from '#main/engine/init';
import { sgdMomentum } from '#main/engine/optimizers/sgd-momentum';
import type { Scope } from '#main/engine/scope';
import { openForwardSession } from '#main/engine/session/open-forward';
import { openTrainSession } from '#main/engine/session/open-train';
import type { Tensor } from '#main/engine/tensor';
import { batchNorm, groupNorm, instanceNorm, rmsNorm, spectralNorm } from '#main/nn';
import { expectClose, normal } from '#test/numeric';

const shape = [4, 3, 2, 2];
const x = normal(shape, 5);
const steps = async (layer: (scope: Scope, x: Tensor) => Tensor, count: number) => {
  const program = compileTrainStep({
    inputs: { x: { shape, dtype: 'float32' } },
    objective: (scope, inputs) => ({ loss: layer(scope.at('layer'), inputs['x']!).square().mean() }),
    optimizer: sgdMomentum(),
    device: 'cpu',
  });
  const session = await openTrainSession(program, { device: 'cpu', threads: 1 });
  const reports = [];
  for (let step = 0; step < count; step++) reports.push(await session.step({ x: x.data }, 0.1));
  const values = await session.read();
  await session.close();
  return { reports, values };
};

const ofChannel = (channel: number): number[] =>
  Array.from(x.data, Number).filter((_, place) => Math.floor(place / 4) % 3 === channel);
const meanOf = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
const sampleVariance = (values: number[]) =>
  values.reduce((sum, v) => sum + (v - meanOf(values)) ** 2, 0) / (values.length - 1);

describe('batchNorm', () => {
  it('moves its running averages by the momentum, from 0 and 1', async () => {
    const { values } = await steps((scope, t) => batchNorm(scope, t, { momentum: 0.25 }), 1);
    const channels = [0, 1, 2].map(ofChannel);
    expectClose(
      values.get('layer.mean')!.data,
      channels.map((c) => 0.25 * meanOf(c)),
    );
    expectClose(
      values.get('layer.variance')!.data,
      channels.map((c) => 0.75 + 0.25 * sampleVariance(c)),
    );
  });

  it('moves them twice where the layer is used twice in a step', async () => {
    const twice = (scope: Scope, t: Tensor) => batchNorm(scope, t).add(batchNorm(scope, t.scale(2)));
    const { values } = await steps(twice, 1);
    const expected = [0, 1, 2].map((c) => 0.9 * 0.1 * meanOf(ofChannel(c)) + 0.1 * 2 * meanOf(ofChannel(c)));
    expectClose(values.get('layer.mean')!.data, expected);
  });

  it('uses the running averages in a forward program', async () => {
    const program = compileForward({
      inputs: { x: { shape, dtype: 'float32' } },
      outputs: (scope, inputs) => ({ y: batchNorm(scope.at('layer'), inputs['x']!, { affine: false, epsilon: 0 }) }),
      device: 'cpu',
    });
    const values = new Map([
      ['layer.mean', Float32Array.of(1, 2, 3)],
      ['layer.variance', Float32Array.of(4, 9, 16)],
    ]);
    const session = await openForwardSession(program, { device: 'cpu', threads: 1, values });
    const { y } = await session.run({ x: x.data });
    await session.close();
    const expected = Array.from(x.data as Float32Array, (value, place) => {
      const channel = Math.floor(place / 4) % 3;
      return (Number(value) - (channel + 1)) / (channel + 2);
    });
    expectClose(y!.data, expected);
  });
});

it.each<[string, (scope: Scope, x: Tensor) => Tensor]>([
  ['batchNorm', batchNorm],
  ['instanceNorm', instanceNorm],
  ['groupNorm', (scope, t) => groupNorm(scope, t, 3)],
  ['rmsNorm', rmsNorm],
])('%s starts with a mean square of 1', async (_, layer) => {
  const { reports } = await steps(layer, 1);
  expectClose([reports[0]!['loss']!], [1], 'loss', { relative: 1e-3, absolute: 0 });
});

it('spectralNorm comes to a largest singular value of 1', async () => {
  const program = compileTrainStep({
    inputs: {},
    objective(scope) {
      const weight = spectralNorm(scope, scope.parameter('weight', [2, 2], normalInit(3)));
      return { loss: weight.sum().scale(0), outputs: { bounded: weight } };
    },
    optimizer: sgdMomentum(),
    device: 'cpu',
  });
  const session = await openTrainSession(program, { device: 'cpu', threads: 1, seed: 3 });
  for (let step = 0; step < 40; step++) await session.step({}, 0);
  const [a, b, c, d] = Array.from(session.outputs['bounded']!.data, Number) as [number, number, number, number];
  await session.close();
  const [trace, determinant] = [a * a + b * b + c * c + d * d, a * d - b * c]; // of WᵀW: σ₁² + σ₂², and σ₁ σ₂ of W
  const largest = Math.sqrt((trace + Math.sqrt(trace ** 2 - 4 * determinant ** 2)) / 2);
  expect(largest).toBeCloseTo(1, 4);
});
