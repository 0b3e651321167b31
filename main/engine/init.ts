/** Start values of parameters. Each is a rule that fills a shape from a random stream. */

import type { Stream } from './random';
import { normalQuantile } from './random';

export interface Init {
  readonly name: string;
  fill(shape: readonly number[], random: Stream): Float32Array<ArrayBuffer>;
}

const count = (shape: readonly number[]): number => shape.reduce((total, dim) => total * dim, 1);

/**
 * How many values flow into and out of one unit. Dense weights are [in, out]; convolution kernels [out, in, kh, kw].
 * (A transposed convolution stores [in, out, kh, kw]; its fans are therefore swapped, as in PyTorch.)
 */
function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  if (shape.length < 2) return { fanIn: count(shape), fanOut: count(shape) };
  if (shape.length === 2) return { fanIn: shape[0]!, fanOut: shape[1]! };
  const window = count(shape.slice(2));
  return { fanIn: shape[1]! * window, fanOut: shape[0]! * window };
}

const scaled = (values: Float32Array<ArrayBuffer>, factor: number, shift = 0): Float32Array<ArrayBuffer> =>
  values.map((value) => value * factor + shift);

export function constant(value: number): Init {
  return { name: `constant(${value})`, fill: (shape) => new Float32Array(count(shape)).fill(value) };
}

export const zeros: Init = { ...constant(0), name: 'zeros' };
export const ones: Init = { ...constant(1), name: 'ones' };

export function uniform(low: number, high: number): Init {
  return {
    name: `uniform(${low}, ${high})`,
    fill: (shape, random) => scaled(random.uniform(count(shape)), high - low, low),
  };
}

export function normal(std: number): Init {
  return { name: `normal(${std})`, fill: (shape, random) => scaled(random.normal(count(shape)), std) };
}

const BELOW_TWO_SIGMA = 0.022750131948179; // Φ(−2)

/** A normal distribution without its tails beyond two standard deviations, as BERT starts (`std` is the one before cutting). */
export function truncatedNormal(std: number): Init {
  const draw = (u: number) => std * normalQuantile(BELOW_TWO_SIGMA + u * (1 - 2 * BELOW_TWO_SIGMA));
  return { name: `truncatedNormal(${std})`, fill: (shape, random) => random.uniform(count(shape)).map(draw) };
}

/** Keeps the variance of a linear map's input: std = √(1 / fanIn) (LeCun et al. 1998, "Efficient BackProp"). */
export const fanInNormal: Init = {
  name: 'fanInNormal',
  fill: (shape, random) => scaled(random.normal(count(shape)), Math.sqrt(1 / fans(shape).fanIn)),
};

/** Keeps the variance of ReLU activations: std = √(2 / fanIn) (He et al. 2015, arXiv:1502.01852). */
export const heNormal: Init = {
  name: 'heNormal',
  fill: (shape, random) => scaled(random.normal(count(shape)), Math.sqrt(2 / fans(shape).fanIn)),
};

/** The same variance on [−√(6 / fanIn), √(6 / fanIn)]. */
export const heUniform: Init = {
  name: 'heUniform',
  fill: (shape, random) => symmetric(shape, random, Math.sqrt(6 / fans(shape).fanIn)),
};

/** Balances forward and backward variance: bound √(6 / (fanIn + fanOut)) (Glorot & Bengio 2010, AISTATS 9). */
export const glorotUniform: Init = {
  name: 'glorotUniform',
  fill(shape, random) {
    const { fanIn, fanOut } = fans(shape);
    return symmetric(shape, random, Math.sqrt(6 / (fanIn + fanOut)));
  },
};

const symmetric = (shape: readonly number[], random: Stream, bound: number): Float32Array<ArrayBuffer> =>
  scaled(random.uniform(count(shape)), 2 * bound, -bound);
