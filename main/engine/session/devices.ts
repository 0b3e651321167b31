/** Which devices this machine offers, and how fast its CPU multiplies matrices. */

import { InferenceSession, listSupportedBackends } from 'onnxruntime-node';
import { Emitter } from '../onnx/emitter';
import { encode } from '../onnx/encode';
import { stream } from '../random';
import type { Device, SessionOptions } from './runtime';
import { arrayOf, sessionOptions, tensorOf } from './runtime';

export interface DeviceReport {
  readonly device: Device;
  readonly available: boolean;
  /** Why not. */
  readonly reason?: string;
}

/** On every machine: they are told of also where they do not work, with the reason. */
const everywhere: readonly Device[] = ['cpu', 'webgpu'];
/** Told of only where they work: a machine without an NVIDIA card need not hear what it lacks. */
const vendors: readonly Device[] = ['cuda', 'dml', 'coreml'];

/** Every device that is offered here; each is tried out, in this process. */
export async function devices(): Promise<DeviceReport[]> {
  const named = new Set(listSupportedBackends().map(({ name }) => name));
  const reports: DeviceReport[] = [];
  for (const device of everywhere) reports.push(await deviceAvailable(device));
  for (const device of vendors) {
    if (!named.has(device)) continue;
    const report = await deviceAvailable(device);
    if (report.available) reports.push(report);
  }
  return reports;
}

const tried = new Map<Device, Promise<DeviceReport>>();

/**
 * Runs one small product there. Asked once in a process: only one of its threads may use WebGPU, and a driver that
 * took seconds to say no would take them again.
 */
export function deviceAvailable(device: Device): Promise<DeviceReport> {
  const known = tried.get(device) ?? tryDevice(device);
  tried.set(device, known);
  return known;
}

export const webgpuAvailable = (): Promise<DeviceReport> => deviceAvailable('webgpu');

async function tryDevice(device: Device): Promise<DeviceReport> {
  if (device === 'cpu') return { device, available: true };
  try {
    const { run, close } = await openMatmul(4, { device });
    const product = await run();
    await close();
    if (!Number.isFinite(product)) throw new Error('a matrix product gave no number');
    return { device, available: true };
  } catch (error) {
    return { device, available: false, reason: explain(error) };
  }
}

function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/adapter/i.test(message))
    return 'no graphics adapter was found; WebGPU needs a graphics driver (on Linux libvulkan1 and a Vulkan driver)';
  if (/shared library/i.test(message)) return 'the provider’s libraries are not installed beside ONNX Runtime';
  if (/backend not found/i.test(message)) return 'ONNX Runtime does not have it on this system';
  return message;
}

export interface PeakOptions extends SessionOptions {
  /** Rows and columns. */
  size?: number;
  repeats?: number;
}

/** Longer than this in all, ms, no device is measured: software WebGPU takes seconds for one large product. */
const budget = 1500;

/** GFLOP/s of the best of several size³ matrix products; of smaller ones where those would take too long. */
export async function measurePeak({ size = 1024, repeats = 8, ...options }: PeakOptions): Promise<number> {
  const small = size / 4;
  const rough = await bestOf({ ...options, size: small, repeats: 2 });
  const expected = (2 * size ** 3) / rough / 1e6; // ms
  return expected * 2 > budget ? rough : bestOf({ ...options, size, repeats });
}

/** At least one product after a first that warms up; no more than the budget allows. */
async function bestOf({ repeats, ...options }: PeakOptions & { repeats: number }): Promise<number> {
  const { run, close, flops } = await openPeak(options);
  await run();
  let best = Number.POSITIVE_INFINITY;
  const begin = performance.now();
  for (let repeat = 0; repeat < repeats && (repeat === 0 || performance.now() - begin < budget); repeat++) {
    const start = performance.now();
    await run();
    best = Math.min(best, performance.now() - start);
  }
  await close();
  return flops / best / 1e6;
}

/** A product to be timed by the caller. */
export async function openPeak({ size = 1024, ...options }: PeakOptions) {
  return { ...(await openMatmul(size, options)), flops: 2 * size ** 3 };
}

/** The largest element comes back, so a run ends when the device has finished, with nothing to copy. */
async function openMatmul(size: number, options: SessionOptions) {
  const emit = new Emitter(options.device);
  const matrix = (name: string) => ({ name, dtype: 'float32' as const, shape: [size, size] });
  const product = emit.node('MatMul', ['a', 'b']);
  const total = emit.node('ReduceMax', [product], { keepdims: 0 });
  const outputs = [{ name: total, dtype: 'float32' as const, shape: [] }];
  const model = { nodes: emit.nodes, constants: emit.constants, inputs: [matrix('a'), matrix('b')], outputs };
  const session = await InferenceSession.create(encode(model), sessionOptions(options));
  const random = stream(0);
  const feed = () => tensorOf('float32', random.uniform(size * size), [size, size]);
  const feeds = { a: feed(), b: feed() };
  return {
    run: async () => Number(arrayOf((await session.run(feeds))[total] as { data: unknown })[0]),
    close: () => session.release(),
  };
}
