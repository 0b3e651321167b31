import { expect, it } from 'vitest';
import { compileTrainStep } from '#main/engine/compile';
import { sgdMomentum } from '#main/engine/optimizers/sgd-momentum';
import { stream } from '#main/engine/random';
import type { Scope } from '#main/engine/scope';
import { openTrainSession } from '#main/engine/session/open-train';
import type { Tensor } from '#main/engine/tensor';
import { batchNorm, linear } from '#main/nn';

const network = (scope: Scope, x: Tensor) => batchNorm(scope.at('norm'), linear(scope.at('map'), x, 3));
const decay = 0.75;

function program(stopped: boolean) {
  return compileTrainStep({
    inputs: { x: { dtype: 'float32', shape: [8, 4] } },
    objective(scope, { x }) {
      const slow = network(scope.at('target').teaching(scope.at('online'), decay), x!.scale(2));
      const online = network(scope.at('online'), x!);
      const target = stopped ? slow.stopGradient() : slow;
      return {
        loss: online
          .sub(target)
          .sub(x!.slice(1, 0, 3))
          .square()
          .mean(),
      };
    },
    optimizer: sgdMomentum({ momentum: 0 }),
    device: 'cpu',
  });
}
const x = stream(1).normal(32);

it('a teacher has the student’s layers as running averages, and batch norm of its own', () => {
  const kinds = Object.fromEntries(program(true).variables.map(({ name, kind }) => [name, kind]));
  for (const name of ['map.weight', 'map.bias', 'norm.gain', 'norm.bias']) {
    expect(kinds[`online.${name}`], name).toBe('parameter');
    expect(kinds[`target.${name}`], name).toBe('state');
  }
  expect(kinds['target.norm.mean']).toBe('state');
  expect(kinds['online.norm.mean']).toBe('state');
});

it('it starts as the student, and moves towards it after each step', async () => {
  const session = await openTrainSession(program(true), { device: 'cpu', seed: 2 });
  const start = await session.read();
  expect(start.get('target.map.weight')!.data).toEqual(start.get('online.map.weight')!.data);
  await session.step({ x }, 0.1);
  const after = await session.read();
  const [was, now] = [start.get('online.map.weight')!.data, after.get('online.map.weight')!.data];
  expect(now).not.toEqual(was);
  after.get('target.map.weight')!.data.forEach((value, i) => {
    expect(value).toBeCloseTo(decay * was[i]! + (1 - decay) * now[i]!, 6);
  });
  await session.close();
});

it('it gets no gradient: with or without a stop, a step is bitwise the same', async () => {
  const stepped = async (stopped: boolean) => {
    const session = await openTrainSession(program(stopped), { device: 'cpu', seed: 2, threads: 1 });
    await session.step({ x }, 0.1);
    const values = await session.read();
    await session.close();
    return values;
  };
  const [one, other] = [await stepped(true), await stepped(false)];
  for (const [name, { data }] of one) expect(other.get(name)!.data, name).toEqual(data);
});
