/** From what models speak (float32 [n, c, h, w] in [0, 1]) to what is shown (bytes [n, h, w, c]), and how far off it is. */
import type { Pictures } from '#app/records/common';

export interface PictureSize {
  height: number;
  width: number;
  channels: 1 | 3;
}

/** Values outside [0, 1] are cut off: a decoder may overshoot, a screen cannot. */
export function picturesOf(x: Float32Array, { height, width, channels }: PictureSize): Pictures {
  const plane = height * width;
  const count = x.length / (plane * channels);
  const pixels = new Uint8Array(x.length);
  for (let i = 0; i < count; i++)
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < plane; p++) {
        const value = x[(i * channels + c) * plane + p]!;
        pixels[(i * plane + p) * channels + c] = Math.round(Math.min(1, Math.max(0, value)) * 255);
      }
  return { count, height, width, channels, pixels };
}

/** |x − y| stretched so that a difference of 1/3 is white already: errors worth seeing are far smaller than 1. */
export function errorPictures(x: Float32Array, y: Float32Array, size: PictureSize): Pictures {
  return picturesOf(
    x.map((value, i) => 3 * Math.abs(value - y[i]!)),
    size,
  );
}

/** Σ (x − y)², in float64. */
export function squaredDistance(x: Float32Array, y: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i]! - y[i]!) ** 2;
  return sum;
}
