import { expect, it } from 'vitest';
import { devices, measurePeak } from '#main/engine/session/devices';

it('the CPU is always there; WebGPU is, or says why not', async () => {
  const [cpu, webgpu] = await devices();
  expect(cpu).toEqual({ device: 'cpu', available: true });
  expect(webgpu!.device).toBe('webgpu');
  if (!webgpu!.available) expect(webgpu!.reason).toMatch(/\w+/);
});

it('measures a believable speed', async () => {
  const peak = await measurePeak({ device: 'cpu', size: 256, repeats: 2 });
  expect(peak).toBeGreaterThan(0.5);
  expect(peak).toBeLessThan(1e5);
});
