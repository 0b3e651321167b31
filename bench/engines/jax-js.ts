/** jax-js with its WebAssembly backend: the whole step, gradients and Adam included, under jit. */

import { init, type Array as JaxArray, jit, lax, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import type { LoadedFixture } from '../fixture';
import { models } from '../models';
import type { Engine } from './engine';
import type { ConvSettings, Ops } from './ops';
import { BETA1, BETA2, EPSILON } from './optimizer';

type Arrays = Record<string, JaxArray>;

/** Its worker pool needs a global Worker, which Node has not. */
const THREADS = 1;

export async function jaxJsEngine(): Promise<Engine> {
  await init('wasm');
  return {
    title: 'jax-js 0.1.25 wasm',
    threads: THREADS,
    async build(fixture) {
      const feeds = arrays(fixture, 'feeds');
      let weights = arrays(fixture, 'weights');
      const zeros = () => mapped(weights, (value) => np.zerosLike(value.ref));
      let [first, second] = [zeros(), zeros()];
      const step = trainStep(fixture);
      let count = 0;
      return {
        async step() {
          count++;
          const corrections = [1 - BETA1 ** count, 1 - BETA2 ** count].map((value) => np.array([value]));
          const result = step(
            weights,
            first,
            second,
            mapped(feeds, (value) => value.ref),
            corrections,
          );
          const loss = result[0] as JaxArray;
          [weights, first, second] = result.slice(1) as [Arrays, Arrays, Arrays];
          const [value] = await loss.data();
          await Promise.all(Object.values(weights).map((weight) => weight.blockUntilReady()));
          return Number(value);
        },
      };
    },
  };
}

function trainStep(fixture: LoadedFixture) {
  return jit((weights: Arrays, first: Arrays, second: Arrays, feeds: Arrays, corrections: JaxArray[]) => {
    const objective = (trained: Arrays) => models[fixture.model](new JaxOps(trained, feeds), fixture) as JaxArray;
    const [loss, gradients] = valueAndGrad(objective)(mapped(weights, (value) => value.ref)) as [JaxArray, Arrays];
    const [next, m, v]: [Arrays, Arrays, Arrays] = [{}, {}, {}];
    for (const [name, gradient] of Object.entries(gradients)) {
      m[name] = first[name]!.mul(BETA1).add(gradient.ref.mul(1 - BETA1));
      v[name] = second[name]!.mul(BETA2).add(np.square(gradient).mul(1 - BETA2));
      const [mean, square] = [m[name].ref.div(corrections[0]!.ref), v[name].ref.div(corrections[1]!.ref)];
      next[name] = weights[name]!.sub(mean.mul(fixture.learningRate).div(np.sqrt(square).add(EPSILON)));
    }
    return [loss, next, m, v] as const;
  });
}

const mapped = (values: Arrays, change: (value: JaxArray) => JaxArray): Arrays =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));

function arrays(fixture: LoadedFixture, kind: 'weights' | 'feeds'): Arrays {
  return Object.fromEntries(
    fixture[kind].map((array) => {
      const { name, dtype, shape } = array;
      const data = fixture.data(array);
      const values = dtype === 'float32' ? new Float32Array(data as Float32Array) : Int32Array.from(data, Number);
      return [name, np.array(values, { shape: [...shape], dtype: dtype === 'float32' ? np.float32 : np.int32 })];
    }),
  );
}

/** Every use of an array consumes one reference to it, so all operations take a new one. */
class JaxOps implements Ops<JaxArray> {
  readonly #weights: Arrays;
  readonly #feeds: Arrays;

  constructor(weights: Arrays, feeds: Arrays) {
    this.#weights = weights;
    this.#feeds = feeds;
  }

  weight(name: string) {
    return found(this.#weights, name);
  }
  feed(name: string) {
    return found(this.#feeds, name);
  }

  constant = (data: Float32Array<ArrayBuffer>, shape: readonly number[]) => np.array(data, { shape: [...shape] });

  add = (a: JaxArray, b: JaxArray) => a.ref.add(b.ref);
  sub = (a: JaxArray, b: JaxArray) => a.ref.sub(b.ref);
  mul = (a: JaxArray, b: JaxArray) => a.ref.mul(b.ref);
  div = (a: JaxArray, b: JaxArray) => a.ref.div(b.ref);
  scale = (x: JaxArray, factor: number) => x.ref.mul(factor);
  plus = (x: JaxArray, term: number) => x.ref.add(term);
  square = (x: JaxArray) => np.square(x.ref);
  sqrt = (x: JaxArray) => np.sqrt(x.ref);
  exp = (x: JaxArray) => np.exp(x.ref);
  log = (x: JaxArray) => np.log(x.ref);
  relu = (x: JaxArray) => nn.relu(x.ref);
  gelu = (x: JaxArray) => nn.gelu(x.ref, { approximate: false });
  geluTanh = (x: JaxArray) => nn.gelu(x.ref, { approximate: true });
  sum = (x: JaxArray, axes?: readonly number[], keep = false) => np.sum(x.ref, axisOf(axes), { keepdims: keep });
  mean = (x: JaxArray, axes?: readonly number[], keep = false) => np.mean(x.ref, axisOf(axes), { keepdims: keep });
  softmax = (x: JaxArray) => nn.softmax(x.ref, -1);
  logSoftmax = (x: JaxArray) => nn.logSoftmax(x.ref, -1);
  stopGradient = (x: JaxArray) => lax.stopGradient(x.ref);

  reshape = (x: JaxArray, shape: readonly number[]) => np.reshape(x.ref, [...shape]);
  transpose = (x: JaxArray, perm: readonly number[]) => np.transpose(x.ref, [...perm]);
  slice(x: JaxArray, axis: number, start: number, end: number) {
    const places = x.shape.map((_, at) => (at === axis ? [start, end] : [])) as [number, number][];
    return x.ref.slice(...places);
  }
  concat = (parts: readonly JaxArray[], axis: number) =>
    np.concatenate(
      parts.map((part) => part.ref),
      axis,
    );
  shapeOf = (x: JaxArray) => x.shape;

  matmul(a: JaxArray, b: JaxArray, { transA = false, transB = false } = {}) {
    return np.matmul(transA ? np.matrixTranspose(a.ref) : a.ref, transB ? np.matrixTranspose(b.ref) : b.ref);
  }
  /** jit cannot compile the scatter of a lookup's gradient, so a lookup is a product with one-hot rows. */
  gather(table: JaxArray, places: JaxArray) {
    const hot = nn.oneHot(places.ref.reshape([-1]), table.shape[0]!);
    return np.matmul(hot, table.ref).reshape([...places.shape, table.shape[1]!]);
  }
  nearest(rows: JaxArray, table: JaxArray) {
    const [x, codes] = [lax.stopGradient(rows.ref), lax.stopGradient(table.ref)];
    const products = np.matmul(x, np.matrixTranspose(codes.ref)).mul(2);
    const places = np.argmin(np.sum(np.square(codes), 1).sub(products), -1);
    return this.gather(table, places);
  }
  pick = (x: JaxArray, places: JaxArray) => np.sum(nn.oneHot(places.ref, x.shape[1]!).mul(x.ref), 1);

  conv2d(x: JaxArray, weight: string, bias: string | undefined, { stride = 1, pad = 0 }: ConvSettings = {}) {
    const padding: [number, number][] = [
      [pad, pad],
      [pad, pad],
    ];
    return this.#biased(lax.convGeneralDilated(x.ref, this.weight(weight).ref, [stride, stride], padding), bias);
  }
  convTranspose2d(x: JaxArray, weight: string, bias: string | undefined, { stride, pad }: Required<ConvSettings>) {
    const kernel = this.weight(weight); // [in, out, kh, kw]
    const settings = { transposeKernel: true };
    const padding: [number, number][] = [
      [pad, pad],
      [pad, pad],
    ];
    return this.#biased(lax.convTranspose(x.ref, kernel.ref, [stride, stride], padding, settings), bias);
  }
  conv1d(x: JaxArray, weight: string, bias: string, pad: number) {
    return this.#biased(lax.convGeneralDilated(x.ref, this.weight(weight).ref, [1], [[pad, pad]]), bias);
  }
  instanceNorm(x: JaxArray, eps: number) {
    const centred = x.ref.sub(np.mean(x.ref, 2, { keepdims: true }));
    const variance = np.mean(np.square(centred.ref), 2, { keepdims: true });
    return centred.div(np.sqrt(variance.add(eps)));
  }
  addToFrames = (x: JaxArray, rows: JaxArray) => x.ref.add(np.expandDims(rows.ref, 2));
  #biased(y: JaxArray, bias: string | undefined): JaxArray {
    return bias ? y.add(this.#channels(bias, y)) : y;
  }
  /** A vector of channels beside [n, c, ...]. */
  #channels(name: string, like: JaxArray): JaxArray {
    return this.weight(name).ref.reshape([1, -1, ...like.shape.slice(2).map(() => 1)]);
  }
  batchNorm(x: JaxArray, gain: string, bias: string, eps: number) {
    const axes = x.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
    const centred = x.ref.sub(np.mean(x.ref, axes, { keepdims: true }));
    const variance = np.mean(np.square(centred.ref), axes, { keepdims: true });
    const scale = np.reciprocal(np.sqrt(variance.add(eps))).mul(this.#channels(gain, x));
    return centred.mul(scale).add(this.#channels(bias, x));
  }
  pixelRows(x: JaxArray) {
    return np.transpose(x.ref, [0, 2, 3, 1]).reshape([-1, x.shape[1]!]);
  }
  pixelImage(rows: JaxArray, like: JaxArray) {
    const [n, , height, width] = like.shape as [number, number, number, number];
    return np.transpose(rows.ref.reshape([n, height, width, -1]), [0, 3, 1, 2]);
  }
  pixelMean = (x: JaxArray) => np.mean(x.ref, [2, 3]);
}

const axisOf = (axes?: readonly number[]) => (axes ? [...axes] : null);

function found<T>(values: Readonly<Record<string, T>>, name: string): T {
  const value = values[name];
  if (value === undefined) throw new Error(`the fixture has no ${name}; it has ${Object.keys(values).join(', ')}`);
  return value;
}
