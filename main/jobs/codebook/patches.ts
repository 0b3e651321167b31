/** What each code draws: a map of nothing but that code is decoded, and the patch of its centre cell cut out. */
import type { Pictures } from '#app/records/common';
import { picturesOf } from '#main/recipes/pictures';
import type { Model } from '../model';
import type { TaskContext } from '../task';
import type { CodeShape } from './encoded';

/** K patches of (image height / map height) × (image width / map width) pixels. */
export async function patchesOf(model: Model, shape: CodeShape, { check }: TaskContext): Promise<Pictures> {
  const { size, places, height, width } = shape;
  const image = model.items.dataset.image;
  const codes = new Int32Array(size * places);
  for (let k = 0; k < size; k++) codes.fill(k, k * places, (k + 1) * places);
  const { y } = await model.forwards.using(check)('decode', { codes }, size);
  const [patchHeight, patchWidth] = [Math.floor(image.height / height), Math.floor(image.width / width)];
  const [top, left] = [Math.floor(height / 2) * patchHeight, Math.floor(width / 2) * patchWidth];
  return crop(picturesOf(y as Float32Array, image), top, left, patchHeight, patchWidth);
}

/** The same rectangle of every picture, in pixels. */
export function crop(whole: Pictures, top: number, left: number, height: number, width: number): Pictures {
  const { count, channels } = whole;
  const pixels = new Uint8Array(count * height * width * channels);
  for (let i = 0; i < count; i++)
    for (let row = 0; row < height; row++) {
      const from = ((i * whole.height + top + row) * whole.width + left) * channels;
      pixels.set(whole.pixels.subarray(from, from + width * channels), (i * height + row) * width * channels);
    }
  return { count, height, width, channels, pixels };
}
