import { expect, it } from 'vitest';
import { compileTrainStep } from '#main/engine/compile';
import { constant } from '#main/engine/init';
import { adamW } from '#main/engine/optimizers/adamw';
import type { Optimizer } from '#main/engine/optimizers/optimizer';
import { sgdMomentum } from '#main/engine/optimizers/sgd-momentum';
import { openTrainSession } from '#main/engine/session/open-train';
import { expectClose } from '#test/numeric';

/** loss = c · p, so the gradient of p is the fed c; p starts at 1. */
async function trajectory(optimizer: Optimizer, gradients: number[], options: { decay: boolean; clipNorm?: number }) {
  const program = compileTrainStep({
    inputs: { c: { dtype: 'float32', shape: [1, 1] } },
    objective: (scope, { c }) => ({
      loss: scope.parameter('p', [1, 1], constant(1), { decay: options.decay }).mul(c!).sum(),
    }),
    optimizer,
    device: 'cpu',
    ...(options.clipNorm === undefined ? {} : { clipNorm: options.clipNorm }),
  });
  const session = await openTrainSession(program, { device: 'cpu' });
  const path: number[] = [];
  for (const c of gradients) {
    await session.step({ c: new Float32Array([c]) }, 0.1);
    path.push((await session.read()).get('p')!.data[0]!);
  }
  await session.close();
  return path;
}

/** Algorithm 2 of Loshchilov & Hutter 2019, line by line. */
function paperAdamW(gradients: number[], [b1, b2, eps, wd]: [number, number, number, number]): number[] {
  let [p, m, v] = [1, 0, 0];
  return gradients.map((g, i) => {
    m = b1 * m + (1 - b1) * g;
    v = b2 * v + (1 - b2) * g * g;
    const [mHat, vHat] = [m / (1 - b1 ** (i + 1)), v / (1 - b2 ** (i + 1))];
    p -= 0.1 * (mHat / (Math.sqrt(vHat) + eps) + wd * p);
    return p;
  });
}

it('three steps of AdamW by hand: the first moves by the learning rate, whatever the gradient', async () => {
  const path = await trajectory(adamW({ weightDecay: 0 }), [2, -1, 0.5], { decay: false });
  // step 1: m̂ = 2, v̂ = 4, p = 1 − 0.1 · 2/2 = 0.9
  // step 2: m = 0.08, v = 0.004996, m̂ = 0.421053, v̂ = 2.499250, p = 0.9 − 0.1 · 0.266338 = 0.873366
  // step 3: m = 0.122, v = 0.005241, m̂ = 0.450185, v̂ = 1.748749, p = 0.873366 − 0.1 · 0.340428 = 0.839323
  expectClose(path, [0.9, 0.873366, 0.839323], 'p', { relative: 0, absolute: 2e-6 });
});

it('follows the paper over 50 steps, with weight decay and other settings', async () => {
  const gradients = Array.from({ length: 50 }, (_, i) => Math.sin(i) * 3 ** Math.cos(i));
  const settings: [number, number, number, number] = [0.8, 0.99, 1e-3, 0.1];
  const [beta1, beta2, eps, weightDecay] = settings;
  const path = await trajectory(adamW({ beta1, beta2, eps, weightDecay }), gradients, { decay: true });
  expectClose(path, paperAdamW(gradients, settings), 'p', { relative: 1e-5, absolute: 1e-5 });
});

it('leaves parameters declared with decay: false undecayed', async () => {
  const still = [0, 0, 0];
  expectClose(await trajectory(adamW({ weightDecay: 0.5 }), still, { decay: false }), [1, 1, 1]);
  expectClose(await trajectory(adamW({ weightDecay: 0.5 }), still, { decay: true }), [0.95, 0.95 ** 2, 0.95 ** 3]);
});

it('SGD with momentum: the velocity is the decaying sum of gradients', async () => {
  const path = await trajectory(sgdMomentum({ momentum: 0.5 }), [1, 1, -1], { decay: false });
  expectClose(path, [0.9, 0.75, 0.775]); // velocities 1, 1.5, −0.25
});

it('clips the gradient to the norm it was given', async () => {
  const plain = { momentum: 0 };
  const path = await trajectory(sgdMomentum(plain), [0.5, 8, -3], { decay: false, clipNorm: 1 });
  expectClose(path, [0.95, 0.85, 0.95]);
  expect(await trajectory(sgdMomentum(plain), [0], { decay: false, clipNorm: 1 })).toEqual([1]);
});
