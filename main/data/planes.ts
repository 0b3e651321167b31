/** From pixels as they are stored to values as networks take them. */
import type { Shape } from './source';

/** Bytes [n, h, w, c] as values [n, c, h, w] in [0, 1]. */
export function planes(bytes: Uint8Array, { height, width, channels: c }: Shape): Float32Array {
  const values = new Float32Array(bytes.length);
  const area = height * width;
  for (let item = 0; item < bytes.length; item += c * area)
    for (let channel = 0; channel < c; channel++)
      for (let p = 0; p < area; p++) values[item + channel * area + p] = bytes[item + p * c + channel]! / 255;
  return values;
}
