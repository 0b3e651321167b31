import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { compileForward, compileTrainStep } from '#main/engine/compile';
import { bernoulli, dropout, gumbel, logistic, normal, planeOf, uniform } from '#main/engine/functions/random';
import { heNormal, ones } from '#main/engine/init';
import { adamW } from '#main/engine/optimizers/adamw';
import { stream } from '#main/engine/random';
import { recompute } from '#main/engine/recompute';
import type { Scope } from '#main/engine/scope';
import { openForwardSession } from '#main/engine/session/open-forward';
import { openTrainSession } from '#main/engine/session/open-train';
import { type Device, sessionOptions } from '#main/engine/session/runtime';
import type { Tensor } from '#main/engine/tensor';
import { expectClose, hasWebgpu, normal as normalSample, tolerance } from '#test/numeric';

type Build = (scope: Scope) => Tensor;
const KEY = [1234567, 7654321, 0, 0];

const program = (build: Build, device: Device) =>
  compileForward({ inputs: {}, outputs: (scope) => ({ y: build(scope) }), device });

/** What a function of chance gives under a key. */
async function drawn(build: Build, { key = KEY, device = 'cpu' as Device } = {}): Promise<Float32Array> {
  const values = new Map([['random.key', Float32Array.from(key)]]);
  const session = await openForwardSession(program(build, device), { device, threads: 1, values });
  const { y } = await session.run({});
  await session.close();
  return y!.data as Float32Array;
}

/** The same numbers, written out in JavaScript: 32 bits each. */
function reference(site: string, n: number, quality: 'mask' | 'number', key = KEY, use = 1): Int32Array {
  const mixed = (h: number, k: number) => {
    const product = Math.imul(h, (h + k) | 0);
    return (product + Math.trunc(product / 65536)) | 0;
  };
  const spread = [
    [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35],
    [0x27d4eb2f, 0x165667b1, 0x2c1b3c6d],
    [0x297a2d39, 0x846ca68b, 0x6c8e9cf5],
    [0x3c6ef373, 0x1b873593, 0xd3a2646d],
  ];
  const [k0, k1, k2] = [0, 1, 2].map((j) => {
    const start = spread.reduce((sum, row, i) => (sum + Math.imul(key[i]!, row[j]!)) | 0, 0);
    const rounds = [0x7f4a7c15, 0x1ce4e5b9, 0x133111eb, 0x5bd1e995];
    return rounds.reduce((h, round, i) => mixed(h, (round + [0, 2 * i, 4 * i + 2][j]!) | 0), start);
  }) as [number, number, number];
  const { rows, columns } = planeOf(n);
  const own = stream(0).split('random').split(site).split(use);
  const words = Array.from(own.bits(2 * rows + (quality === 'mask' ? 1 : 2) * columns), (word) =>
    mixed(mixed((word + k0) | 0, k1), k2),
  );
  return Int32Array.from({ length: n }, (_, i) => {
    const [r, c] = [Math.floor(i / columns), i % columns];
    const h = (Math.imul(words[r]!, words[rows + c]!) + words[rows + columns + r]!) | 0;
    return quality === 'mask' ? h : Math.imul(h, (h + words[2 * rows + columns + c]!) | 0);
  });
}

const inUnit = (h: number): number => Math.trunc(h / 512) * 2 ** -23 + 0.5 + 2 ** -24;
const devices: Device[] = ['cpu', 'webgpu'];

describe.each(devices)('on %s', (device) => {
  it.each([[[]], [[1]], [[7]], [[3, 5]], [[2, 521]], [[64, 48]], [[1, 31, 33]]])(
    'uniform numbers and masks of %j have the bits that JavaScript computes',
    async (shape) => {
      if (device === 'webgpu' && !(await hasWebgpu())) return;
      const n = shape.reduce((total, dim) => total * dim, 1);
      const u = await drawn((scope) => uniform(scope.at('a'), 'u', shape), { device });
      expect(Array.from(u)).toEqual(Array.from(reference('a.u', n, 'number'), inUnit));
      const m = await drawn((scope) => bernoulli(scope, 'm', shape, 0.3), { device });
      const limit = Math.round(0.3 * 2 ** 32) - 2 ** 31;
      expect(Array.from(m)).toEqual(Array.from(reference('m', n, 'mask'), (h) => Number(h < limit)));
    },
  );
});

it('normal, Gumbel and logistic numbers agree between devices', async () => {
  if (!(await hasWebgpu())) return;
  for (const draw of [normal, gumbel, logistic]) {
    const build: Build = (scope) => draw(scope, 'x', [5, 7]);
    const [cpu, gpu] = [await drawn(build), await drawn(build, { device: 'webgpu' })];
    expectClose(gpu, cpu, draw.name, { relative: 1e-3, absolute: 2e-3 }); // sin and cos of WebGPU are that exact
  }
});

it('all of it stays on WebGPU', async () => {
  if (!(await hasWebgpu())) return;
  const shape = [3, 31];
  const build: Build = (scope) =>
    [normal, gumbel, logistic]
      .map((draw) => draw(scope, draw.name, shape))
      .concat(bernoulli(scope, 'p', shape, 0.2), bernoulli(scope, 'q', shape, uniform(scope, 'r', [31])))
      .reduce((a, b) => a.add(b));
  const options = { ...sessionOptions({ device: 'webgpu' }), extra: { session: { disable_cpu_ep_fallback: '1' } } };
  await (await InferenceSession.create(program(build, 'webgpu').onnx, options)).release();
});

// ---- statistics: with 2¹⁸ numbers each figure is one of a standard normal variable where chance is fair

const SIDE = 512;
const N = SIDE * SIDE;
const FAIR = 4.5; // one in 150,000, for about 100 figures with fixed seeds

const mean = (x: ArrayLike<number>): number => Array.from(x).reduce((a, b) => a + b, 0) / x.length;

/** z of the covariance of centred numbers of variance σ² with others, or with themselves some places on. */
function covariance(x: ArrayLike<number>, y: ArrayLike<number>, lag: number, variance: number): number {
  let sum = 0;
  for (let i = lag; i < x.length; i++) sum += x[i]! * y[i - lag]!;
  return sum / variance / Math.sqrt(x.length - lag);
}

/** z of χ² over equally likely cells. */
function chiSquare(cells: ArrayLike<number>, howMany: number): number {
  const counts = new Float64Array(howMany);
  for (let i = 0; i < cells.length; i++) counts[cells[i]!]! += 1;
  const expected = cells.length / howMany;
  const sum = counts.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
  return (sum - (howMany - 1)) / Math.sqrt(2 * (howMany - 1));
}

/** The figures of numbers uniform on (0, 1). */
function figures(u: Float32Array): Record<string, number> {
  const x = Float64Array.from(u, (value) => value - 0.5);
  const cell = (value: number, of: number) => Math.floor(value * of);
  const lags = [1, 2, 3, SIDE - 1, SIDE, SIDE + 1, 2 * SIDE];
  const pair = (lag: number) => Int32Array.from(u.subarray(lag), (value, i) => cell(value, 32) * 32 + cell(u[i]!, 32));
  return {
    mean: mean(x) * Math.sqrt(12 * N),
    variance: mean(x.map((value) => value * value - 1 / 12)) * Math.sqrt(180 * N),
    cells: chiSquare(
      Int32Array.from(u, (value) => cell(value, 256)),
      256,
    ),
    low: chiSquare(
      Int32Array.from(u, (value) => Math.floor(value * 2 ** 23) % 64),
      64,
    ),
    ...Object.fromEntries(lags.map((lag) => [`lag ${lag}`, covariance(x, x, lag, 1 / 12)])),
    ...Object.fromEntries([1, SIDE, SIDE + 1].map((lag) => [`pair ${lag}`, chiSquare(pair(lag), 1024)])),
  };
}

describe('uniform numbers', () => {
  const draw = (site: string, key = KEY) => drawn((scope) => uniform(scope, site, [SIDE, SIDE]), { key });

  it.each([0, 1, 2])('are fair: mean, variance, cells, low bits, lags, pairs (key %i)', async (seed) => {
    const u = await draw('u', [seed, 99 * seed, seed, 0]);
    for (const [name, z] of Object.entries(figures(u))) expect(Math.abs(z), name).toBeLessThan(FAIR);
    expect(u.every((value) => value > 0 && value < 1)).toBe(true);
  });

  it('would be found out if they lay on a lattice', () => {
    const lattice = Float32Array.from({ length: N }, (_, i) => ((i + 0.5) * 0.6180339887) % 1);
    const worst = Object.values(figures(lattice))
      .map(Math.abs)
      .filter((z) => z > FAIR);
    expect(worst.length).toBeGreaterThan(5);
  });

  it('have nothing to do with those of another site, seed or draw', async () => {
    const centred = async (...at: Parameters<typeof draw>) => (await draw(...at)).map((value) => value - 0.5);
    const others = [
      await centred('v'),
      await centred('u2'),
      await centred('u', [1234568, 7654321, 0, 0]),
      await centred('u', [1234567, 7654320, 0, 0]),
      await centred('u', [1234567, 7654321, 1, 0]),
      await centred('u', [1234567, 7654321, 0, 1]),
    ];
    const own = await centred('u');
    for (const [place, other] of others.entries()) {
      for (const lag of [0, 1, SIDE]) {
        expect(Math.abs(covariance(own, other, lag, 1 / 12)), `other ${place}, lag ${lag}`).toBeLessThan(FAIR);
      }
    }
  });
});

/** Mean, variance and fourth moment against those of the distribution, as z. */
function expectMoments(
  x: Float32Array,
  want: { mean: number; variance: number; fourth: number; eighth: number },
): void {
  const centred = Float64Array.from(x, (value) => value - want.mean);
  const z = {
    mean: mean(centred) * Math.sqrt(x.length / want.variance),
    variance:
      (mean(centred.map((v) => v * v)) - want.variance) * Math.sqrt(x.length / (want.fourth - want.variance ** 2)),
    fourth: (mean(centred.map((v) => v ** 4)) - want.fourth) * Math.sqrt(x.length / (want.eighth - want.fourth ** 2)),
  };
  for (const [name, value] of Object.entries(z)) expect(Math.abs(value), name).toBeLessThan(FAIR);
}

it('normal numbers have the moments 0, 1, 3 and no correlation, also between the two of a pair', async () => {
  const x = await drawn((scope) => normal(scope, 'x', [SIDE, SIDE]));
  expectMoments(x, { mean: 0, variance: 1, fourth: 3, eighth: 105 });
  for (const lag of [1, SIDE, N / 2]) expect(Math.abs(covariance(x, x, lag, 1)), `lag ${lag}`).toBeLessThan(FAIR);
  const squares = x.map((value) => value * value - 1);
  expect(Math.abs(covariance(squares, squares, N / 2, 2))).toBeLessThan(FAIR);
  expect(await drawn((scope) => normal(scope, 'x', [3, 5]))).toHaveLength(15);
});

it('Gumbel and logistic numbers have their distributions: F(x) is uniform', async () => {
  const g = await drawn((scope) => gumbel(scope, 'g', [SIDE, SIDE]));
  const l = await drawn((scope) => logistic(scope, 'l', [SIDE, SIDE]));
  const cells = (x: Float32Array, f: (value: number) => number) =>
    Int32Array.from(x, (value) => Math.floor(f(value) * 64));
  expect(
    Math.abs(
      chiSquare(
        cells(g, (x) => Math.exp(-Math.exp(-x))),
        64,
      ),
    ),
  ).toBeLessThan(FAIR);
  expect(
    Math.abs(
      chiSquare(
        cells(l, (x) => 1 / (1 + Math.exp(-x))),
        64,
      ),
    ),
  ).toBeLessThan(FAIR);
  expect([...g, ...l].every(Number.isFinite)).toBe(true);
});

describe('masks', () => {
  it.each([0.1, 0.5, 0.9])('of chance %f have that share, in rows and columns too, and no correlation', async (p) => {
    const m = await drawn((scope) => bernoulli(scope, 'm', [SIDE, SIDE], p));
    const x = Float64Array.from(m, (value) => value - p);
    const variance = p * (1 - p);
    expect(Math.abs(mean(x) * Math.sqrt(N / variance))).toBeLessThan(FAIR);
    for (const lag of [1, 2, SIDE - 1, SIDE, SIDE + 1]) {
      expect(Math.abs(covariance(x, x, lag, variance)), `lag ${lag}`).toBeLessThan(FAIR);
    }
    const spread = (sums: number[]) =>
      (sums.reduce((total, sum) => total + sum ** 2 / (SIDE * variance), 0) - SIDE) / Math.sqrt(2 * SIDE);
    const lines = Array.from({ length: SIDE }, (_, i) => i);
    const row = (r: number) => lines.reduce((sum, c) => sum + x[r * SIDE + c]!, 0);
    const column = (c: number) => lines.reduce((sum, r) => sum + x[r * SIDE + c]!, 0);
    expect(Math.abs(spread(lines.map(row)))).toBeLessThan(FAIR);
    expect(Math.abs(spread(lines.map(column)))).toBeLessThan(FAIR);
  });

  it('of chance 0 and 1 are all zeros and all ones', async () => {
    expect(await drawn((scope) => bernoulli(scope, 'm', [5], 0))).toEqual(new Float32Array(5));
    expect(await drawn((scope) => bernoulli(scope, 'm', [5], 1))).toEqual(new Float32Array(5).fill(1));
  });

  it('take a chance for each element', async () => {
    const p = Float32Array.of(0.1, 0.4, 0.8, 1);
    const m = await drawn((scope) => bernoulli(scope, 'm', [8192, 4], scope.constant(p)));
    const shares = [0, 1, 2, 3].map((c) => mean(Array.from({ length: 8192 }, (_, r) => m[4 * r + c]!)));
    shares.forEach((share, c) => expect(Math.abs(share - p[c]!)).toBeLessThan(FAIR * Math.sqrt(0.25 / 8192)));
    expect(shares[3]).toBe(1);
  });
});

describe('a plane', () => {
  it('holds all elements, with few words where the number divides', () => {
    for (const n of [1, 2, 7, 60, 1023, 1 << 20, 999983, 64 * 784]) {
      const { rows, columns } = planeOf(n);
      expect(rows * columns).toBeGreaterThanOrEqual(n);
      expect(rows * columns - n).toBeLessThan(columns);
      expect(rows + columns).toBeLessThanOrEqual(5 * Math.sqrt(n) + 2);
    }
    expect(planeOf(1 << 20)).toEqual({ rows: 1024, columns: 1024 });
  });
});

// ---- in training

const BATCH = 8;
const inputs = { x: { dtype: 'float32', shape: [BATCH, 16] } } as const;

/** A network with dropout at two sites and noise at its middle. */
function noisy(scope: Scope, x: Tensor) {
  const h = dropout(scope.at('first'), x.linear(scope.parameter('up', [16, 33], heNormal)), 0.2).relu();
  const z = h.add(normal(scope, 'noise', [BATCH, 33]).scale(0.1));
  const y = dropout(scope.at('second'), z, 0.5).linear(scope.parameter('down', [33, 16], heNormal));
  return { loss: y.sub(x).square().mean() };
}

const trainProgram = (device: Device = 'cpu') =>
  compileTrainStep({ inputs, objective: (scope, { x }) => noisy(scope, x!), optimizer: adamW(), device });

const batch = { x: normalSample([BATCH, 16], 3).data };

async function losses(session: Awaited<ReturnType<typeof openTrainSession>>, steps: number): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < steps; i++) found.push((await session.step(batch, 1e-3))['loss']!);
  return found;
}

describe('training with chance in the graph', () => {
  it.each([true, false])('goes on bitwise after an interruption (plain: %s)', async (plain) => {
    const options = { device: 'cpu', seed: 5, plain } as const;
    const whole = await openTrainSession(trainProgram(), options);
    const uninterrupted = await losses(whole, 12);
    await whole.close();
    const first = await openTrainSession(trainProgram(), options);
    const before = await losses(first, 7);
    const values = new Map([...(await first.read())].map(([name, { data }]) => [name, data]));
    await first.close();
    const second = await openTrainSession(trainProgram(), { ...options, seed: 77, values });
    expect([...before, ...(await losses(second, 5))]).toEqual(uninterrupted);
    await second.close();
    expect(new Set(uninterrupted).size).toBe(12);
    expect(Array.from(values.get('random.key')!.slice(2))).toEqual([7, 0]);
  });

  it('counts on where the lower counter is full', async () => {
    const session = await openTrainSession(trainProgram(), { device: 'cpu', seed: 5 });
    await session.write(new Map([['random.key', Float32Array.of(1, 2, 2 ** 22 - 1, 6)]]));
    await losses(session, 1);
    expect(Array.from((await session.read()).get('random.key')!.data)).toEqual([1, 2, 0, 7]);
    await session.close();
  });

  it('differs between seeds and agrees between devices', async () => {
    const run = async (seed: number, device: Device = 'cpu') => {
      const session = await openTrainSession(trainProgram(device), { device, seed });
      const path = await losses(session, 4);
      await session.close();
      return path;
    };
    expect(await run(1)).not.toEqual(await run(2));
    if (await hasWebgpu()) expectClose(await run(1, 'webgpu'), await run(1), 'losses', tolerance.device);
  });

  it('draws the same numbers where a part is computed again in the backward pass', async () => {
    const path = async (again: boolean) => {
      const body = (scope: Scope) => (x: Tensor) =>
        dropout(scope, x.linear(scope.parameter('up', [16, 16], heNormal)).tanh(), 0.3);
      const program = compileTrainStep({
        inputs,
        objective: (scope, { x }) => {
          const y = again ? recompute(x!, body(scope)) : body(scope)(x!);
          return { loss: y.sub(x!).square().mean() };
        },
        optimizer: adamW(),
        device: 'cpu',
      });
      const session = await openTrainSession(program, { device: 'cpu', seed: 3 });
      const found = await losses(session, 5);
      await session.close();
      return found;
    };
    expectClose(await path(true), await path(false), 'losses', { relative: 1e-6, absolute: 0 });
  });

  it('draws anew for each micro-batch', async () => {
    const program = compileTrainStep({
      inputs: { x: { dtype: 'float32', shape: [64] } },
      objective: (scope, { x }) => {
        const y = dropout(scope, x!, 0.5);
        scope.state('last', [64]);
        scope.update('last', scope.state('last', [64]).scale(2).add(y));
        return { loss: y.mul(scope.parameter('w', [64], ones)).sum() };
      },
      optimizer: adamW(),
      device: 'cpu',
      microBatches: 2,
    });
    const session = await openTrainSession(program, { device: 'cpu', seed: 1 });
    const x = new Float32Array(64).fill(1);
    await session.step([{ x }, { x }], 0);
    const { data } = (await session.read()).get('last')!;
    await session.close();
    expect(new Set(data)).toEqual(new Set([0, 2, 4, 6])); // dropped or kept in the first and in the second
  });
});

describe('dropout', () => {
  async function once(build: (scope: Scope, x: Tensor) => Tensor, shape: number[]): Promise<Float32Array> {
    const program = compileTrainStep({
      inputs: {},
      objective: (scope) => {
        const y = build(scope, scope.parameter('w', shape, ones));
        return { loss: y.sum(), outputs: { y } };
      },
      optimizer: adamW(),
      device: 'cpu',
    });
    const session = await openTrainSession(program, { device: 'cpu', seed: 2 });
    await session.step({}, 0);
    const { data } = session.outputs['y']!;
    await session.close();
    return data as Float32Array;
  }

  it('drops the rate and keeps the mean', async () => {
    const y = await once((scope, x) => dropout(scope, x, 0.25), [200, 100]);
    const dropped = y.filter((value) => value === 0).length / y.length;
    expect(Math.abs(dropped - 0.25)).toBeLessThan(FAIR * Math.sqrt((0.25 * 0.75) / y.length));
    expect(new Set(y)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
  });

  it('is the identity in a program that does not train, at rate 0, and draws nothing then', async () => {
    const build: Build = (scope) => dropout(scope, scope.constant(Float32Array.of(1, 2, 3)), 0.9);
    const { variables } = program(build, 'cpu');
    expect(variables).toEqual([]);
    expect(await once((scope, x) => dropout(scope, x, 0), [3])).toEqual(Float32Array.of(1, 1, 1));
  });

  it('passes the gradient where it kept, with the same factor', async () => {
    const program = compileTrainStep({
      inputs: {},
      objective: (scope) => {
        const y = dropout(scope, scope.parameter('w', [64], ones), 0.5);
        return { loss: y.sum(), outputs: { y } };
      },
      optimizer: {
        name: 'identity',
        update: (parameters) => parameters.map(({ gradient: g }) => g),
      },
      device: 'cpu',
    });
    const session = await openTrainSession(program, { device: 'cpu', seed: 2 });
    await session.step({}, 1);
    const gradient = (await session.read()).get('w')!.data;
    expect(gradient).toEqual(session.outputs['y']!.data); // x is 1 everywhere
    await session.close();
  });

  it('draws anew each time a layer is used, and by name', async () => {
    const twice = await once((scope, x) => dropout(scope, x, 0.5).sub(dropout(scope, x, 0.5)), [256]);
    expect(twice.some((value) => value !== 0)).toBe(true);
    const at = (name: string) => once((scope, x) => dropout(scope, x, 0.5, { name }), [256]);
    expect(await at('a')).not.toEqual(await at('b'));
    expect(await at('a')).toEqual(await at('a'));
  });

  it('drops whole channels where the mask is stretched', async () => {
    const y = await once((scope, x) => dropout(scope, x, 0.5, { shape: [4, 8, 1] }), [4, 8, 6]);
    for (let i = 0; i < 32; i++) expect(new Set(y.slice(6 * i, 6 * i + 6)).size).toBe(1);
    expect(new Set(y).size).toBe(2);
  });

  it('says which rates there are', async () => {
    await expect(once((scope, x) => dropout(scope, x, 1), [3])).rejects.toThrow(
      'dropout: the rate must lie in [0, 1), got 1',
    );
  });
});
