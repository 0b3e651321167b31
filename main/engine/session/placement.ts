/**
 * Which device really ran each op of a step. ONNX Runtime gives what a provider lacks to the CPU without a word and
 * copies tensors there and back; its own profile is the one place that says so.
 */

import { InferenceSession, type Tensor } from 'onnxruntime-node';
import type { StepGraph, TrainProgram } from '../program';
import type { Signature } from '../shape';
import type { Device } from './runtime';
import { emptyArray, sessionOptions, tensorOf } from './runtime';
import { startValues } from './variables';

/** Where ONNX Runtime may write a profile; the engine itself touches no disk. */
export interface Scratch {
  /** A path without its end: a time and `.json` are added. */
  readonly prefix: string;
  /** The profile that was written there; removes it. */
  read(): Promise<string>;
}

/** Kernels of one step by ONNX operator, with how often each ran. */
export type Kernels = Readonly<Record<string, number>>;

export interface Placement {
  readonly onDevice: Kernels;
  /** Ops that the device's provider did not take. Empty for a program on the CPU. */
  readonly fallbacks: Kernels;
  /** Copies between device and host inside the step, which a fall-back brings with it. */
  readonly copies: { readonly toHost: number; readonly fromHost: number };
}

const CPU = 'CPUExecutionProvider';

const LOG_NOTHING = 4;
const REFUSAL = /fallback to CPU EP has been explicitly disabled/;

/** Whether every op of a step runs on its device. Nothing is run: ONNX Runtime does not open a program that would leave it. */
export async function staysOnDevice(program: TrainProgram, device: Device): Promise<boolean> {
  const { extra, ...options } = sessionOptions({ device });
  const strict = {
    ...{ ...options, logSeverityLevel: LOG_NOTHING as 4 },
    extra: { ...extra, session: { ...(extra?.['session'] as object), disable_cpu_ep_fallback: '1' } },
  };
  for (const { onnx } of graphsOf(program)) {
    try {
      await (await InferenceSession.create(onnx, strict)).release();
    } catch (error) {
      if (error instanceof Error && REFUSAL.test(error.message)) return false;
      throw error;
    }
  }
  return true;
}

const graphsOf = ({ phases }: TrainProgram): StepGraph[] =>
  Object.values(phases).flatMap(({ graphs: { accumulate, update } }) => (accumulate ? [accumulate, update] : [update]));

/** Runs one step of the program at learning rate 0, on inputs of zeros and values from the start, and reads its profile. */
export async function placement(program: TrainProgram, device: Device, scratch: Scratch): Promise<Placement> {
  const found: Placement[] = [];
  for (const graph of graphsOf(program)) {
    await runProfiled(program, graph, device, scratch.prefix);
    found.push(placementOf(await scratch.read(), device));
  }
  return found.reduce(together);
}

async function runProfiled(
  { variables, phases }: TrainProgram,
  { onnx, inputs, reads }: StepGraph,
  device: Device,
  profileTo: string,
): Promise<void> {
  const declared: Record<string, Signature> = {};
  for (const { inputs, buffers } of Object.values(phases)) {
    Object.assign(declared, inputs);
    for (const { name, dtype, shape } of buffers) declared[name] = { dtype, shape };
  }
  const start = startValues(variables, 0);
  const feeds: Record<string, Tensor> = {};
  for (const { name, dtype, shape } of variables)
    if (reads.includes(name)) feeds[name] = tensorOf(dtype, start.get(name)!, shape);
  for (const name of [...inputs, ...reads]) feeds[name] ??= zerosOf(declared[name] ?? scalar);
  const session = await InferenceSession.create(onnx, sessionOptions({ device, profileTo }));
  try {
    await session.run(feeds);
  } finally {
    await session.release(); // and writes the profile
  }
}

/** The only input that no phase declares: the learning rate, here 0. */
const scalar: Signature = { dtype: 'float32', shape: [] };

function zerosOf({ dtype, shape }: Signature): Tensor {
  const dims = shape.map(Number);
  const length = dims.reduce((total, dim) => total * dim, 1);
  return tensorOf(dtype, emptyArray(dtype, length), dims);
}

interface TraceEvent {
  cat: string;
  name: string;
  args?: { op_name?: string; provider?: string };
}

/** Reads the text of a profile of one run. */
export function placementOf(profile: string, device: Device): Placement {
  const onDevice: Record<string, number> = {};
  const fallbacks: Record<string, number> = {};
  const copies = { toHost: 0, fromHost: 0 };
  for (const { cat, name, args } of JSON.parse(profile) as TraceEvent[]) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time') || args?.op_name === undefined) continue;
    const { op_name, provider } = args;
    if (op_name === 'MemcpyToHost') copies.toHost++;
    else if (op_name === 'MemcpyFromHost') copies.fromHost++;
    else count(device !== 'cpu' && provider === CPU ? fallbacks : onDevice, op_name);
  }
  return { onDevice, fallbacks, copies };
}

function count(kernels: Record<string, number>, op: string, times = 1): void {
  kernels[op] = (kernels[op] ?? 0) + times;
}

function together(a: Placement, b: Placement): Placement {
  const sum = (one: Kernels, other: Kernels): Kernels => {
    const all = { ...one };
    for (const [op, times] of Object.entries(other)) count(all, op, times);
    return all;
  };
  return {
    onDevice: sum(a.onDevice, b.onDevice),
    fallbacks: sum(a.fallbacks, b.fallbacks),
    copies: { toHost: a.copies.toHost + b.copies.toHost, fromHost: a.copies.fromHost + b.copies.fromHost },
  };
}

/** `3 ops run on the CPU: Equal, Unsqueeze (2)`; nothing when all ops run where they should. */
export function describeFallbacks({ fallbacks, copies }: Placement): string | undefined {
  const ops = Object.entries(fallbacks).sort(([a], [b]) => a.localeCompare(b));
  if (ops.length === 0) return undefined;
  const total = ops.reduce((sum, [, times]) => sum + times, 0);
  const names = ops.map(([op, times]) => (times === 1 ? op : `${op} (${times})`)).join(', ');
  const moved = copies.toHost + copies.fromHost;
  return `${total} op${total === 1 ? '' : 's'} of a step run${total === 1 ? 's' : ''} on the CPU: ${names}${
    moved > 0 ? `; ${moved} cop${moved === 1 ? 'y' : 'ies'} between the device and the CPU` : ''
  }`;
}
