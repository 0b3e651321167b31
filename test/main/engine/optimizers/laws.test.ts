import { expect, it } from 'vitest';
import { compileTrainStep } from '#main/engine/compile';
import { normal } from '#main/engine/init';
import { adafactor } from '#main/engine/optimizers/adafactor';
import { adam } from '#main/engine/optimizers/adam';
import { adamW, bertAdam } from '#main/engine/optimizers/adamw';
import { lamb } from '#main/engine/optimizers/lamb';
import { lars } from '#main/engine/optimizers/lars';
import type { Optimizer } from '#main/engine/optimizers/optimizer';
import { expectClose } from '#test/numeric';
import { follow, gradientsOf, type Weights } from '#test/optimizers';

const options = { steps: 4, learningRate: () => 1 };
const scaled = (weights: Weights, factor: number): Weights =>
  Object.fromEntries(Object.entries(weights).map(([name, data]) => [name, data.map((x) => factor * x)]));

it('LARS and LAMB: scaling a weight and its gradient leaves the relative update unchanged', async () => {
  for (const optimizer of [lars({ weightDecay: 0.1, trust: 0.05 }), lamb({ weightDecay: 0, eps: 0 })]) {
    const plain = await follow(optimizer, { ...options, learningRate: () => 0.1 });
    const start = Object.fromEntries(['weight', 'kernel'].map((name) => [name, plain.start[name]!]));
    const large = await follow(optimizer, {
      ...options,
      learningRate: () => 0.1,
      values: scaled(start, 64), // a power of two: no rounding differs
      gradients: (step) => scaled(gradientsOf(step), 64),
    });
    for (const name of ['weight', 'kernel'])
      expectClose(scaled(large.steps[3]!, 1 / 64)[name]!, plain.steps[3]![name]!, `${optimizer.name} ${name}`);
  }
});

it('LARS: without decay a tensor moves by η of its own length at rate 1, whatever the gradient', async () => {
  const optimizer = lars({ momentum: 0, trust: 0.05 });
  for (const size of [1e-6, 1, 1e6]) {
    const { start, steps } = await follow(optimizer, { ...options, steps: 1, gradients: (t) => gradientsOf(t, size) });
    const before = Array.from(start['weight']!);
    const moved = Math.hypot(...before.map((x, i) => steps[0]!['weight']![i]! - x));
    expect(moved / Math.hypot(...before)).toBeCloseTo(0.05, 5);
  }
});

it('LARS and LAMB: a tensor of zeros can start to move, and a gradient of zeros moves nothing', async () => {
  for (const optimizer of [lars(), lamb({ weightDecay: 0 })]) {
    const zeros = { weight: new Float32Array(15) };
    const moved = await follow(optimizer, { ...options, steps: 1, values: zeros });
    expect(moved.steps[0]!['weight']!.every((x) => Number.isFinite(x) && x !== 0)).toBe(true);
    const still = await follow(optimizer, { ...options, steps: 1, gradients: (t) => gradientsOf(t, 0) });
    expect(still.steps[0]!['weight']).toEqual(still.start['weight']);
  }
});

it("BERT's first step is √10 times Adam's: nothing corrects the averages for starting at 0", async () => {
  const [bert, plain] = [bertAdam({ eps: 0, weightDecay: 0 }), adam({ eps: 0 })];
  const first = { ...options, steps: 1, learningRate: () => 1e-3 };
  const [a, b] = [await follow(bert, first), await follow(plain, first)];
  const moved = ({ start, steps }: typeof a) => start['weight']!.map((x, i) => steps[0]!['weight']![i]! - x);
  expectClose(
    moved(a),
    moved(b).map((x) => Math.sqrt(10) * x),
    'weight',
    { relative: 1e-3, absolute: 1e-6 },
  );
});

it('Adam is AdamW without decay, to the last bit', async () => {
  const [a, b] = [await follow(adam(), options), await follow(adamW({ weightDecay: 0 }), options)];
  expect(a.steps[3]!['weight']).toEqual(b.steps[3]!['weight']);
});

it('Adafactor: the root mean square of an update never exceeds rate · size of the parameter', async () => {
  const rms = (x: Float32Array) => Math.hypot(...x) / Math.sqrt(x.length);
  const jump = (step: number) => gradientsOf(step, step === 4 ? 1e4 : 1);
  const { start, steps } = await follow(adafactor(), { ...options, learningRate: () => 0.1, gradients: jump });
  steps.forEach((now, i) => {
    const before = (steps[i - 1] ?? start)['kernel']!;
    expect(rms(now['kernel']!.map((x, at) => x - before[at]!))).toBeLessThanOrEqual(0.1 * rms(before) * (1 + 1e-5));
  });
});

it('Adafactor: gradients of 1e-18, whose squared products no float32 holds, move a matrix as large ones do', async () => {
  const tiny = { ...options, learningRate: () => 0.1, gradients: (step: number) => gradientsOf(step, 2 ** -45) };
  const settings = adafactor({ eps: 1e-37 });
  const [a, b] = [await follow(settings, { ...tiny, gradients: gradientsOf }), await follow(settings, tiny)];
  expectClose(b.steps[3]!['weight']!, a.steps[3]!['weight']!, 'weight', { relative: 1e-4, absolute: 1e-5 });
});

/** Numbers that an optimizer keeps for a matrix of 64 × 48, beside the scalars. */
function keptFor(optimizer: Optimizer): number {
  const { variables } = compileTrainStep({
    inputs: { x: { dtype: 'float32', shape: [2, 64] } },
    objective: (scope, { x }) => ({ loss: x!.matmul(scope.parameter('w', [64, 48], normal(1))).sum() }),
    optimizer,
    device: 'cpu',
  });
  const moments = variables.filter(({ kind, shape }) => kind === 'moment' && shape.length > 0);
  return moments.reduce((sum, { shape }) => sum + shape.reduce((size, dim) => size * dim, 1), 0);
}

it('Adafactor keeps rows + columns, Adam twice rows × columns', () => {
  expect(keptFor(adafactor())).toBe(64 + 48);
  expect(keptFor(adamW())).toBe(2 * 64 * 48);
});

it('every optimizer lets its parameters be overwritten where they lie', () => {
  for (const optimizer of [adam(), bertAdam(), lars(), lamb(), adafactor()]) {
    const { variables } = compileTrainStep({
      inputs: { x: { dtype: 'float32', shape: [2, 6] } },
      objective: (scope, { x }) => ({
        loss: x!
          .matmul(scope.parameter('w', [6, 4], normal(1)))
          .square()
          .sum(),
      }),
      optimizer,
      device: 'cpu',
    });
    expect(variables.find(({ name }) => name === 'w')?.inPlace, optimizer.name).toBe(true);
  }
});
