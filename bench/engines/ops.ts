/**
 * What models.ts writes the networks in: the operations that TensorFlow.js and jax-js both have, each given by an engine
 * in the way that is fastest for it. Images lie in memory as the engine wants them; letters as in models.ts.
 */

import type { Fixture, LoadedFixture } from '../fixture';

export interface ConvSettings {
  readonly stride?: number;
  readonly pad?: number;
}

export interface Ops<T> {
  /** A parameter by Pretext's name. */
  weight(name: string): T;
  feed(name: string): T;
  constant(data: Float32Array<ArrayBuffer>, shape: readonly number[]): T;

  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  div(a: T, b: T): T;
  scale(x: T, factor: number): T;
  plus(x: T, term: number): T;
  square(x: T): T;
  sqrt(x: T): T;
  exp(x: T): T;
  log(x: T): T;
  relu(x: T): T;
  /** With the error function, not its approximation by tanh. */
  gelu(x: T): T;
  /** The approximation by tanh, as GPT-2 has it. */
  geluTanh(x: T): T;
  /** Over all axes when none is named. */
  sum(x: T, axes?: readonly number[], keep?: boolean): T;
  mean(x: T, axes?: readonly number[], keep?: boolean): T;
  /** Along the last axis. */
  softmax(x: T): T;
  logSoftmax(x: T): T;
  stopGradient(x: T): T;

  reshape(x: T, shape: readonly number[]): T;
  transpose(x: T, perm: readonly number[]): T;
  slice(x: T, axis: number, start: number, end: number): T;
  concat(parts: readonly T[], axis: number): T;
  shapeOf(x: T): readonly number[];

  /** [..., m, k] × [..., k, n], the last two axes of either transposed on demand. */
  matmul(a: T, b: T, options?: { transA?: boolean; transB?: boolean }): T;
  /** Rows of a table [r, c] at integer places → [..., c]. */
  gather(table: T, places: T): T;
  /** For each row its nearest row of the table, by |e|² − 2 x·e; the gradient goes to the table alone. */
  nearest(rows: T, table: T): T;
  /** Row i of x [m, c] at column places[i] → [m]. */
  pick(x: T, places: T): T;

  /** Images in the engine's layout; weights as Pretext keeps them, [out, in, kh, kw], moved once at the start. */
  conv2d(x: T, weight: string, bias: string | undefined, settings?: ConvSettings): T;
  /** Weights [in, out, kh, kw]. */
  convTranspose2d(x: T, weight: string, bias: string | undefined, settings: Required<ConvSettings>): T;
  /** Sequences [n, c, t] in the engine's layout, weights [out, in, k], stride 1. */
  conv1d(x: T, weight: string, bias: string, pad: number): T;
  /** Each channel of each sequence at mean 0 and variance 1. */
  instanceNorm(x: T, eps: number): T;
  /** Adds rows [n, c] to every frame of sequences. */
  addToFrames(x: T, rows: T): T;
  /** Mean and variance over all but the channels, of this batch; gain and bias by name. */
  batchNorm(x: T, gain: string, bias: string, eps: number): T;
  /** Image → one row for each pixel, [n·h·w, c]. */
  pixelRows(x: T): T;
  /** The inverse; `like` gives n, h and w. */
  pixelImage(rows: T, like: T): T;
  /** Mean over the pixels: image → [n, c]. */
  pixelMean(x: T): T;
}

export type Model = <T>(ops: Ops<T>, fixture: Fixture) => T;

/** Turns elements of [out, in, kh, kw] or [in, out, kh, kw] into [kh, kw, in, out]: both by the same permutation. */
export function permuted(data: Float32Array, shape: readonly number[], perm: readonly number[]) {
  const to = perm.map((axis) => shape[axis]!);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((total, size) => total * size, 1));
  const steps = perm.map((axis) => strides[axis]!);
  const moved = new Float32Array(data.length);
  const place = to.map(() => 0);
  for (let i = 0; i < moved.length; i++) {
    moved[i] = data[place.reduce((at, index, axis) => at + index * steps[axis]!, 0)]!;
    for (let axis = to.length - 1; axis >= 0 && ++place[axis]! === to[axis]; axis--) place[axis] = 0;
  }
  return { data: moved, shape: to };
}

/** Images and kernels with the channels last, for engines that know nothing else. */
export function channelsLast(fixture: LoadedFixture, kind: 'weights' | 'feeds') {
  return fixture[kind].map((array) => {
    const { name, dtype, shape } = array;
    const data = fixture.data(array);
    const orders = kind === 'weights' ? { 4: [2, 3, 1, 0], 3: [2, 1, 0] } : { 4: [0, 2, 3, 1], 3: [0, 2, 1] };
    const perm = orders[shape.length as 3 | 4];
    if (!perm || dtype !== 'float32') return { name, dtype, shape, data };
    return { name, dtype, ...permuted(data as Float32Array, shape, perm) };
  });
}
