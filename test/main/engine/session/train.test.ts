import { describe, expect, it } from 'vitest';
import type { TrainProgram } from '#main/engine/compile';
import { compileTrainStep, STEP_COUNT } from '#main/engine/compile';
import { conv2d, convTranspose2d } from '#main/engine/functions/image';
import { heNormal, normal, zeros } from '#main/engine/init';
import { adamW } from '#main/engine/optimizers/adamw';
import { stream } from '#main/engine/random';
import type { Scope } from '#main/engine/scope';
import type { TrainSessionOptions } from '#main/engine/session/open-train';
import { openTrainSession } from '#main/engine/session/open-train';
import type { Device } from '#main/engine/session/runtime';
import { compareWays, selfTest } from '#main/engine/session/self-test';
import type { TrainSession } from '#main/engine/session/train-session';
import type { Tensor } from '#main/engine/tensor';
import { expectClose, hasWebgpu, tolerance } from '#test/numeric';

const BATCH = 8;
const PIXELS = 8;
const CODES = 16;

/** A small VQ-VAE with a codebook learned by moving averages: it has every kind of variable and most ops. */
function convProgram(device: Device): TrainProgram {
  return compileTrainStep({
    inputs: { x: { dtype: 'float32', shape: [BATCH, 1, PIXELS, PIXELS] } },
    objective: (scope, { x }) => vectorQuantised(scope, x!),
    optimizer: adamW(),
    device,
    clipNorm: 5,
  });
}

function vectorQuantised(scope: Scope, x: Tensor) {
  const kernel = (name: string, shape: number[]) => scope.parameter(name, shape, heNormal);
  const bias = (name: string, size: number) => scope.parameter(name, [size], zeros);
  const h = conv2d(x, kernel('down', [8, 1, 4, 4]), bias('down.bias', 8), { stride: 2, pad: 1 }).relu(); // [8, 8, 4, 4]
  const z = conv2d(h, kernel('to', [4, 8, 3, 3]), bias('to.bias', 4), { pad: 1 }); // [8, 4, 4, 4]
  const rows = z.transpose([0, 2, 3, 1]).reshape([-1, 4]); // [128, 4]

  const codebook = scope.state('codebook', [CODES, 4], normal(0.5));
  const distance = rows.linear(codebook, codebook.sumSquares(1), { transB: true, alpha: -2 }).stopGradient();
  const codes = distance.argMin(1); // [128]
  const q = codebook.gather(codes);
  const used = codes.oneHot(CODES); // [128, 16]
  const mean = used.matmul(rows.stopGradient(), { transA: true }).div(used.sum(0).plus(1).reshape([CODES, 1]));
  scope.update('codebook', codebook.scale(0.99).add(mean.scale(0.01)));

  const quantised = rows.straightThrough(q).reshape([BATCH, 4, 4, 4]).transpose([0, 3, 1, 2]);
  const up = kernel('up', [4, 1, 4, 4]);
  const y = convTranspose2d(quantised, up, bias('up.bias', 1), { stride: 2, pad: 1 });
  const reconstruction = y.sub(x).square().mean();
  const commitment = rows.sub(q.stopGradient()).square().mean();
  return {
    loss: reconstruction.add(commitment.scale(0.25)),
    terms: { reconstruction, commitment },
    outputs: { codes },
  };
}

const batches = Array.from({ length: 5 }, (_, i) =>
  stream(9)
    .split(i)
    .normal(BATCH * PIXELS * PIXELS),
);

async function losses(session: TrainSession, from: number, to: number): Promise<number[]> {
  const found: number[] = [];
  for (let i = from; i < to; i++) found.push((await session.step({ x: batches[i % 5]! }, 3e-3))['loss']!);
  return found;
}

const open = (options: Partial<TrainSessionOptions> = {}) =>
  openTrainSession(convProgram('cpu'), { device: 'cpu', seed: 4, ...options });

async function run(options: Partial<TrainSessionOptions> = {}) {
  const session = await open(options);
  const path = await losses(session, 0, 20);
  const values = await session.read();
  const { outputs } = session;
  await session.close();
  return { path, values, outputs };
}

describe('training on the CPU', () => {
  it('is bitwise the same for the same seed, and different for another', async () => {
    const [one, two, other] = [await run(), await run(), await run({ seed: 5 })];
    expect(two).toEqual(one);
    expect(other.path).not.toEqual(one.path);
  });

  it('is bitwise the same with and without output copies, in place and not', async () => {
    expect(await run({ plain: true })).toEqual(await run({ plain: false }));
  });

  it('resumes bitwise from what was read', async () => {
    const whole = await run();
    const first = await open();
    await losses(first, 0, 11);
    const saved = await first.read();
    const values = new Map([...saved].map(([name, { data }]) => [name, data]));
    expect(values.get(STEP_COUNT)![0]).toBe(11);
    const second = await open({ seed: 77, values });
    expect(await losses(second, 11, 20)).toEqual(whole.path.slice(11));
    await first.write(values);
    expect(await losses(first, 11, 20)).toEqual(whole.path.slice(11));
    await first.close();
    await second.close();
  });

  it('returns all terms and the declared outputs', async () => {
    const session = await open();
    const terms = await session.step({ x: batches[0]! }, 1e-3);
    expect(Object.keys(terms).sort()).toEqual(['commitment', 'gradientNorm', 'loss', 'reconstruction']);
    expect(terms['loss']).toBeCloseTo(terms['reconstruction']! + 0.25 * terms['commitment']!, 5);
    expect(session.outputs['codes']!.shape).toEqual([BATCH * 16]);
    expect(Math.max(...Array.from(session.outputs['codes']!.data, Number))).toBeLessThan(CODES);
    await session.close();
  });

  it('leaves the weights as they were when a batch is refused', async () => {
    const session = await open();
    const before = await session.read();
    await expect(session.step({ x: new Float32Array(3) }, 1)).rejects.toThrow('must hold 512 values, got 3');
    expect(await session.read()).toEqual(before);
    await session.close();
  });

  it('takes a batch from memory that threads share', async () => {
    const shared = new Float32Array(new SharedArrayBuffer(4 * batches[0]!.length));
    shared.set(batches[0]!);
    const session = await open();
    expect((await session.step({ x: shared }, 3e-3))['loss']).toBe((await run()).path[0]);
    await session.close();
  });

  it('refuses variables that the program does not have, or of another size', async () => {
    const wrong = (name: string, size: number) => open({ values: new Map([[name, new Float32Array(size)]]) });
    await expect(wrong('nothing', 1)).rejects.toThrow('write: the program has no variable nothing');
    await expect(wrong('down', 7)).rejects.toThrow(
      'down: must be a Float32Array of 128 ([8,1,4,4]), got Float32Array of 7',
    );
    await expect(openTrainSession(convProgram('cpu'), { device: 'webgpu' })).rejects.toThrow(
      'openTrainSession: the program was compiled for cpu, not for webgpu; compile it for webgpu',
    );
  });
});

describe('the self-test', () => {
  it('passes with this version of ONNX Runtime', async () => {
    expect(await selfTest()).toEqual({ withoutCopies: true });
  });

  it('says what is wrong when the fast way gives other numbers', async () => {
    const spoilt = await compareWays(async (fast) => {
      const values = new Map([
        ['w', { dtype: 'float32' as const, shape: [1], data: new Float32Array([fast ? 1 : 2]) }],
      ]);
      return values;
    });
    expect(spoilt).toEqual({ withoutCopies: false, reason: 'w differs between the two ways of training' });
  });

  it('says what is wrong when the fast way throws', async () => {
    const refused = await compareWays(async (fast) => {
      if (fast) throw new Error('no such binding');
      return new Map();
    });
    expect(refused).toEqual({ withoutCopies: false, reason: 'no such binding' });
  });
});

describe('overfitting one batch', () => {
  const dense = (scope: Scope, x: Tensor, [from, to]: [number, number]) =>
    x.linear(scope.parameter('weight', [from, to], heNormal), scope.parameter('bias', [to], zeros));

  async function fit(objective: (scope: Scope, x: Tensor) => { loss: Tensor }, shape: number[], steps: number) {
    const program = compileTrainStep({
      inputs: { x: { dtype: 'float32', shape } },
      objective: (scope, { x }) => objective(scope, x!),
      optimizer: adamW({ weightDecay: 0 }),
      device: 'cpu',
    });
    const session = await openTrainSession(program, { device: 'cpu', seed: 1 });
    const x = stream(2).normal(shape.reduce((total, dim) => total * dim, 1));
    const path: number[] = [];
    for (let step = 0; step < steps; step++) path.push((await session.step({ x }, 3e-3))['loss']!);
    await session.close();
    return path.at(-1)! / path[0]!;
  }

  it('an MLP auto-encoder learns it by heart', async () => {
    const ratio = await fit(
      (scope, x) => {
        const h = dense(scope.at('encoder'), x, [32, 64]).gelu();
        return { loss: dense(scope.at('decoder'), h, [64, 32]).sub(x).square().mean() };
      },
      [8, 32],
      400,
    );
    expect(ratio).toBeLessThan(1e-3);
  });

  it('a convolutional auto-encoder learns it by heart', async () => {
    const ratio = await fit(
      (scope, x) => {
        const h = conv2d(x, scope.parameter('down', [32, 1, 4, 4], heNormal), undefined, {
          stride: 2,
          pad: 1,
        }).leakyRelu();
        const y = convTranspose2d(h, scope.parameter('up', [32, 1, 4, 4], normal(0.1)), undefined, {
          stride: 2,
          pad: 1,
        });
        return { loss: y.sub(x).square().mean() };
      },
      [4, 1, 8, 8],
      600,
    );
    expect(ratio).toBeLessThan(1e-2);
  });
});

describe('training on WebGPU', () => {
  it('agrees with the CPU after 20 steps, and its variables can be read and written', async (context) => {
    if (!(await hasWebgpu())) return context.skip('no WebGPU here');
    const cpu = await run();
    const session = await openTrainSession(convProgram('webgpu'), { device: 'webgpu', seed: 4 });
    const start = await session.read();
    const path = await losses(session, 0, 20);
    expectClose(path, cpu.path, 'loss', tolerance.device);
    const values = await session.read();
    for (const [name, { data }] of cpu.values) {
      expectClose(values.get(name)!.data, data, name, { relative: 1e-3, absolute: 1e-4 });
    }
    await session.write(new Map([...start].map(([name, { data }]) => [name, data])));
    expect(await losses(session, 0, 3)).toEqual(path.slice(0, 3));
    await session.close();
  });
});
