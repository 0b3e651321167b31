import { describe, expect, it } from 'vitest';
import type { PhaseOptions, TrainProgram } from '#main/engine/compile';
import { compileTrainStep, STEP_COUNT } from '#main/engine/compile';
import { glorotUniform, heNormal, zeros } from '#main/engine/init';
import { adamW } from '#main/engine/optimizers/adamw';
import { stream } from '#main/engine/random';
import type { Scope } from '#main/engine/scope';
import { openTrainSession } from '#main/engine/session/open-train';
import type { Device } from '#main/engine/session/runtime';
import type { StepFeeds, TrainSession } from '#main/engine/session/train-session';
import type { Tensor } from '#main/engine/tensor';
import { expectClose, hasWebgpu } from '#test/numeric';

const BATCH = 12;
const WIDTH = 10;
const STEPS = 6;

function objective(scope: Scope, x: Tensor) {
  const layer = (at: Scope, from: Tensor, to: number) =>
    from.linear(at.parameter('weight', [Number(from.shape[1]), to], glorotUniform), at.parameter('bias', [to], zeros));
  const y = layer(scope.at('decoder'), layer(scope.at('encoder'), x, 5).tanh(), WIDTH);
  scope.update('seen', scope.state('seen', []).plus(Number(x.shape[0])));
  const size = y.square().mean();
  return { loss: y.sub(x).square().mean(), terms: { size }, outputs: { y } };
}

const compile = (microBatches: number, device: Device = 'cpu', more: Partial<PhaseOptions> = {}): TrainProgram =>
  compileTrainStep({
    inputs: { x: { dtype: 'float32', shape: [BATCH / microBatches, WIDTH] } },
    objective: (scope, { x }) => objective(scope, x!),
    optimizer: adamW(),
    clipNorm: 0.5,
    device,
    microBatches,
    ...more,
  });

const batchOf = (step: number): Float32Array =>
  stream(7)
    .split(step)
    .normal(BATCH * WIDTH);

/** The batch of a step, cut into k. */
function feeds(step: number, k: number): StepFeeds[] {
  const x = batchOf(step);
  return Array.from({ length: k }, (_, i) => ({ x: x.slice((i * x.length) / k, ((i + 1) * x.length) / k) }));
}

async function run(session: TrainSession, k: number, from = 0, to = STEPS) {
  const terms: Record<string, number>[] = [];
  for (let step = from; step < to; step++) terms.push(await session.step(feeds(step, k), 1e-2));
  return terms;
}

async function train(k: number, device: Device = 'cpu', plain?: boolean) {
  const session = await openTrainSession(compile(k, device), {
    device,
    seed: 2,
    ...(plain !== undefined && { plain }),
  });
  const terms = await run(session, k);
  const values = await session.read();
  const { outputs } = session;
  await session.close();
  return { terms, values, outputs };
}

describe('a step of k micro-batches', () => {
  it.each([2, 3, 12])('of %i makes the same update as one whole batch, up to rounding', async (k) => {
    const [whole, parts] = [await train(1), await train(k)];
    for (const [step, terms] of parts.terms.entries()) {
      expect(Object.keys(terms).sort()).toEqual(['gradientNorm', 'loss', 'size']);
      for (const [name, value] of Object.entries(terms)) {
        expectClose([value], [whole.terms[step]![name]!], `${name} of step ${step}`, {
          relative: 1e-4,
          absolute: 1e-6,
        });
      }
    }
    for (const [name, { data }] of whole.values) {
      expectClose(parts.values.get(name)!.data, data, name, { relative: 1e-3, absolute: 1e-5 });
    }
  });

  it('is bitwise the same with and without output copies, in place and not', async () => {
    expect(await train(3, 'cpu', true)).toEqual(await train(3, 'cpu', false));
  });

  it('counts one step, lets states see each micro-batch, and returns the outputs of the last one', async () => {
    const { values, outputs } = await train(3);
    expect(values.get(STEP_COUNT)!.data[0]).toBe(STEPS);
    expect(values.get('seen')!.data[0]).toBe(STEPS * BATCH);
    expect(outputs['y']!.shape).toEqual([BATCH / 3, WIDTH]);
  });

  it('keeps its buffers out of what is saved, and resumes bitwise', async () => {
    const whole = await train(3);
    expect([...whole.values.keys()].filter((name) => name.startsWith('gradient'))).toEqual([]);
    const first = await openTrainSession(compile(3), { device: 'cpu', seed: 2 });
    await run(first, 3, 0, 2);
    const values = new Map([...(await first.read())].map(([name, { data }]) => [name, data]));
    const second = await openTrainSession(compile(3), { device: 'cpu', seed: 99, values });
    expect(await run(second, 3, 2)).toEqual(whole.terms.slice(2));
    await first.close();
    await second.close();
  });

  it('begins anew after a step that failed or whose gradient was not finite', async () => {
    const session = await openTrainSession(compile(3), { device: 'cpu', seed: 2 });
    const start = new Map([...(await session.read())].map(([name, { data }]) => [name, data]));
    const bad = feeds(0, 3);
    bad[1] = { x: new Float32Array((BATCH / 3) * WIDTH).fill(Number.NaN) };
    expect((await session.step(bad, 1e-2))['loss']).toBeNaN();
    await session.write(start);
    expect(await run(session, 3)).toEqual((await train(3)).terms);
    await session.close();
  });

  it('writes every variable and buffer in place', () => {
    const { phases } = compile(3, 'cpu');
    const { accumulate, update } = phases['step']!.graphs;
    for (const graph of [accumulate!, update]) {
      expect([...graph.changes].filter(([, { inPlace }]) => !inPlace)).toEqual([]);
    }
    expect([...update.changes.keys()].filter((name) => name === 'seen')).toEqual([]);
  });

  it('does the work of the whole batch', () => {
    expect(compile(3).flops).toBe(compile(1).flops);
    expect(compile(3).parameterCount).toBe(compile(1).parameterCount);
  });

  it('says how many it takes', async () => {
    const session = await openTrainSession(compile(3), { device: 'cpu' });
    await expect(session.step(feeds(0, 2), 1)).rejects.toThrow('step: the program takes 3 micro-batches, got 2');
    await session.close();
    expect(() => compile(1.5)).toThrow('microBatches must be a whole number ≥ 1, got 1.5');
  });

  it('agrees with the CPU on WebGPU', async (context) => {
    if (!(await hasWebgpu())) return context.skip('no WebGPU here');
    const [cpu, gpu] = [await train(3), await train(3, 'webgpu')];
    for (const [name, { data }] of cpu.values) {
      expectClose(gpu.values.get(name)!.data, data, name, { relative: 1e-3, absolute: 1e-5 });
    }
  });
});

describe('parts that do not train', () => {
  const program = (more: Partial<PhaseOptions>) => compile(1, 'cpu', { clipNorm: 1e9, ...more });

  async function moved(more: Partial<PhaseOptions>): Promise<Map<string, number>> {
    const session = await openTrainSession(program(more), { device: 'cpu', seed: 2 });
    const before = await session.read();
    await session.step({ x: batchOf(0) }, 1e-2);
    const after = await session.read();
    await session.close();
    return new Map([...before].map(([name, { data }]) => [name, Math.abs(after.get(name)!.data[0]! - data[0]!)]));
  }

  it('stay bitwise as they are, and cost neither moments nor products', async () => {
    const trains = (name: string) => name.startsWith('decoder');
    const frozen = program({ trains });
    expect(frozen.parameterCount).toBe(5 * WIDTH + WIDTH);
    expect(frozen.flops).toBe(program({}).flops - 2 * 2 * BATCH * 5 * WIDTH);
    const distance = await moved({ trains });
    expect(distance.get('encoder.weight')).toBe(0);
    expect(distance.get('decoder.weight')).toBeGreaterThan(0);
    expect(distance.has('encoder.weight.m')).toBe(false);
  });

  it('move by their own rate', async () => {
    // The first step of Adam moves every weight by the learning rate itself.
    const optimizer = adamW({ weightDecay: 0 });
    const distance = await moved({ optimizer, rate: (name) => (name === 'encoder.weight' ? 0.25 : 1) });
    expect(distance.get('encoder.weight')! / distance.get('decoder.weight')!).toBeCloseTo(0.25, 3);
  });

  it('must leave something to train', () => {
    expect(() => program({ trains: () => false })).toThrow('nothing would be trained');
    expect(() => program({ rate: () => Number.NaN })).toThrow('rate: encoder.weight must get a number ≥ 0, got NaN');
  });
});

describe('weight tying', () => {
  it('gives a shared weight the sum of the gradients of its uses', async () => {
    const norm = async (uses: readonly ('in' | 'out')[]) => {
      const tied = compileTrainStep({
        inputs: { x: { dtype: 'float32', shape: [BATCH, WIDTH] } },
        objective(scope, { x }) {
          const weight = scope.parameter('table', [WIDTH, 4], heNormal);
          const use = (name: 'in' | 'out') => (uses.includes(name) ? weight : weight.stopGradient());
          const h = x!.matmul(use('in')).tanh();
          return { loss: h.matmul(use('out'), { transB: true }).sub(x!).square().mean() };
        },
        optimizer: { name: 'gradient', update: (all) => all.map(({ gradient }) => gradient.scale(1)) },
        device: 'cpu',
      });
      const session = await openTrainSession(tied, { device: 'cpu', seed: 1 });
      await session.step({ x: batchOf(1) }, 1);
      const { data } = (await session.read()).get('table')!;
      await session.close();
      return data;
    };
    const [both, first, second] = [await norm(['in', 'out']), await norm(['in']), await norm(['out'])];
    expectClose(
      both,
      first.map((value, i) => value + second[i]!),
    );
    expect(first.some((value, i) => Math.abs(value - both[i]!) > 1e-3)).toBe(true);
  });
});
