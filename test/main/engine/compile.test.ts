import { describe, expect, it } from 'vitest';
import type { Objective, TrainProgram } from '#main/engine/compile';
import { compileForward, compileTrainStep } from '#main/engine/compile';
import { conv2d } from '#main/engine/functions/image';
import { heNormal, ones, zeros } from '#main/engine/init';
import { readOnnx } from '#main/engine/onnx/read';
import { adamW } from '#main/engine/optimizers/adamw';
import type { Scope } from '#main/engine/scope';
import { openForwardSession } from '#main/engine/session/open-forward';
import { batchDim } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';
import { expectClose, normal } from '#test/numeric';

const train = (objective: (scope: Scope, x: Tensor) => Objective): TrainProgram =>
  compileTrainStep({
    inputs: { x: { dtype: 'float32', shape: [4, 6] } },
    objective: (scope, { x }) => objective(scope, x!),
    optimizer: adamW(),
    device: 'cpu',
  });

const dense = (scope: Scope, x: Tensor, to: number) =>
  x.linear(scope.parameter('weight', [Number(x.shape[1]), to], heNormal), scope.parameter('bias', [to], zeros));

describe('compileTrainStep', () => {
  it('describes its variables: parameters, moments, states and the step count', () => {
    const program = train((scope, x) => {
      scope.update('mean', scope.state('mean', [6]).scale(0.9).add(x.mean(0).scale(0.1)));
      return { loss: dense(scope.at('encoder'), x, 3).square().mean() };
    });
    const kinds = Object.fromEntries(program.variables.map(({ name, kind }) => [name, kind]));
    expect(kinds).toEqual({
      'encoder.weight': 'parameter',
      'encoder.bias': 'parameter',
      mean: 'state',
      'adamW.sum1': 'moment',
      'adamW.sum2': 'moment',
      'encoder.weight.m': 'moment',
      'encoder.weight.v': 'moment',
      'encoder.bias.m': 'moment',
      'encoder.bias.v': 'moment',
      'optimizer.steps': 'moment',
    });
    expect(program.parameterCount).toBe(6 * 3 + 3);
    expect(program.variables.find(({ name }) => name === 'encoder.bias')?.decay).toBe(false);
  });

  it('counts the operations of the products: forward, and backward for weights only where the input needs none', () => {
    const program = train((scope, x) => ({ loss: dense(scope, x, 3).square().mean() }));
    expect(program.flops).toBe(2 * (2 * 4 * 6 * 3));
  });

  it('leaves a parameter alone that the loss does not depend on', () => {
    const program = train((scope, x) => {
      const frozen = dense(scope.at('frozen'), x, 5).stopGradient();
      return { loss: dense(scope.at('head'), frozen, 1).square().mean() };
    });
    const changing = program.variables.filter(({ changes, kind }) => changes && kind === 'parameter');
    expect(changing.map(({ name }) => name)).toEqual(['head.weight', 'head.bias']);
  });

  it.each<[(scope: Scope, x: Tensor) => Objective, string]>([
    [(scope, x) => ({ loss: dense(scope, x, 3) }), 'the loss must be a float32 scalar, got float32 [4, 3]'],
    [(_, x) => ({ loss: x.sum() }), 'compileTrainStep: the loss depends on no parameter; nothing would be trained'],
    [
      (scope, x) => ({ loss: dense(scope, x, 3).sum(), terms: { rows: x.sum(1) } }),
      'compileTrainStep: term rows must be a float32 scalar, got float32 [4]; reduce it first',
    ],
    [
      (scope, x) => ({ loss: dense(scope, x, 3).sum(), updates: { bias: x.sum() } }),
      'update: bias is not a declared state; parameters are updated by the optimizer',
    ],
    [
      (scope, x) => {
        scope.parameter('weight', [1], ones);
        return { loss: dense(scope, x, 3).sum() };
      },
      'weight: declared as parameter [1] and again as parameter [6, 3]',
    ],
    [
      (scope, x) => ({ loss: x.mul(scope.parameter('x', [6], ones)).sum() }),
      'compile: an input and a variable have the same name',
    ],
  ])('refuses in words, case %#', (objective, message) => {
    expect(() => train(objective)).toThrow(message);
  });
});

describe('the proof that a variable may be overwritten in place', () => {
  const inPlace = (program: TrainProgram, name: string) => program.variables.find((v) => v.name === name)!.inPlace;

  it('holds for parameters that only the loss reads', () => {
    const program = train((scope, x) => ({
      loss: dense(scope.at(1), dense(scope.at(0), x, 5).relu(), 6)
        .sub(x)
        .square()
        .mean(),
    }));
    expect(program.variables.filter((v) => v.changes && !v.inPlace)).toEqual([]);
  });

  it('fails for a parameter that a reported term reads beside the loss', () => {
    const program = train((scope, x) => {
      const loss = dense(scope, x, 3).square().mean();
      return { loss, terms: { size: scope.parameter('weight', [6, 3], heNormal).abs().sum() } };
    });
    expect([inPlace(program, 'weight'), inPlace(program, 'bias')]).toEqual([false, true]);
  });

  it('sees readers behind a reshape, which shares memory', () => {
    const program = train((scope, x) => {
      const loss = dense(scope, x, 3).square().mean();
      return { loss, outputs: { flat: scope.parameter('weight', [6, 3], heNormal).reshape([18]).exp() } };
    });
    expect(inPlace(program, 'weight')).toBe(false);
  });

  it('fails for a state that the forward pass reads while its update does not wait', () => {
    const program = train((scope, x) => {
      const mean = scope.state('mean', [6]);
      scope.update('mean', mean.scale(0.9).add(x.mean(0)));
      return { loss: dense(scope, x.sub(mean), 3).square().mean() };
    });
    expect(inPlace(program, 'mean')).toBe(false);
  });
});

describe('compileForward', () => {
  const program = compileForward({
    inputs: { x: { dtype: 'float32', shape: [batchDim, 2, 4, 4] } },
    outputs: (scope, { x }) => {
      const h = conv2d(x!, scope.parameter('kernel', [3, 2, 3, 3], heNormal)).gelu();
      const rows = h.transpose([0, 2, 3, 1]).reshape([-1, 3]);
      const codes = rows.matmul(scope.parameter('codebook', [5, 3], heNormal), { transB: true }).argMin(1);
      return { flat: h.reshape([batchDim, -1]), codes };
    },
    device: 'cpu',
  });
  const x = normal([6, 2, 4, 4]).data;

  it('leaves the batch size open, also for shapes that are multiples of it', () => {
    expect(program.outputs['flat']!.shape).toEqual([batchDim, 12]);
    expect(program.outputs['codes']).toEqual({ dtype: 'int32', shape: [{ batch: 4 }] });
  });

  it('gives each row the same result in any batch', async () => {
    const session = await openForwardSession(program, { device: 'cpu', seed: 3 });
    const all = await session.run({ x }, 6);
    expect(all['flat']!.shape).toEqual([6, 12]);
    expect(all['codes']!.shape).toEqual([24]);
    const one = await session.run({ x: x.subarray(32, 64) }, 1);
    expectClose(one['flat']!.data, all['flat']!.data.subarray(12, 24) as Float32Array);
    await session.close();
  });

  it('bakes into one file of standard operators, with its weights and metadata', async () => {
    const values = new Map([
      ['kernel', normal([3, 2, 3, 3]).data],
      ['codebook', normal([5, 3]).data],
    ]);
    const file = readOnnx(program.bake(values, { recipe: 'test' }));
    expect(file.inputs).toEqual([{ name: 'x', dtype: 'float', shape: ['N', 2, 4, 4] }]);
    expect(file.outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['flat', ['N', 12]],
      ['codes', ['4N']],
    ]);
    expect(file.weights).toContainEqual({ name: 'kernel', shape: [3, 2, 3, 3] });
    expect(file.metadata).toEqual({ recipe: 'test' });
    expect([...file.operators.keys()].every((name) => !name.includes('.'))).toBe(true);
    expect(() => program.bake(new Map())).toThrow('bake: no value for kernel');
  });

  it('neither feeds nor exports what its outputs do not need', () => {
    const part = compileForward({
      inputs: { x: { dtype: 'float32', shape: [batchDim, 2] } },
      outputs: (scope, inputs) => {
        scope.parameter('unused', [7], zeros);
        return { y: inputs['x']!.mul(scope.parameter('used', [2], zeros)) };
      },
      device: 'cpu',
    });
    expect(part.variables.map(({ name }) => name)).toEqual(['used']);
    const file = readOnnx(part.bake(new Map([['used', new Float32Array(2)]])));
    expect(file.weights.map(({ name }) => name)).not.toContain('unused');
  });

  it('says what a feed must look like', async () => {
    const session = await openForwardSession(program, { device: 'cpu' });
    await expect(session.run({}, 1)).rejects.toThrow('feeds: input x (float32 [1, 2, 4, 4]) is missing');
    await expect(session.run({ x }, 1)).rejects.toThrow('feeds: input x [1, 2, 4, 4] must hold 32 values, got 192');
    await expect(session.run({ x: new Int32Array(32) }, 1)).rejects.toThrow('must be a Float32Array, got a Int32Array');
    await session.close();
  });
});
