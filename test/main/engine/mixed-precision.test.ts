import { describe, expect, it } from 'vitest';
import type { PhaseOptions } from '#main/engine/compile';
import { compileTrainStep, STEP_COUNT } from '#main/engine/compile';
import { conv2d, convTranspose2d } from '#main/engine/functions/image';
import { glorotUniform, heNormal, zeros } from '#main/engine/init';
import { LOSS_SCALE } from '#main/engine/mixed-precision';
import { toHalf } from '#main/engine/onnx/half';
import { readOnnx } from '#main/engine/onnx/read';
import { adamW } from '#main/engine/optimizers/adamw';
import { stream } from '#main/engine/random';
import type { Scope } from '#main/engine/scope';
import { openTrainSession } from '#main/engine/session/open-train';
import type { Device } from '#main/engine/session/runtime';
import type { TrainSession } from '#main/engine/session/train-session';
import type { Tensor } from '#main/engine/tensor';
import { hasWebgpu } from '#test/numeric';

const BATCH = 8;

/** Products of both kinds, and convolutions with their gradients. */
function objective(scope: Scope, x: Tensor) {
  const kernel = (name: string, shape: number[]) => scope.parameter(name, shape, heNormal);
  const h = conv2d(x, kernel('down', [8, 1, 4, 4]), undefined, { stride: 2, pad: 1 }).relu(); // [8, 8, 4, 4]
  const rows = h.reshape([BATCH, 8, 16]);
  const mixed = rows.matmul(rows.matmul(rows, { transB: true, alpha: 0.25 }).softmax(), { transA: true }); // [8, 16, 8]
  const flat = mixed.reshape([BATCH, 128]);
  const code = flat.linear(scope.parameter('weight', [128, 128], glorotUniform), scope.parameter('bias', [128], zeros));
  const image = code.reshape([BATCH, 8, 4, 4]).add(h);
  const y = convTranspose2d(image, kernel('up', [8, 1, 4, 4]), undefined, { stride: 2, pad: 1 });
  scope.update('seen', scope.state('seen', []).plus(1));
  return { loss: y.sub(x).square().mean() };
}

const compile = (more: Partial<PhaseOptions> = {}, device: Device = 'cpu') =>
  compileTrainStep({
    inputs: { x: { dtype: 'float32', shape: [BATCH / (more.microBatches ?? 1), 1, 8, 8] } },
    objective: (scope, { x }) => objective(scope, x!),
    optimizer: adamW(),
    precision: 'mixed',
    device,
    ...more,
  });

const x = (step: number) =>
  stream(1)
    .split(step)
    .normal(BATCH * 64);

async function losses(session: TrainSession, steps: number): Promise<number[]> {
  const found: number[] = [];
  for (let step = 0; step < steps; step++) found.push((await session.step({ x: x(step % 4) }, 3e-3))['loss']!);
  return found;
}

const valuesOf = async (session: TrainSession) =>
  new Map([...(await session.read())].map(([name, { data }]) => [name, data] as const));

describe('mixed precision', () => {
  it('writes products and convolutions, forward and backward, in float16 and nothing else', () => {
    const { operators } = readOnnx(compile().onnx);
    const whole = readOnnx(compile({ precision: 'float32' }).onnx);
    for (const op of ['Gemm', 'Conv', 'Softmax', 'ReduceSum', 'Sqrt']) {
      expect(operators.get(op), op).toBe(whole.operators.get(op));
    }
    expect(operators.get('Cast')!).toBeGreaterThan(10);
  });

  it('trains to the same loss within a few percent', async () => {
    const run = async (precision: 'float32' | 'mixed') => {
      const session = await openTrainSession(compile({ precision }), { device: 'cpu', seed: 1 });
      const path = await losses(session, 60);
      await session.close();
      return path;
    };
    const [half, whole] = [await run('mixed'), await run('float32')];
    expect(whole.at(-1)! / whole[0]!).toBeLessThan(0.3);
    expect(half).not.toEqual(whole);
    for (const [step, loss] of whole.entries())
      expect(Math.abs(half[step]! / loss - 1), `step ${step}`).toBeLessThan(0.05);
  });

  it('skips a step whose gradient overflows: nothing changes but the scale, which halves', async () => {
    const session = await openTrainSession(compile(), { device: 'cpu', seed: 1 });
    await losses(session, 2);
    const before = await valuesOf(session);
    const huge = await session.step({ x: x(0).map((value) => value * 1e30) }, 3e-3);
    const after = await valuesOf(session);
    expect(huge).toMatchObject({ gradientNorm: 0, skipped: 1, lossScale: 2 ** 16 });
    for (const [name, data] of before) {
      if (name === LOSS_SCALE) expect(after.get(name)![0]).toBe(data[0]! / 2);
      else if (name === 'precision.goodSteps') expect([data[0], after.get(name)![0]]).toEqual([2, 0]);
      else expect(after.get(name), name).toEqual(data);
    }
    expect(after.get(STEP_COUNT)![0]).toBe(2);
    expect((await losses(session, 1))[0]).toBeLessThan(10);
    expect((await valuesOf(session)).get(STEP_COUNT)![0]).toBe(3);
    await session.close();
  });

  it('skips a whole step where one micro-batch overflows, and its running statistics take in the others only', async () => {
    const program = compileTrainStep({
      inputs: { x: { dtype: 'float32', shape: [2, 4] } },
      objective(scope, inputs) {
        const y = inputs['x']!.linear(scope.parameter('weight', [4, 4], heNormal));
        scope.update('mean', scope.state('mean', [4]).scale(0).add(y.mean(0)));
        return { loss: y.square().mean() };
      },
      optimizer: adamW(),
      device: 'cpu',
      precision: 'mixed',
      microBatches: 2,
    });
    const session = await openTrainSession(program, { device: 'cpu', seed: 1 });
    const batch = (size: number) => ({ x: new Float32Array(8).fill(size) });
    await session.step([batch(1), batch(1)], 1e-2);
    const before = await valuesOf(session);
    const terms = await session.step([batch(1), batch(1e30)], 1e-2);
    expect(terms).toMatchObject({ gradientNorm: 0, skipped: 1, lossScale: 2 ** 16 });
    const after = await valuesOf(session);
    for (const name of ['weight', 'weight.m', 'weight.v', STEP_COUNT]) {
      expect(after.get(name), name).toEqual(before.get(name));
    }
    expect(after.get('mean')!.every(Number.isFinite)).toBe(true);
    expect(after.get(LOSS_SCALE)![0]).toBe(2 ** 15);
    await session.close();
  });

  it('does not call a step skipped whose gradient is not finite at the smallest scale', async () => {
    const session = await openTrainSession(compile(), { device: 'cpu', seed: 1 });
    await session.write(new Map([[LOSS_SCALE, Float32Array.of(1)]]));
    const terms = await session.step({ x: x(0).map((value) => value * 1e30) }, 3e-3);
    expect(terms['skipped']).toBe(0);
    expect(Number.isFinite(terms['gradientNorm'])).toBe(false);
    expect((await losses(session, 1))[0]).toBeLessThan(10);
    await session.close();
  });

  it('doubles the scale after 2000 good steps', async () => {
    const session = await openTrainSession(compile(), { device: 'cpu', seed: 1 });
    await session.write(new Map([['precision.goodSteps', Float32Array.of(1998)]]));
    const scales: number[] = [];
    for (let step = 0; step < 3; step++) {
      await losses(session, 1);
      scales.push((await valuesOf(session)).get(LOSS_SCALE)![0]!);
    }
    expect(scales).toEqual([2 ** 16, 2 ** 17, 2 ** 17]);
    await session.close();
  });

  it('is bitwise the same with and without output copies, and resumes bitwise', async () => {
    const run = async (plain: boolean) => {
      const session = await openTrainSession(compile(), { device: 'cpu', seed: 1, plain });
      const path = await losses(session, 6);
      const values = await valuesOf(session);
      await session.close();
      return { path, values };
    };
    expect(await run(true)).toEqual(await run(false));
  });

  it('runs on WebGPU where it has 16-bit shaders, and says so clearly where it has not', async (context) => {
    if (!(await hasWebgpu())) return context.skip('no WebGPU here');
    const opened = openTrainSession(compile({}, 'webgpu'), { device: 'webgpu', seed: 1 });
    const session = await opened.catch((error: Error) => error);
    if (session instanceof Error) {
      expect(session.message).toContain('this graphics device has no 16-bit shaders (shader-f16)');
      return;
    }
    const cpu = await openTrainSession(compile({ precision: 'float32' }), { device: 'cpu', seed: 1 });
    const [half, whole] = [await losses(session, 8), await losses(cpu, 8)];
    for (const [step, loss] of whole.entries()) expect(Math.abs(half[step]! / loss - 1)).toBeLessThan(0.05);
    await session.close();
    await cpu.close();
  });
});

describe('float32 to float16', () => {
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519, 0x7bff],
    [65520, 0x7c00],
    [-1e30, 0xfc00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [2 ** -25 * 1.01, 0x0001],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 - 2 ** -12, 0x4000],
    [0.1, 0x2e66],
    [Number.NaN, 0x7e00],
  ])('rounds %f to the nearest, ties to even', (value, bits) => {
    expect(toHalf(Float32Array.of(value))[0]).toBe(bits);
  });
});
