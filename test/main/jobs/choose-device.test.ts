import { describe, expect, it } from 'vitest';
import { chooseDevice, describeChoice, fastestOf, type StepTime, stepTimes, type Work } from '#main/jobs/choose-device';
import { linearConfig, linearRecipe } from '#test/jobs/linear';
import { hasWebgpu } from '#test/numeric';

const data = {
  modality: 'image',
  height: 8,
  width: 8,
  channels: 1,
  trainCount: 60,
  validationCount: 20,
  variance: 0.1,
} as const;
let works = 0;
/** Another key each time: what was timed before is not timed again. */
const work = (change = {}): Work => ({
  key: `test ${works++}`,
  system: linearRecipe(() => change).build({ ...linearConfig }, data),
  data,
});

describe('the times of a step', () => {
  it('are those of real steps where these are short, the fastest first', async () => {
    const [cpu] = await stepTimes(work(), { cpu: 50 });
    expect(cpu).toMatchObject({ device: 'cpu', measured: true });
    expect(cpu!.seconds).toBeGreaterThan(0);
    expect(cpu!.seconds).toBeLessThan(0.5);
  });

  it('of a device that cannot win are worked out from its products, and it is not tried', async () => {
    const times = await stepTimes(work(), { cpu: 50, coreml: 1e-6 });
    expect(times.map(({ device, measured }) => [device, measured])).toEqual([
      ['cpu', true],
      ['coreml', false],
    ]);
  });

  it('that would be long are worked out for every device', async () => {
    const { plan } = work().system;
    const times = await stepTimes(work({ plan: { ...plan, flopsPerItem: 1e12 } }), { cpu: 100, webgpu: 1000 });
    expect(times.map(({ device, measured }) => [device, measured])).toEqual([
      ['webgpu', false],
      ['cpu', false],
    ]);
    expect(times[0]!.seconds).toBeCloseTo((16 * 1e12) / (1000e9 * 0.6), 9);
  });

  it('are taken once for a configuration', async () => {
    const one = work();
    expect(await stepTimes(one, { cpu: 50 })).toEqual(await stepTimes(one, { cpu: 70 }));
  });
});

describe('the device of a run', () => {
  it('is the one it was on before, whatever was asked for', async () => {
    expect(await chooseDevice({ deviceChoice: 'auto', device: 'cpu' }, work())).toEqual({ device: 'cpu', times: [] });
  });

  it('is the CPU where nothing else works, with nothing to say', async () => {
    const choice = await chooseDevice({ deviceChoice: 'auto' }, work(), { cpu: 50 });
    expect(choice).toEqual({ device: 'cpu', times: [] });
    expect(describeChoice(choice.times)).toBeUndefined();
  });

  it('is the CPU without a trial where nothing comes near it', async () => {
    if (!(await hasWebgpu())) return;
    const { device, times } = await chooseDevice({ deviceChoice: 'auto' }, work(), { cpu: 100, webgpu: 1 });
    expect([device, ...times.map(({ measured }) => measured)]).toEqual(['cpu', false, false]);
  });

  it('was remembered and is gone: left out', async () => {
    expect((await chooseDevice({ deviceChoice: 'auto' }, work(), { cpu: 50, coreml: 1e6 })).device).toBe('cpu');
  });

  it('that is not there falls back to the CPU and says why', async () => {
    const { device, fallback } = await chooseDevice(
      { deviceChoice: process.platform === 'win32' ? 'coreml' : 'dml' },
      work(),
    );
    expect(device).toBe('cpu');
    expect(fallback).toMatch(/^(DirectML|CoreML) is not available: ONNX Runtime does not have it on this system$/);
  });

  it('is told with the time of a step on each', async () => {
    const times: StepTime[] = [
      { device: 'cpu', seconds: 0.0041, measured: true },
      { device: 'webgpu', seconds: 0.384, measured: false },
    ];
    expect(describeChoice(times)).toBe(
      'device chosen by speed: a step takes 4.1 ms on CPU, 380 ms on WebGPU (by its matrix products)',
    );
  });

  it('is chosen among those that work, where there are two', async () => {
    if (!(await hasWebgpu())) return;
    const { device, times } = await chooseDevice({ deviceChoice: 'auto' }, work());
    expect(times).toHaveLength(2);
    expect(times[0]!.device).toBe(device);
    expect(times[0]!.seconds).toBeLessThanOrEqual(times[1]!.seconds);
  });
});

it('the fastest by products is the CPU where nothing is known', () => {
  expect(fastestOf({})).toBe('cpu');
  expect(fastestOf({ cpu: 100, webgpu: 900 })).toBe('webgpu');
});
