/** TensorFlow.js with its WebAssembly backend or with the one in plain JavaScript. */

import * as tf from '@tensorflow/tfjs-core';
// The core package registers no gradients by itself, and its folder of them can only be read by a bundler.
import '../../node_modules/@tensorflow/tfjs-core/dist/register_all_gradients';
import type { LoadedFixture } from '../fixture';
import { models } from '../models';
import type { Engine } from './engine';
import { type ConvSettings, channelsLast, type Ops } from './ops';
import { BETA1, BETA2, EPSILON } from './optimizer';

/** Both backends compute on one thread in Node: the WebAssembly one has threads only where there are web workers. */
const THREADS = 1;

export async function tfjsEngine(backend: 'wasm' | 'cpu'): Promise<Engine> {
  if (backend === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  else await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend(backend);
  await tf.ready();
  return {
    title: `TensorFlow.js ${tf.version_core} ${backend}`,
    threads: THREADS,
    async build(fixture) {
      const weights = tensors(fixture, 'weights');
      const variables = new Map([...weights].map(([name, value]) => [name, tf.variable(value)]));
      const ops = new TfjsOps(variables, tensors(fixture, 'feeds'), backend);
      const loss = () => models[fixture.model](ops, fixture) as tf.Scalar;
      const optimizer = tf.train.adam(fixture.learningRate, BETA1, BETA2, EPSILON);
      return {
        async step() {
          const cost = optimizer.minimize(loss, true, [...variables.values()])!;
          const [value] = await cost.data();
          cost.dispose();
          return value!;
        },
      };
    },
  };
}

function tensors(fixture: LoadedFixture, kind: 'weights' | 'feeds'): Map<string, tf.Tensor> {
  return new Map(
    channelsLast(fixture, kind).map(({ name, dtype, shape, data }) => {
      const isFloat = dtype === 'float32';
      const values =
        data instanceof BigInt64Array ? Int32Array.from(data, Number) : (data as Float32Array | Int32Array);
      return [name, tf.tensor(values, [...shape], isFloat ? 'float32' : 'int32')];
    }),
  );
}

/** TensorFlow.js has no such operation: the value passes, nothing comes back. */
const stopGradient = tf.customGrad((x) => ({
  value: (x as tf.Tensor).clone(),
  gradFunc: (dy) => tf.zerosLike(dy as tf.Tensor),
}));

/** On the tape, a lookup asks for the gradient of its places, which have none: so it is one operation with its own. */
const nearest = tf.customGrad((rows, table, save) => {
  const [x, codes, keep] = [rows, table, save] as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
  const squares = tf.sum(tf.square(codes), 1);
  const distance = tf.sub(squares, tf.mul(tf.matMul(x, codes, false, true), 2));
  const places = tf.argMin(distance, -1) as tf.Tensor1D;
  keep([places, x, codes]);
  return {
    value: tf.gather(codes, places),
    gradFunc: (dy, saved) => {
      const [chosen, like, all] = saved as [tf.Tensor1D, tf.Tensor, tf.Tensor];
      return [tf.zerosLike(like), tf.unsortedSegmentSum(dy as tf.Tensor, chosen, all.shape[0]!)];
    },
  };
});

class TfjsOps implements Ops<tf.Tensor> {
  readonly #weights: ReadonlyMap<string, tf.Tensor>;
  readonly #feeds: ReadonlyMap<string, tf.Tensor>;
  readonly #hasGatherGradient: boolean;

  constructor(weights: ReadonlyMap<string, tf.Tensor>, feeds: ReadonlyMap<string, tf.Tensor>, backend: string) {
    this.#weights = weights;
    this.#feeds = feeds;
    this.#hasGatherGradient = backend !== 'wasm'; // it has no kernel UnsortedSegmentSum
  }

  weight(name: string) {
    return found(this.#weights, name);
  }
  feed(name: string) {
    return found(this.#feeds, name);
  }

  constant = (data: Float32Array, shape: readonly number[]): tf.Tensor => tf.tensor(data, [...shape]);

  add = (a: tf.Tensor, b: tf.Tensor) => tf.add(a, b);
  sub = (a: tf.Tensor, b: tf.Tensor) => tf.sub(a, b);
  mul = (a: tf.Tensor, b: tf.Tensor) => tf.mul(a, b);
  div = (a: tf.Tensor, b: tf.Tensor) => tf.div(a, b);
  scale = (x: tf.Tensor, factor: number) => tf.mul(x, factor);
  plus = (x: tf.Tensor, term: number) => tf.add(x, term);
  square = (x: tf.Tensor) => tf.square(x);
  sqrt = (x: tf.Tensor) => tf.sqrt(x);
  exp = (x: tf.Tensor) => tf.exp(x);
  log = (x: tf.Tensor) => tf.log(x);
  relu = (x: tf.Tensor) => tf.relu(x);
  gelu = (x: tf.Tensor) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
  geluTanh(x: tf.Tensor) {
    const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI));
    return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
  }
  sum = (x: tf.Tensor, axes?: readonly number[], keep?: boolean) => tf.sum(x, axes && [...axes], keep);
  mean = (x: tf.Tensor, axes?: readonly number[], keep?: boolean) => tf.mean(x, axes && [...axes], keep);
  softmax = (x: tf.Tensor) => tf.softmax(x);
  logSoftmax = (x: tf.Tensor) => tf.logSoftmax(x);
  stopGradient = (x: tf.Tensor) => stopGradient(x);

  reshape = (x: tf.Tensor, shape: readonly number[]) => tf.reshape(x, [...shape]);
  transpose = (x: tf.Tensor, perm: readonly number[]) => tf.transpose(x, [...perm]);
  slice(x: tf.Tensor, axis: number, start: number, end: number) {
    const begin = x.shape.map((_, at) => (at === axis ? start : 0));
    return tf.slice(
      x,
      begin,
      x.shape.map((size, at) => (at === axis ? end - start : size)),
    );
  }
  concat = (parts: readonly tf.Tensor[], axis: number) => tf.concat([...parts], axis);
  shapeOf = (x: tf.Tensor) => x.shape;

  matmul(a: tf.Tensor, b: tf.Tensor, { transA = false, transB = false } = {}) {
    return tf.matMul(a, b, transA, transB);
  }
  /** Without a gradient of its own, a lookup is a product with one-hot rows. */
  gather(table: tf.Tensor, places: tf.Tensor) {
    if (this.#hasGatherGradient) return tf.gather(table, places as tf.Tensor1D);
    const [rows, columns] = table.shape as [number, number];
    const flat = tf.reshape(places, [-1]);
    const hot = tf.cast(tf.oneHot(flat as tf.Tensor1D, rows), 'float32');
    return tf.reshape(tf.matMul(hot, table), [...places.shape, columns]);
  }
  nearest(rows: tf.Tensor, table: tf.Tensor) {
    return nearest(rows, table);
  }
  pick(x: tf.Tensor, places: tf.Tensor) {
    const hot = tf.cast(tf.oneHot(places as tf.Tensor1D, x.shape[1]!), 'float32');
    return tf.sum(tf.mul(x, hot), 1);
  }

  conv2d(x: tf.Tensor, weight: string, bias: string | undefined, { stride = 1, pad = 0 }: ConvSettings = {}) {
    const kernel = this.weight(weight) as tf.Tensor4D;
    const y = tf.conv2d(x as tf.Tensor4D, kernel, stride, pad, 'NHWC', 1, 'floor');
    return bias ? tf.add(y, this.weight(bias)) : y;
  }
  convTranspose2d(x: tf.Tensor, weight: string, bias: string | undefined, { stride, pad }: Required<ConvSettings>) {
    const kernel = this.weight(weight) as tf.Tensor4D; // [kh, kw, out, in]
    const [n, height, width] = x.shape as [number, number, number];
    const size = (from: number, along: 0 | 1) => (from - 1) * stride - 2 * pad + kernel.shape[along];
    const shape: [number, number, number, number] = [n, size(height, 0), size(width, 1), kernel.shape[2]];
    const y = tf.conv2dTranspose(x as tf.Tensor4D, kernel, shape, stride, pad, 'floor');
    return bias ? tf.add(y, this.weight(bias)) : y;
  }
  conv1d(x: tf.Tensor, weight: string, bias: string, pad: number) {
    const kernel = this.weight(weight) as tf.Tensor3D; // [k, in, out]
    const around: [number, number][] = [
      [0, 0],
      [pad, pad],
      [0, 0],
    ];
    const padded = pad === 0 ? x : tf.pad(x, around);
    return tf.add(tf.conv1d(padded as tf.Tensor3D, kernel, 1, 'valid'), this.weight(bias));
  }
  instanceNorm(x: tf.Tensor, eps: number) {
    const { mean, variance } = tf.moments(x, [1], true);
    return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, eps)));
  }
  addToFrames = (x: tf.Tensor, rows: tf.Tensor) => tf.add(x, tf.expandDims(rows, 1));
  batchNorm(x: tf.Tensor, gain: string, bias: string, eps: number) {
    const axes = x.shape.slice(0, -1).map((_, axis) => axis);
    const { mean, variance } = tf.moments(x, axes);
    const scale = tf.mul(tf.rsqrt(tf.add(variance, eps)), this.weight(gain));
    return tf.add(tf.mul(tf.sub(x, mean), scale), this.weight(bias));
  }
  pixelRows = (x: tf.Tensor) => tf.reshape(x, [-1, x.shape.at(-1)!]);
  pixelImage = (rows: tf.Tensor, like: tf.Tensor) => tf.reshape(rows, [...like.shape.slice(0, 3), rows.shape[1]!]);
  pixelMean = (x: tf.Tensor) => tf.mean(x, [1, 2]);
}

function found<T>(values: ReadonlyMap<string, T>, name: string): T {
  const value = values.get(name);
  if (value === undefined) throw new Error(`the fixture has no ${name}; it has ${[...values.keys()].join(', ')}`);
  return value;
}
