/** The dense auto-encoder on TensorFlow.js with its WebAssembly backend. */

import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
// The core package registers no gradients by itself, and its folder of them can only be read by a bundler.
import '../node_modules/@tensorflow/tfjs-core/dist/register_all_gradients';
import { BATCH, FLOPS, LEARNING_RATE, layers, pixels, SIZES } from './dense';
import type { Contestant } from './measure';

export async function tfjsDense(): Promise<Contestant> {
  await tf.setBackend('wasm');
  await tf.ready();
  const weights = layers.map(([from, to]) => tf.variable(tf.randomNormal([from, to], 0, Math.sqrt(2 / from))));
  const biases = layers.map(([, to]) => tf.variable(tf.zeros([to])));
  const x = tf.tensor2d(pixels(), [BATCH, SIZES[0]]);
  const loss = (): tf.Scalar => {
    let h: tf.Tensor = x;
    for (const [i, weight] of weights.entries()) {
      h = tf.add(tf.matMul(h, weight as tf.Tensor2D), biases[i]!);
      if (i < layers.length - 1) h = tf.relu(h);
    }
    return tf.mean(tf.square(tf.sub(h, x)));
  };
  const optimizer = tf.train.adam(LEARNING_RATE);
  const step = async () => {
    const value = optimizer.minimize(loss, true, [...weights, ...biases]);
    await value?.data();
    value?.dispose();
  };
  return { name: `TensorFlow.js ${tf.version_core} wasm`, steps: 1, flops: FLOPS, step };
}
