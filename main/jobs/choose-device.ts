/** Chooses the device of a run by measuring: real steps of its configuration where they are short, products elsewhere. */
import { type Dataset, isImages } from '#app/records/dataset';
import type { Config } from '#app/records/recipe';
import { type Device, deviceTitles, type Run } from '#app/records/run';
import { deviceAvailable, measurePeak } from '#main/engine';
import type { DataSpec, System } from '#main/recipes/recipe';
import { memoryOf } from './memory-estimate';
import { stepSeconds } from './step-time';

export type Peaks = Partial<Record<Device, number>>; // Gflop/s of each device that works

/** What is to be trained. `key` names all that the time of a step depends on. */
export interface Work {
  key: string;
  system: System;
  data: DataSpec;
}

export interface StepTime {
  device: Device;
  /** Seconds of one training step. */
  seconds: number;
  /** Whether steps were run, or the time follows from the speed of matrix products. */
  measured: boolean;
}

export interface Choice {
  device: Device;
  /** Why it is not the device that was asked for. */
  fallback?: string;
  /** What an `auto` rests on, the fastest first; empty where there was nothing to choose. */
  times: StepTime[];
}

/** Share of its peak that a device keeps up over a whole training step: 50–85 % measured on a CPU (`npm run bench`). */
const efficiency = 0.6;
/** Steps that may take longer than this, s, or need more memory, bytes, are not tried out: their time is worked out. */
const tryable = { seconds: 0.5, bytes: 1e9 };
/**
 * A device whose time by its products is this many times another's measured time is not tried: small products can make
 * a large GPU look four times slower than it is, not more, and software WebGPU would take seconds to say how slow it is.
 */
const hopeless = 4;
/**
 * Where the CPU's products are this many times as fast as any other's, no step needs to be tried: a device that is slow
 * at large products gains nothing from small ones. The reverse does not hold, for a step of many small ops may be slower
 * on a fast card.
 */
const clear = 20;
/** The best of three products of 512³ tells two devices apart in 0.1 s on a slow one. */
const quick = { size: 512, repeats: 3 };

const measuredPeaks = new Map<Device, Promise<number>>();

const peakOf = (device: Device): Promise<number> => {
  const known = measuredPeaks.get(device) ?? measurePeak({ device, ...quick });
  measuredPeaks.set(device, known);
  return known;
};

/** Quick figures of the devices that every machine may have; measured once in a process. */
export async function quickPeaks(devices: readonly Device[] = ['cpu', 'webgpu']): Promise<Peaks> {
  const peaks: Peaks = {};
  for (const device of devices) if ((await deviceAvailable(device)).available) peaks[device] = await peakOf(device);
  return peaks;
}

/** The device that multiplies matrices fastest. */
export const fastestOf = (peaks: Peaks): Device =>
  entries(peaks).reduce<[Device, number]>((best, one) => (one[1] > best[1] ? one : best), ['cpu', peaks.cpu ?? 0])[0];

const entries = (peaks: Peaks) => Object.entries(peaks) as [Device, number][];

/** What the time of a step depends on: not how many there are. */
export const timeKey = ({ recipe, dataset }: { recipe: string; dataset: Dataset }, settings: Config): string => {
  const { steps: _, ...config } = settings;
  return JSON.stringify([recipe, isImages(dataset) ? dataset.image : dataset.table.features, config]);
};

/** Seconds of a step on each device by what its products promise, the fastest first. */
export const promisedTimes = (system: System, peaks: Peaks): StepTime[] =>
  entries(peaks)
    .map(([device, gflops]) => ({ device, seconds: workedOut(system, gflops), measured: false }))
    .sort((a, b) => a.seconds - b.seconds);

const workedOut = ({ batchSize, plan }: System, gflops: number): number =>
  (plan.flopsPerItem * batchSize) / (gflops * 1e9 * efficiency);

/** Seconds of a step on each device of `peaks`, the fastest first. Takes under two seconds, and is remembered. */
export async function stepTimes({ key, system, data }: Work, peaks: Peaks): Promise<StepTime[]> {
  const small = memoryOf(system) < tryable.bytes;
  const times: StepTime[] = [];
  for (const { device, seconds } of promisedTimes(system, peaks)) {
    const best = Math.min(...times.filter(({ measured }) => measured).map((one) => one.seconds));
    const isTried = small && seconds < tryable.seconds && seconds < hopeless * best;
    const tried = isTried ? await stepSeconds(key, system, data, device).catch(() => undefined) : undefined;
    times.push({ device, seconds: tried ?? seconds, measured: tried !== undefined });
  }
  return times.sort((a, b) => a.seconds - b.seconds);
}

/**
 * The device a run trains on. A resumed run stays on its device.
 *
 * @param peaks what is known of this machine's devices from before; where nothing is, it is measured
 */
export async function chooseDevice(
  run: Pick<Run, 'deviceChoice' | 'device'>,
  work: Work,
  peaks?: Peaks,
): Promise<Choice> {
  const wanted = run.device ?? (run.deviceChoice === 'auto' ? undefined : run.deviceChoice);
  if (wanted === undefined) return fastest(work, peaks && Object.keys(peaks).length > 0 ? peaks : await quickPeaks());
  const { available, reason } = await deviceAvailable(wanted);
  if (available) return { device: wanted, times: [] };
  return {
    device: 'cpu',
    fallback: `${deviceTitles[wanted]} is not available: ${reason ?? 'a trial run failed'}`,
    times: [],
  };
}

async function fastest(work: Work, peaks: Peaks): Promise<Choice> {
  if (Object.keys(peaks).length < 2) return { device: 'cpu', times: [] };
  const works: Peaks = {};
  // What is remembered may be gone: another driver, a card that was taken out.
  for (const [device, peak] of entries(peaks)) if ((await deviceAvailable(device)).available) works[device] = peak;
  const isClear = entries(works).every(([device, peak]) => device === 'cpu' || clear * peak < (works.cpu ?? 0));
  const times = isClear ? promisedTimes(work.system, works) : await stepTimes(work, works);
  return times.length < 2 ? { device: 'cpu', times: [] } : { device: times[0]!.device, times };
}

/** For the log; nothing where there was no choice. */
export function describeChoice([chosen, ...others]: readonly StepTime[]): string | undefined {
  if (!chosen || others.length === 0) return undefined;
  const say = ({ device, seconds, measured }: StepTime) =>
    `${milliseconds(seconds)} ms on ${deviceTitles[device]}${measured ? '' : ' (by its matrix products)'}`;
  return `device chosen by speed: a step takes ${[chosen, ...others].map(say).join(', ')}`;
}

const milliseconds = (seconds: number): string => String(Number((1000 * seconds).toPrecision(2)));
