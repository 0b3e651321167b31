/** What this machine can compute on, and how fast. */
import { cpus } from 'node:os';
import { measurePeak, webgpuAvailable } from '#main/engine';
import { fastestDevice } from '../model';
import type { Task } from '../task';

export const devices: Task<'devices'> = async ({ measure }, { check }) => {
  const { available, reason } = await webgpuAvailable();
  check();
  const gflops = async (device: 'cpu' | 'webgpu', can: boolean) =>
    measure && can ? { gflops: Number((await measurePeak({ device })).toPrecision(3)) } : {};
  const cpu = await gflops('cpu', true);
  check();
  const webgpu = await gflops('webgpu', available);
  check();
  const best = await fastestDevice();
  return [
    { device: 'cpu', label: cpus()[0]?.model.trim() ?? 'CPU', available: true, ...cpu, default: best === 'cpu' },
    {
      device: 'webgpu',
      label: 'WebGPU',
      available,
      ...(reason !== undefined && { reason }),
      ...webgpu,
      default: best === 'webgpu',
    },
  ];
};
