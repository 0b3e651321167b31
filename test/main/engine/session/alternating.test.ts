import { describe, expect, it } from 'vitest';
import type { TrainProgram } from '#main/engine/compile';
import { compileAlternating } from '#main/engine/compile';
import { gradients } from '#main/engine/gradient';
import { glorotUniform, zeros } from '#main/engine/init';
import { adamW } from '#main/engine/optimizers/adamw';
import { stream } from '#main/engine/random';
import type { Scope } from '#main/engine/scope';
import { openTrainSession } from '#main/engine/session/open-train';
import type { Device } from '#main/engine/session/runtime';
import type { TrainSession } from '#main/engine/session/train-session';
import type { Tensor } from '#main/engine/tensor';
import { expectClose, hasWebgpu } from '#test/numeric';

const BATCH = 32;
const NOISE = 2;
const HIDDEN = 16;
const CENTRE = [1.5, -0.5] as const;

function mlp(scope: Scope, x: Tensor, to: number): Tensor {
  const layer = (name: string, input: Tensor, width: number) =>
    input.linear(
      scope.parameter(`${name}.weight`, [Number(input.shape[1]), width], glorotUniform),
      scope.parameter(`${name}.bias`, [width], zeros),
    );
  return layer('out', layer('hidden', x, HIDDEN).leakyRelu(0.2), to);
}

const critic = (scope: Scope, x: Tensor) => mlp(scope.at('critic'), x, 1); // [n, 1]
const generator = (scope: Scope, z: Tensor) => mlp(scope.at('generator'), z, 2); // [n, 2]

/** WGAN-GP (Gulrajani et al. 2017, arXiv:1704.00028): the penalty is a gradient inside the loss. */
function wgan(device: Device = 'cpu'): TrainProgram {
  const noise = { dtype: 'float32', shape: [BATCH, NOISE] } as const;
  return compileAlternating({
    phases: {
      critic: {
        inputs: {
          z: noise,
          real: { dtype: 'float32', shape: [BATCH, 2] },
          mix: { dtype: 'float32', shape: [BATCH, 1] },
        },
        objective(scope, { z, real, mix }) {
          const fake = generator(scope, z!).stopGradient();
          const between = real!.mul(mix!).add(fake.mul(mix!.neg().plus(1)));
          const [slope] = gradients(critic(scope, between).sum(), [between]);
          const penalty = slope!.sumSquares(1).plus(1e-12).sqrt().plus(-1).square().mean();
          const distance = critic(scope, real!).mean().sub(critic(scope, fake).mean());
          return { loss: distance.neg().add(penalty.scale(10)), terms: { distance, penalty } };
        },
        optimizer: adamW({ beta1: 0, beta2: 0.9, weightDecay: 0 }),
        trains: (name) => name.startsWith('critic'),
      },
      generator: {
        inputs: { z: noise },
        objective(scope, { z }) {
          const fake = generator(scope, z!);
          return { loss: critic(scope, fake).mean().neg(), outputs: { fake } };
        },
        optimizer: adamW({ beta1: 0, beta2: 0.9, weightDecay: 0 }),
        trains: (name) => name.startsWith('generator'),
      },
    },
    device,
  });
}

function criticFeeds(step: number) {
  const random = stream(3).split(step);
  const spread = random.split('real').normal(BATCH * 2);
  return {
    z: random.split('z').normal(BATCH * NOISE),
    real: spread.map((value, i) => 0.3 * value + CENTRE[i % 2]!),
    mix: random.split('mix').uniform(BATCH),
  };
}

const generatorFeeds = (step: number) => ({
  z: stream(4)
    .split(step)
    .normal(BATCH * NOISE),
});

/** Five steps of the critic, one of the generator, over and over. */
async function play(session: TrainSession, from: number, to: number): Promise<number[]> {
  const losses: number[] = [];
  for (let step = from; step < to; step++) {
    const isGenerator = step % 6 === 5;
    const terms = isGenerator
      ? await session.step(generatorFeeds(step), 3e-3, 'generator')
      : await session.step(criticFeeds(step), 3e-3, 'critic');
    losses.push(terms['loss']!);
  }
  return losses;
}

const valuesOf = async (session: TrainSession) =>
  new Map([...(await session.read())].map(([name, { data }]) => [name, data] as const));

/**
 * x carries a bit in its first number. The encoder must keep the second number and, with `weight` > 0, lose the bit;
 * a classifier looks for it, five steps to one. Means of the last rounds.
 */
async function hideAndSeek(weight: number): Promise<{ wrong: number; content: number }> {
  const inputs = { x: { dtype: 'float32', shape: [BATCH, 2] } } as const;
  const parts = (scope: Scope, x: Tensor) => {
    const code = mlp(scope.at('encoder'), x, 2);
    const guess = mlp(scope.at('classifier'), code, 1);
    const bit = x.slice(1, 0, 1); // ±1
    const wrong = guess.mul(bit).neg().softplus().mean(); // nats, log 2 where nothing can be guessed
    const content = mlp(scope.at('decoder'), code, 1).sub(x.slice(1, 1)).square().mean();
    return { wrong, content };
  };
  const program = compileAlternating({
    phases: {
      classify: {
        inputs,
        objective: (scope, { x }) => ({ loss: parts(scope, x!).wrong }),
        optimizer: adamW({ weightDecay: 0 }),
        trains: (name) => name.startsWith('classifier'),
      },
      hide: {
        inputs,
        objective(scope, { x }) {
          const { wrong, content } = parts(scope, x!);
          return {
            loss: content.sub(wrong.minimum(wrong.constant(Math.LN2)).scale(weight)),
            terms: { wrong, content },
          };
        },
        optimizer: adamW({ weightDecay: 0 }),
        trains: (name) => !name.startsWith('classifier'),
      },
    },
    device: 'cpu',
  });
  const session = await openTrainSession(program, { device: 'cpu', seed: 4, threads: 1 });
  const x = (step: number) => {
    const data = stream(11)
      .split(step)
      .normal(BATCH * 2);
    return data.map((value, i) => (i % 2 === 0 ? Math.sign(value) : value));
  };
  const [rounds, last] = [400, 50];
  const mean = { wrong: 0, content: 0 };
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < 5; i++) await session.step({ x: x(6 * round + i) }, 3e-3, 'classify');
    const { wrong, content } = await session.step({ x: x(6 * round + 5) }, 3e-3, 'hide');
    if (round < rounds - last) continue;
    mean.wrong += wrong! / last;
    mean.content += content! / last;
  }
  await session.close();
  return mean;
}

describe('alternating phases', () => {
  it('train a critic with a gradient penalty, and a generator that moves to where the data is', async () => {
    const session = await openTrainSession(wgan(), { device: 'cpu', seed: 1 });
    const centre = () => {
      const { data } = session.outputs['fake']!;
      return CENTRE.map(
        (_, axis) =>
          Array.from(data, Number)
            .filter((_x, i) => i % 2 === axis)
            .reduce((a, b) => a + b) / BATCH,
      );
    };
    await play(session, 0, 6);
    const distanceTo = (point: number[]) => Math.hypot(point[0]! - CENTRE[0], point[1]! - CENTRE[1]);
    const before = distanceTo(centre());
    await play(session, 6, 6 * 150);
    expect(distanceTo(centre())).toBeLessThan(before / 4);
    await session.close();
  });

  it('each move their own part only, with moments of their own', async () => {
    const session = await openTrainSession(wgan(), { device: 'cpu', seed: 1 });
    const start = await valuesOf(session);
    await session.step(criticFeeds(0), 1e-2, 'critic');
    const middle = await valuesOf(session);
    await session.step(generatorFeeds(0), 1e-2, 'generator');
    const end = await valuesOf(session);
    const changed = (a: typeof start, b: typeof start) =>
      new Set(
        [...a].filter(([name, data]) => data.some((x, i) => x !== b.get(name)![i])).map(([name]) => name.split('.')[0]),
      );
    expect([...changed(start, middle)]).toEqual(['critic']);
    expect([...changed(middle, end)]).toEqual(['generator']);
    expect(end.get('critic.optimizer.steps')![0]).toBe(1);
    expect(
      [...end.keys()]
        .filter((name) => name.endsWith('.m'))
        .every((name) => /^(critic\.critic|generator\.generator)\./.test(name)),
    ).toBe(true);
    await session.close();
  });

  it('resume bitwise from what was read, in the middle of a round', async () => {
    const whole = await openTrainSession(wgan(), { device: 'cpu', seed: 1 });
    const path = await play(whole, 0, 26);
    const first = await openTrainSession(wgan(), { device: 'cpu', seed: 1 });
    await play(first, 0, 9);
    const second = await openTrainSession(wgan(), { device: 'cpu', seed: 2, values: await valuesOf(first) });
    expect(await play(second, 9, 26)).toEqual(path.slice(9));
    expect(await valuesOf(second)).toEqual(await valuesOf(whole));
    for (const session of [whole, first, second]) await session.close();
  });

  it('are bitwise the same with and without output copies', async () => {
    const run = async (plain: boolean) => {
      const session = await openTrainSession(wgan(), { device: 'cpu', seed: 1, plain });
      const result = [await play(session, 0, 12), await valuesOf(session)];
      await session.close();
      return result;
    };
    expect(await run(true)).toEqual(await run(false));
  });

  it('agree with the CPU on WebGPU', async (context) => {
    if (!(await hasWebgpu())) return context.skip('no WebGPU here');
    const run = async (device: Device) => {
      const session = await openTrainSession(wgan(device), { device, seed: 1 });
      const path = await play(session, 3, 9);
      await session.close();
      return path;
    };
    expectClose(await run('webgpu'), await run('cpu'), 'loss', { relative: 1e-3, absolute: 1e-4 });
  });

  it('let a network learn to hide what a classifier looks for', async () => {
    const [open, hidden] = [await hideAndSeek(0), await hideAndSeek(2)];
    expect(open.wrong).toBeLessThan(0.4 * Math.LN2); // the bit is there for all to see
    expect(hidden.wrong).toBeGreaterThan(0.9 * Math.LN2); // the classifier might as well toss a coin
    expect(hidden.content).toBeLessThan(0.01);
  });

  it('ask for the name of a phase, and refuse variables that differ', async () => {
    const session = await openTrainSession(wgan(), { device: 'cpu' });
    await expect(session.step(generatorFeeds(0), 1)).rejects.toThrow('step: name one of the phases critic, generator');
    await expect(session.step({}, 1, 'judge')).rejects.toThrow('not judge');
    await session.close();
    const phase = (width: number) => ({
      inputs: { x: { dtype: 'float32', shape: [2, 3] } } as const,
      objective: (scope: Scope, { x }: Record<string, Tensor>) => ({ loss: mlp(scope, x!, width).sum() }),
      optimizer: adamW(),
    });
    expect(() => compileAlternating({ phases: { a: phase(1), b: phase(2) }, device: 'cpu' })).toThrow(
      'compileAlternating: out.weight is parameter [16, 1] in one phase and parameter [16, 2] in another',
    );
    expect(() => compileAlternating({ phases: {}, device: 'cpu' })).toThrow('needs at least one phase');
  });
});
