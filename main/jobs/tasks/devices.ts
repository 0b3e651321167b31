/** What this machine can compute on, and how fast. */
import { cpus } from 'node:os';
import { deviceTitles } from '#app/records/run';
import { devices as devicesHere, measurePeak } from '#main/engine';
import { fastestOf, type Peaks, quickPeaks } from '../choose-device';
import type { Task } from '../task';

export const devices: Task<'devices'> = async ({ measure }, { check }) => {
  const reports = await devicesHere();
  const working = reports.filter(({ available }) => available).map(({ device }) => device);
  const peaks: Peaks = {};
  for (const device of measure ? working : []) {
    check();
    peaks[device] = Number((await measurePeak({ device })).toPrecision(3));
  }
  check();
  const best = fastestOf(measure ? peaks : await quickPeaks(working));
  return reports.map(({ device, available, reason }) => ({
    device,
    label: device === 'cpu' ? (cpus()[0]?.model.trim() ?? 'CPU') : deviceTitles[device],
    available,
    ...(reason !== undefined && { reason }),
    ...(peaks[device] !== undefined && { gflops: peaks[device] }),
    default: device === best,
  }));
};
