import { describe, expect, it } from 'vitest';
import type { PhaseOptions } from '#main/engine/compile';
import { compileTrainStep } from '#main/engine/compile';
import { firstNonFinite } from '#main/engine/guard';
import { constant, heNormal, zeros } from '#main/engine/init';
import { adamW } from '#main/engine/optimizers/adamw';
import type { Scope } from '#main/engine/scope';
import { openTrainSession } from '#main/engine/session/open-train';
import type { Device } from '#main/engine/session/runtime';
import type { Tensor } from '#main/engine/tensor';
import { hasWebgpu } from '#test/numeric';

const SIZE = 4;

const dense = (scope: Scope, x: Tensor) =>
  x.linear(scope.parameter('weight', [SIZE, SIZE], heNormal), scope.parameter('bias', [SIZE], zeros));

interface Trial {
  loss(scope: Scope, x: Tensor): Tensor;
  x?: number;
  learningRate?: number;
  options?: Partial<PhaseOptions>;
  device?: Device;
}

/** What the guard says after one step on a batch of one value. */
async function watch({ loss, x = 1, learningRate = 1e-3, options, device = 'cpu' }: Trial) {
  const program = compileTrainStep({
    inputs: { x: { dtype: 'float32', shape: [2, SIZE] } },
    objective: (scope, inputs) => ({ loss: loss(scope, inputs['x']!) }),
    optimizer: adamW(),
    device,
    guard: true,
    ...options,
  });
  const session = await openTrainSession(program, { device, seed: 1 });
  const feeds = { x: new Float32Array(2 * SIZE).fill(x) };
  await session.step(
    Array.from({ length: program.microBatches }, () => feeds),
    learningRate,
  );
  const found = firstNonFinite(program, session.outputs);
  await session.close();
  return found;
}

/** A sound layer before and after the place where it goes wrong. */
const between = (scope: Scope, x: Tensor, wrong: (h: Tensor) => Tensor) =>
  dense(scope.at('decoder'), wrong(dense(scope.at('encoder').at('down1'), x)))
    .square()
    .mean();

const cases: [string, Trial, { op: string; block: string; part: string }][] = [
  [
    'the logarithm of a negative number',
    { loss: (scope, x) => between(scope, x, (h) => h.square().plus(1).neg().log()) },
    { op: 'log', block: 'encoder.down1', part: 'forward' },
  ],
  [
    'a division by zero',
    { loss: (scope, x) => between(scope, x, (h) => h.div(h.sub(h.scale(1)))) },
    { op: 'div', block: 'encoder.down1', part: 'forward' },
  ],
  [
    'an exponential that overflows',
    { loss: (scope, x) => between(scope, x, (h) => h.scale(1000).abs().plus(100).exp()) },
    { op: 'exp', block: 'encoder.down1', part: 'forward' },
  ],
  [
    'a square root at 0, whose value is sound and whose slope is not',
    { loss: (scope, x) => between(scope, x, (h) => h.sub(h.stopGradient()).relu().sqrt()) },
    { op: 'div', block: 'encoder.down1', part: 'backward' },
  ],
  [
    'a weight that a learning rate throws too far',
    { loss: (scope, x) => dense(scope.at('head'), x).square().mean(), learningRate: 1e38 * 3.4 },
    { op: 'mul', block: 'head', part: 'update' },
  ],
  [
    'a batch that is not a number',
    { loss: (scope, x) => between(scope, x, (h) => h), x: Number.NaN },
    { op: 'input', block: '', part: 'forward' },
  ],
  [
    'a weight that is not a number',
    {
      loss: (scope, x) =>
        between(scope, x, (h) => h.mul(scope.at('middle').parameter('gain', [SIZE], constant(Number.NaN)))),
    },
    { op: 'variable', block: 'middle', part: 'forward' },
  ],
];

describe('the guard', () => {
  it.each(cases)('names %s', async (_, trial, expected) => {
    expect(await watch(trial)).toMatchObject(expected);
  });

  it.each(cases.slice(0, 4))('names %s in a micro-batch', async (_, trial, expected) => {
    expect(await watch({ ...trial, options: { microBatches: 3 } })).toMatchObject(expected);
  });

  // Not the logarithm: some software devices give 0 for that of −1.
  it('names the same on WebGPU', async (context) => {
    if (!(await hasWebgpu())) return context.skip('no WebGPU here');
    for (const [, trial, expected] of cases.slice(1, 3)) {
      expect(await watch({ ...trial, device: 'webgpu' })).toMatchObject(expected);
    }
  });

  it('finds nothing in a sound step, nor in one that masks with infinities', async () => {
    expect(await watch({ loss: (scope, x) => between(scope, x, (h) => h.tanh()) })).toBeUndefined();
    const masked = (scope: Scope, x: Tensor) =>
      between(scope, x, (h) => {
        const mask = h.constant(Float32Array.of(0, 0, Number.NEGATIVE_INFINITY, 0));
        return h.add(mask).softmax();
      });
    expect(await watch({ loss: masked })).toBeUndefined();
  });

  it('changes neither losses nor weights', async () => {
    const run = async (guard: boolean) => {
      const program = compileTrainStep({
        inputs: { x: { dtype: 'float32', shape: [2, SIZE] } },
        objective: (scope, inputs) => ({ loss: between(scope, inputs['x']!, (h) => h.tanh()) }),
        optimizer: adamW(),
        device: 'cpu',
        guard,
      });
      const session = await openTrainSession(program, { device: 'cpu', seed: 1 });
      const terms = await session.step({ x: new Float32Array(2 * SIZE).fill(1) }, 1e-2);
      const values = await session.read();
      await session.close();
      return { terms, values };
    };
    expect(await run(true)).toEqual(await run(false));
  });

  it('is asked of programs that have one', () => {
    const program = compileTrainStep({
      inputs: { x: { dtype: 'float32', shape: [2, SIZE] } },
      objective: (scope, inputs) => ({ loss: dense(scope, inputs['x']!).sum() }),
      optimizer: adamW(),
      device: 'cpu',
    });
    expect(() => firstNonFinite(program, {})).toThrow('must be compiled with guard: true');
  });
});
