/** Evaluates tensor functions and checks their gradients against central differences. Tolerances are named here only. */

import { InferenceSession } from 'onnxruntime-node';
import { expect } from 'vitest';
import { compileForward, type ForwardProgram } from '#main/engine/compile';
import { gradients, knownGradients } from '#main/engine/gradient';
import { stream } from '#main/engine/random';
import { webgpuAvailable } from '#main/engine/session/devices';
import type { ForwardSession } from '#main/engine/session/open-forward';
import { openForwardSession } from '#main/engine/session/open-forward';
import type { Device, TypedArray } from '#main/engine/session/runtime';
import { sessionOptions } from '#main/engine/session/runtime';
import type { OutputValue } from '#main/engine/session/train-session';
import type { DType, Signature } from '#main/engine/shape';
import type { Tensor } from '#main/engine/tensor';

/**
 * Float32 values carry 6e-8 of rounding. The fourth-order difference quotient at this step adds about as much again from
 * its truncation; what remains is below the tolerances with a factor of ten to spare.
 */
export const STEP = 2e-2;
export const tolerance = {
  gradient: { relative: 1e-3, absolute: 1e-3 },
  value: { relative: 1e-5, absolute: 1e-5 },
  device: { relative: 1e-3, absolute: 1e-5 },
} as const;

export interface Sample {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: TypedArray;
}

export type TensorFunction = (...inputs: Tensor[]) => Tensor;

const count = (shape: readonly number[]): number => shape.reduce((total, dim) => total * dim, 1);

export const sample = (shape: readonly number[], values: readonly number[]): Sample => ({
  shape,
  dtype: 'float32',
  data: Float32Array.from(values),
});

/** Mean 0, variance 1. */
export function normal(shape: readonly number[], seed = 1): Sample {
  return { shape, dtype: 'float32', data: stream(seed).normal(count(shape)) };
}

/** Values around 0 in random order, 5 steps apart, none nearer to 0 than half of that: no kink is crossed. */
export function distinct(shape: readonly number[], seed = 1): Sample {
  const order = stream(seed).permutation(count(shape));
  const data = Float32Array.from(order, (place) => (place - Math.floor(count(shape) / 2) + 0.5) * 5 * STEP);
  return { shape, dtype: 'float32', data };
}

/** Values in [low, high). */
export function between(low: number, high: number, shape: readonly number[], seed = 1): Sample {
  const data = stream(seed)
    .uniform(count(shape))
    .map((value) => low + (high - low) * value);
  return { shape, dtype: 'float32', data };
}

/** Integers 0 ≤ i < below. */
export function integers(shape: readonly number[], below: number, seed = 1): Sample {
  return { shape, dtype: 'int32', data: Int32Array.from(stream(seed).integers(count(shape), below)) };
}

/** Truth values in random order, about half of each. */
export function booleans(shape: readonly number[], seed = 1): Sample {
  return { shape, dtype: 'bool', data: Uint8Array.from(stream(seed).integers(count(shape), 2)) };
}

/**
 * Shapes drawn with a fixed seed, for laws that hold for every shape: sizes 1, 2, 3, 5 and 7, at most 60 elements. The
 * first has a size of 1 and the second none, so that neither kind is ever missing.
 */
export function shapes(howMany: number, { ranks = [1, 2, 3, 4], seed = 1 } = {}): number[][] {
  const random = stream(seed).split('shapes');
  const draw = (place: number): number[] => {
    for (let attempt = 0; ; attempt++) {
      const source = random.split(place).split(attempt);
      const rank = ranks[source.integers(1, ranks.length)[0]!]!;
      const shape = Array.from(source.integers(rank, 6), (which) => [1, 1, 2, 3, 5, 7][which]!);
      const fits = count(shape) > 1 && count(shape) <= 60 && (place > 1 || shape.includes(1) === (place === 0));
      if (fits) return shape;
    }
  };
  return Array.from({ length: howMany }, (_, place) => draw(place));
}

const signature = ({ shape, dtype }: Sample): Signature => ({ shape, dtype });
const nameOf = (place: number): string => `x${place}`;

function compile(
  outputs: (inputs: Tensor[]) => Record<string, Tensor>,
  samples: readonly Sample[],
  device: Device,
): ForwardProgram {
  const inputs = Object.fromEntries(samples.map((value, place) => [nameOf(place), signature(value)]));
  const traced = (tensors: Record<string, Tensor>) => outputs(samples.map((_, place) => tensors[nameOf(place)]!));
  return compileForward({ inputs, outputs: (_, tensors) => traced(tensors), device });
}

async function open(
  outputs: (inputs: Tensor[]) => Record<string, Tensor>,
  samples: readonly Sample[],
  device: Device,
): Promise<{ session: ForwardSession; feeds: Record<string, TypedArray> }> {
  const session = await openForwardSession(compile(outputs, samples, device), { device, threads: 1 });
  const feeds = Object.fromEntries(samples.map(({ data }, place) => [nameOf(place), data]));
  return { session, feeds };
}

async function once(
  outputs: (inputs: Tensor[]) => Record<string, Tensor>,
  samples: readonly Sample[],
  device: Device,
): Promise<Record<string, OutputValue>> {
  const { session, feeds } = await open(outputs, samples, device);
  const results = await session.run(feeds);
  await session.close();
  return results;
}

/** The value of a tensor function. */
export async function evaluate(compute: TensorFunction, ...samples: Sample[]): Promise<OutputValue> {
  return (await once((inputs) => ({ y: compute(...inputs) }), samples, 'cpu'))['y']!;
}

/** The value as plain numbers. */
export async function numbers(compute: TensorFunction, ...samples: Sample[]): Promise<number[]> {
  return Array.from((await evaluate(compute, ...samples)).data, Number);
}

interface Limits {
  readonly relative: number;
  readonly absolute: number;
}

/** Elementwise |a − b| ≤ absolute + relative · |b|. */
export function expectClose(
  actual: ArrayLike<number | bigint>,
  expected: ArrayLike<number | bigint>,
  what = 'values',
  limits: Limits = tolerance.value,
): void {
  expect(actual.length, `${what}: number of elements`).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [Number(actual[i]), Number(expected[i])];
    if (Math.abs(a - b) <= limits.absolute + limits.relative * Math.abs(b)) continue;
    expect.fail(`${what}: element ${i} is ${a}, expected ${b}`);
  }
}

/** Checks the value of a tensor function on the CPU; `expectGradient` compares it with WebGPU. */
export async function expectValue(
  compute: TensorFunction,
  samples: readonly Sample[],
  expected: ArrayLike<number | bigint>,
): Promise<void> {
  expectClose((await evaluate(compute, ...samples)).data, expected);
}

interface Compared {
  readonly outputs: (inputs: Tensor[]) => Record<string, Tensor>;
  readonly all: readonly Sample[];
}

/**
 * Checks dL/dx for every float input, with L = Σ w · y and random w, against central differences of the forward pass;
 * where there is a WebGPU, y and its gradients must be the same there.
 */
export async function expectGradient(compute: TensorFunction, ...samples: Sample[]): Promise<void> {
  const { outputs, all } = await expectGradientOnCpu(compute, ...samples);
  await expectSame(outputs, all);
}

/** The same without WebGPU; gives back what the devices would be compared on. */
export async function expectGradientOnCpu(compute: TensorFunction, ...samples: Sample[]): Promise<Compared> {
  const weights = normal((await evaluate(compute, ...samples)).shape, 99);
  const floats = samples.flatMap(({ dtype }, place) => (dtype === 'float32' ? [place] : []));
  const outputs = (inputs: Tensor[]) => {
    const y = compute(...inputs.slice(0, -1));
    const wrt = floats.map((place) => inputs[place]!);
    const loss = y.mul(inputs.at(-1)!).sum();
    return { y, ...Object.fromEntries(gradients(loss, wrt).map((gradient, i) => [`g${i}`, gradient])) };
  };
  const analytic = await once(outputs, [...samples, weights], 'cpu');
  const { session, feeds } = await open((inputs) => ({ y: compute(...inputs) }), samples, 'cpu');
  for (const [i, place] of floats.entries()) {
    const numeric = await differences(session, feeds, place, weights.data);
    const found = analytic[`g${i}`]!;
    expect(found.shape, `gradient of input ${place}: shape`).toEqual(samples[place]!.shape);
    expectClose(found.data, numeric, `gradient of input ${place}`, tolerance.gradient);
  }
  await session.close();
  return { outputs, all: [...samples, weights] };
}

/** f' ≈ (8 (f(h) − f(−h)) − (f(2h) − f(−2h))) / 12h, summed over the outputs in double precision. */
async function differences(
  session: ForwardSession,
  feeds: Record<string, TypedArray>,
  place: number,
  weights: TypedArray,
): Promise<Float64Array> {
  const original = feeds[nameOf(place)]!;
  const moved = Float32Array.from(original, Number);
  const shifted: Record<string, TypedArray> = { ...feeds, [nameOf(place)]: moved };
  const result = new Float64Array(original.length);
  const factors = [
    [1, 8],
    [-1, -8],
    [2, -1],
    [-2, 1],
  ] as const;
  for (let i = 0; i < result.length; i++) {
    for (const [steps, factor] of factors) {
      moved[i] = Number(original[i]) + steps * STEP;
      const y = (await session.run(shifted))['y']!.data;
      let sum = 0;
      for (let k = 0; k < y.length; k++) sum += Number(y[k]) * Number(weights[k]);
      result[i]! += (factor * sum) / (12 * STEP);
    }
    moved[i] = Number(original[i]);
  }
  return result;
}

/** For functions without a gradient. */
export const expectSameOnWebgpu = (compute: TensorFunction, ...samples: Sample[]): Promise<void> =>
  expectSame((inputs) => ({ y: compute(...inputs) }), samples);

/**
 * Functions and their gradients, all in one program: WebGPU gives what the CPU gives, and every node runs there. ONNX
 * Runtime is told to refuse what would fall back to the CPU. Skipped where there is no WebGPU.
 */
export async function expectStaysOnWebgpu(
  functions: readonly { readonly compute: TensorFunction; readonly samples: readonly Sample[] }[],
  { backward = true } = {},
): Promise<void> {
  if (!(await hasWebgpu())) return;
  const all = functions.flatMap(({ samples }) => samples);
  const outputs = (inputs: Tensor[]) => {
    const rest = [...inputs];
    const each = functions.map(({ compute, samples }, place) =>
      Object.entries(withGradients(compute, rest.splice(0, samples.length), backward)).map(([name, y]) => [
        `${place}.${name}`,
        y,
      ]),
    );
    return Object.fromEntries(each.flat()) as Record<string, Tensor>;
  };
  await expectSame(outputs, all, true);
}

/** y, and the gradients of Σ y² where y is made of floats. */
function withGradients(compute: TensorFunction, inputs: readonly Tensor[], backward: boolean): Record<string, Tensor> {
  const y = compute(...inputs);
  if (!backward || y.dtype !== 'float32') return { y };
  const floats = inputs.filter(({ dtype }) => dtype === 'float32');
  const found = knownGradients(y.square().sum(), floats);
  return {
    y,
    ...Object.fromEntries(floats.flatMap((x, i) => [[`g${i}`, found.get(x.node.id)!]]).filter(([, g]) => g)),
  };
}

async function expectSame(
  outputs: (inputs: Tensor[]) => Record<string, Tensor>,
  samples: readonly Sample[],
  strict = false,
): Promise<void> {
  if (!(await hasWebgpu())) return;
  if (strict) await expectNoFallback(compile(outputs, samples, 'webgpu'));
  const [cpu, gpu] = [await once(outputs, samples, 'cpu'), await once(outputs, samples, 'webgpu')];
  for (const [name, { data }] of Object.entries(cpu)) {
    expectClose(gpu[name]!.data, data, `${name} on webgpu`, tolerance.device);
  }
}

async function expectNoFallback({ onnx }: ForwardProgram): Promise<void> {
  const options = sessionOptions({ device: 'webgpu' });
  const session = await InferenceSession.create(onnx, {
    ...options,
    logSeverityLevel: 4, // the refusal itself is no news
    extra: { session: { disable_cpu_ep_fallback: '1' } },
  });
  await session.release();
}

let told = false;

/** Whether comparisons with WebGPU run; says once why not. */
export async function hasWebgpu(): Promise<boolean> {
  const { available, reason } = await webgpuAvailable();
  if (!available && !told) {
    told = true;
    console.warn(`WebGPU comparisons are skipped: ${reason}`);
  }
  return available;
}
