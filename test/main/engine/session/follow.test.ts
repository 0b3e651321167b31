import { describe, expect, it } from 'vitest';
import { compileForward, compileTrainStep } from '#main/engine/compile';
import { heNormal, zeros } from '#main/engine/init';
import { sgdMomentum } from '#main/engine/optimizers/sgd-momentum';
import { stream } from '#main/engine/random';
import type { Scope } from '#main/engine/scope';
import { openForwardSession } from '#main/engine/session/open-forward';
import { openTrainSession } from '#main/engine/session/open-train';
import type { Device } from '#main/engine/session/runtime';
import type { TrainSession } from '#main/engine/session/train-session';
import type { Tensor } from '#main/engine/tensor';
import { expectClose, hasWebgpu } from '#test/numeric';

const SIZE = 6;
const weightOf = (scope: Scope) => scope.parameter('weight', [SIZE, SIZE], heNormal);

/** A network that learns to agree with its own running average, as in BYOL. */
function objective(scope: Scope, x: Tensor, decay: number | Tensor) {
  const online = x.matmul(weightOf(scope)).tanh();
  const target = x.matmul(scope.follow('target', weightOf(scope), decay)).tanh();
  const drift = scope.parameter('bias', [SIZE], zeros);
  return { loss: online.add(drift).sub(target).sub(x).square().mean(), outputs: { seen: target } };
}

const compile = (decay: number | 'fed', device: Device = 'cpu', microBatches = 1) =>
  compileTrainStep({
    inputs: {
      x: { dtype: 'float32', shape: [4, SIZE] },
      ...(decay === 'fed' ? { decay: { dtype: 'float32' as const, shape: [] } } : {}),
    },
    objective: (scope, inputs) => objective(scope, inputs['x']!, decay === 'fed' ? inputs['decay']! : decay),
    optimizer: sgdMomentum({ momentum: 0 }),
    device,
    microBatches,
  });

const x = (step: number) => stream(step).normal(4 * SIZE);
const valuesOf = async (session: TrainSession) =>
  new Map([...(await session.read())].map(([name, { data }]) => [name, data] as const));

const average = (old: Float32Array, now: Float32Array, decay: number) =>
  Float32Array.from(old, (value, i) => decay * value + (1 - decay) * now[i]!);

describe('a follower of a parameter', () => {
  it('starts bitwise equal to it, drawn or given', async () => {
    const drawn = await openTrainSession(compile(0.9), { device: 'cpu', seed: 5 });
    const start = await valuesOf(drawn);
    expect(start.get('target')).toEqual(start.get('weight'));
    const weight = stream(8).normal(SIZE * SIZE);
    const given = await openTrainSession(compile(0.9), { device: 'cpu', values: new Map([['weight', weight]]) });
    expect((await valuesOf(given)).get('target')).toEqual(weight);
    const target = stream(9).normal(SIZE * SIZE);
    const both = new Map([...start, ['target', target] as const]);
    const resumed = await openTrainSession(compile(0.9), { device: 'cpu', values: both });
    expect((await valuesOf(resumed)).get('target')).toEqual(target);
    for (const session of [drawn, given, resumed]) await session.close();
  });

  it('moves by ξ ← τξ + (1 − τ)θ with the parameter after the update', async () => {
    const session = await openTrainSession(compile(0.9), { device: 'cpu', seed: 5 });
    let before = await valuesOf(session);
    for (let step = 0; step < 3; step++) {
      await session.step({ x: x(step) }, 0.1);
      const after = await valuesOf(session);
      expect(after.get('weight')).not.toEqual(before.get('weight'));
      expectClose(after.get('target')!, average(before.get('target')!, after.get('weight')!, 0.9));
      before = after;
    }
    await session.close();
  });

  it('takes its decay from a feed, anew at each step, also after micro-batches', async () => {
    const session = await openTrainSession(compile('fed', 'cpu', 2), { device: 'cpu', seed: 5 });
    for (const decay of [0, 0.5, 1]) {
      const before = await valuesOf(session);
      const feed = (step: number) => ({ x: x(step), decay: Float32Array.of(decay) });
      await session.step([feed(1), feed(2)], 0.1);
      const after = await valuesOf(session);
      expectClose(after.get('target')!, average(before.get('target')!, after.get('weight')!, decay));
    }
    await session.close();
  });

  it('gets exactly no gradient: with τ = 1 it never changes, and the parameter moves as beside a fixed target', async () => {
    const session = await openTrainSession(compile(1), { device: 'cpu', seed: 5 });
    const start = await valuesOf(session);
    for (let step = 0; step < 3; step++) await session.step({ x: x(step) }, 0.5);
    const end = await valuesOf(session);
    expect(end.get('target')).toEqual(start.get('target'));
    expect(end.get('weight')).not.toEqual(start.get('weight'));
    expect(compile(1).variables.find(({ name }) => name === 'target')!.kind).toBe('state');
    await session.close();
  });

  it('stays where a step does not move its parameter', async () => {
    const frozen = compileTrainStep({
      inputs: { x: { dtype: 'float32', shape: [4, SIZE] } },
      objective: (scope, inputs) => objective(scope, inputs['x']!, 0.9),
      optimizer: sgdMomentum(),
      trains: (name) => name === 'bias',
      device: 'cpu',
    });
    expect(frozen.variables.find(({ name }) => name === 'target')!.changes).toBe(false);
  });

  it('serves a forward program, with the trained values or as the parameter itself at the start', async () => {
    const session = await openTrainSession(compile(0.5), { device: 'cpu', seed: 5 });
    for (let step = 0; step < 2; step++) await session.step({ x: x(step) }, 0.1);
    const values = await valuesOf(session);
    const program = compileForward({
      inputs: { x: { dtype: 'float32', shape: [4, SIZE] } },
      outputs: (scope, inputs) => ({ y: inputs['x']!.matmul(scope.follow('target', weightOf(scope), 0.5)).tanh() }),
      device: 'cpu',
    });
    expect(program.variables.map(({ name }) => name)).toEqual(['target']);
    const trained = await openForwardSession(program, { device: 'cpu', values });
    await session.step({ x: x(7) }, 0.1);
    expectClose((await trained.run({ x: x(7) }))['y']!.data, session.outputs['seen']!.data);
    const fresh = await openForwardSession(program, { device: 'cpu', seed: 5 });
    const start = await openForwardSession(program, {
      device: 'cpu',
      values: new Map([
        ['target', (await valuesOf(await openTrainSession(compile(0.5), { device: 'cpu', seed: 5 }))).get('weight')!],
      ]),
    });
    expect(await fresh.run({ x: x(1) })).toEqual(await start.run({ x: x(1) }));
  });

  it('moves the same way on WebGPU', async (context) => {
    if (!(await hasWebgpu())) return context.skip('no WebGPU here');
    const after = async (device: Device) => {
      const session = await openTrainSession(compile(0.9, device), { device, seed: 5 });
      for (let step = 0; step < 3; step++) await session.step({ x: x(step) }, 0.1);
      const values = await valuesOf(session);
      await session.close();
      return values;
    };
    const [cpu, gpu] = [await after('cpu'), await after('webgpu')];
    for (const [name, data] of cpu) expectClose(gpu.get(name)!, data, name, { relative: 1e-3, absolute: 1e-5 });
  });

  it.each<[(scope: Scope, x: Tensor) => Tensor, string]>([
    [(scope, input) => scope.follow('t', input, 0.5), 'follow: t must follow a parameter itself'],
    [(scope) => scope.follow('t', weightOf(scope).scale(2), 0.5), 'follow: t must follow a parameter itself'],
    [
      (scope) => scope.follow('t', weightOf(scope), 1.5),
      'the decay of t must be a number in [0, 1] or a float32 scalar, got 1.5',
    ],
    [
      (scope) => scope.follow('t', weightOf(scope), 0.5).add(scope.follow('t', weightOf(scope), 0.6)),
      'follow: t is declared with two different decays',
    ],
    [
      (scope) => scope.follow('t', weightOf(scope), 0.5).add(scope.state('t', [SIZE, SIZE])),
      't: declared as a state that follows',
    ],
  ])('refuses in words, case %#', (body, message) => {
    const compileIt = () =>
      compileTrainStep({
        inputs: { x: { dtype: 'float32', shape: [SIZE, SIZE] } },
        objective: (scope, inputs) => ({ loss: body(scope, inputs['x']!).add(weightOf(scope)).sum() }),
        optimizer: sgdMomentum(),
        device: 'cpu',
      });
    expect(compileIt).toThrow(message);
  });
});
