/** Opens a training session on the device that the program was compiled for. */

import type { TrainProgram } from '../compile';
import { cpuTrainSession } from './cpu-train';
import { expectHalf } from './half';
import type { Device, SessionOptions } from './runtime';
import { selfTest } from './self-test';
import type { TrainSession } from './train-session';
import type { Values } from './variables';
import { expectKnown, startValues } from './variables';
import { webgpuTrainSession } from './webgpu-train';

export interface TrainSessionOptions extends SessionOptions {
  /** Start values that are not given come from this seed. */
  seed?: number;
  values?: Values;
  /** Force the plain way of running on the CPU (true) or the one without output copies (false); for tests. */
  plain?: boolean;
}

export async function openTrainSession(program: TrainProgram, options: TrainSessionOptions): Promise<TrainSession> {
  expectDevice('openTrainSession', program.device, options.device);
  await expectHalf(program, options.device);
  if (options.values) expectKnown(program.variables, options.values);
  const start = startValues(program.variables, options.seed ?? 0, options.values);
  if (options.device === 'webgpu') return webgpuTrainSession(program, start);
  // CUDA, DirectML and CoreML: the state stays in JavaScript and goes up and down with each step, in ordinary runs. That
  // is right on every provider; keeping it on the device, as on WebGPU, was not tried, for no such machine was at hand.
  if (options.device !== 'cpu') return cpuTrainSession(program, start, { ...options, withoutCopies: false });
  const withoutCopies = options.plain === undefined ? (await selfTest()).withoutCopies : !options.plain;
  return cpuTrainSession(program, start, { ...options, withoutCopies });
}

export function expectDevice(who: string, compiledFor: string, device: Device): void {
  if (compiledFor === device) return;
  throw new Error(`${who}: the program was compiled for ${compiledFor}, not for ${device}; compile it for ${device}`);
}
