import { describe, expect, it } from 'vitest';
import { compileTrainStep } from '#main/engine/compile';
import { heNormal } from '#main/engine/init';
import { adamW } from '#main/engine/optimizers/adamw';
import { describeFallbacks, placement, placementOf, staysOnDevice } from '#main/engine/session/placement';
import { withScratch } from '#main/jobs/scratch';
import { recipeOf } from '#main/recipes';
import type { DataSpec } from '#main/recipes/recipe';
import { hasWebgpu } from '#test/numeric';
import { bert, SMALL } from '../../../../bench/bert';
import { gpt } from '../../../../bench/gpt';

const kernel = (op_name: string, provider = 'WebGpuExecutionProvider') => ({
  cat: 'Node',
  name: `${op_name}_kernel_time`,
  args: { op_name, provider },
});

describe('a profile', () => {
  const profile = JSON.stringify([
    { cat: 'Session', name: 'model_run' },
    kernel('MatMul'),
    kernel('MatMul'),
    kernel('MemcpyToHost'),
    kernel('Equal', 'CPUExecutionProvider'),
    { ...kernel('Equal', 'CPUExecutionProvider'), name: 'Equal_fence_before' },
    kernel('MemcpyFromHost'),
  ]);

  it('tells what ran where and every copy; only kernels count', () => {
    expect(placementOf(profile, 'webgpu')).toEqual({
      onDevice: { MatMul: 2 },
      fallbacks: { Equal: 1 },
      copies: { toHost: 1, fromHost: 1 },
    });
  });

  it('of a program on the CPU knows no fall-back', () => {
    expect(placementOf(profile, 'cpu').fallbacks).toEqual({});
  });

  it('is told in one line that names the ops, or not at all', () => {
    expect(describeFallbacks(placementOf(profile, 'webgpu'))).toBe(
      '1 op of a step runs on the CPU: Equal; 2 copies between the device and the CPU',
    );
    expect(describeFallbacks({ onDevice: {}, fallbacks: {}, copies: { toHost: 0, fromHost: 0 } })).toBeUndefined();
  });
});

describe('a training step on WebGPU', () => {
  const digits: DataSpec = {
    ...{ modality: 'image', height: 28, width: 28, channels: 1, trainCount: 1000, validationCount: 100, variance: 0.1 },
  };
  const recipes: [string, Record<string, number | string>][] = [
    ['autoencoder', { architecture: 'dense' }],
    ['autoencoder', { architecture: 'convolutional' }],
    ['vq-vae', { codebookLearning: 'ema' }],
    ['vq-vae', { codebookLearning: 'gradient' }],
  ];

  it.each(recipes)('of %s %j never leaves the device', async (recipe, changes) => {
    if (!(await hasWebgpu())) return;
    const { build, configure } = recipeOf(recipe);
    const system = build(configure('tiny', { batchSize: 4, ...changes }).config, digits);
    expect(await staysOnDevice(system.program('webgpu'), 'webgpu')).toBe(true);
    expect(await staysOnDevice(system.program('webgpu', { microBatches: 2 }), 'webgpu')).toBe(true);
  });

  it.each([
    ['BERT', bert],
    ['GPT', gpt],
  ])('of %s never leaves the device', async (_, workload) => {
    if (!(await hasWebgpu())) return;
    const program = compileTrainStep({ ...workload(2, SMALL).step, optimizer: adamW(), device: 'webgpu' });
    expect(await staysOnDevice(program, 'webgpu')).toBe(true);
  });

  it('that leaves it is found out, with the op and the copies: 64-bit integers are not compared there', async () => {
    if (!(await hasWebgpu())) return;
    const program = compileTrainStep({
      inputs: { x: matrix('float32'), j: matrix('int64'), k: matrix('int64') },
      objective(scope, { x, j, k }) {
        const y = x!.mul(j!.equal(k!).cast('float32')).matmul(scope.parameter('w', [3, 3], heNormal));
        return { loss: y.square().mean() };
      },
      optimizer: adamW(),
      device: 'webgpu',
    });
    expect(await staysOnDevice(program, 'webgpu')).toBe(false);
    const { onDevice, fallbacks, copies } = await withScratch((scratch) => placement(program, 'webgpu', scratch));
    expect(fallbacks).toHaveProperty('Equal');
    expect(copies.fromHost).toBeGreaterThan(0);
    expect(onDevice).toHaveProperty('Mul');
  });
});

const matrix = (dtype: 'float32' | 'int64') => ({ dtype, shape: [4, 3] });
