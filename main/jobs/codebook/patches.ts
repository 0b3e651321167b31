/**
 * What each code draws: the mean of what the decoder puts into the cells where the code stands, over real maps. A code
 * alone says little: a decoder sees each code among its neighbours, and a map of one code only is like no item.
 */
import type { Pictures } from '#app/records/common';
import { expectImages } from '../items';
import type { Model } from '../model';
import type { TaskContext } from '../task';
import { type CodeShape, otherLevelOf } from './encoded';

/** Enough for a few hundred places a code; decoding them takes well under a second. */
const items = 1000;

/**
 * codes: int32 [n, places], of a split in its order; indices: those items' numbers in the data set. K patches of (image height / map height) × (image width / map width) pixels. A code that
 * stands nowhere is decoded alone, and the centre cell cut out.
 */
export async function patchesOf(
  model: Model,
  shape: CodeShape,
  { codes, indices }: { codes: Int32Array; indices: Uint32Array },
  context: TaskContext,
): Promise<Pictures> {
  const { size, places, width } = shape;
  const sheet = new PatchSheet(model, shape);
  const total = codes.length / places;
  const batch = model.system.batchSize;
  const step = Math.max(1, Math.floor(total / items));
  const chosen = Array.from({ length: Math.ceil(total / step) }, (_, i) => i * step).slice(0, items);
  const decode = async (maps: Int32Array, items: number[]) => {
    const feeds = { [shape.map]: maps, ...(await otherLevelOf(model, shape, items, context)) };
    return (await model.forwards.using(context.check)('decode', feeds, items.length))['y'] as Float32Array;
  };

  for (let from = 0; from < chosen.length; from += batch) {
    const part = chosen.slice(from, from + batch);
    const maps = new Int32Array(part.length * places);
    part.forEach((item, i) => maps.set(codes.subarray(item * places, (item + 1) * places), i * places));
    const y = await decode(
      maps,
      part.map((item) => indices[item]!),
    );
    for (let at = 0; at < maps.length; at++) sheet.add(maps[at]!, y, Math.floor(at / places), at % places);
  }
  const centre = Math.floor(shape.height / 2) * width + Math.floor(width / 2);
  const unseen = Array.from({ length: size }, (_, code) => code).filter((code) => !sheet.has(code));
  for (let from = 0; from < unseen.length; from += batch) {
    const part = unseen.slice(from, from + batch);
    const y = await decode(
      Int32Array.from({ length: part.length * places }, (_, i) => part[Math.floor(i / places)]!),
      part.map(() => indices[0]!),
    );
    part.forEach((code, i) => sheet.add(code, y, i, centre));
  }
  return sheet.pictures();
}

/** Sums of patches by code. Pictures come as [n, c, h, w] in [0, 1]; patches leave as bytes [K, h, w, c]. */
class PatchSheet {
  readonly #counts: Uint32Array;
  readonly #sums: Float64Array;
  readonly #image: { height: number; width: number; channels: 1 | 3 };
  readonly #map: CodeShape;
  readonly #height: number;
  readonly #width: number;

  constructor(model: Model, map: CodeShape) {
    this.#image = expectImages('codebook', model.items.dataset).image;
    this.#map = map;
    this.#height = Math.floor(this.#image.height / map.height);
    this.#width = Math.floor(this.#image.width / map.width);
    this.#counts = new Uint32Array(map.size);
    this.#sums = new Float64Array(map.size * this.#height * this.#width * this.#image.channels);
  }

  has(code: number): boolean {
    return this.#counts[code]! > 0;
  }

  add(code: number, y: Float32Array, item: number, place: number): void {
    const { height, width, channels } = this.#image;
    const top = Math.floor(place / this.#map.width) * this.#height;
    const left = (place % this.#map.width) * this.#width;
    let to = code * this.#height * this.#width * channels;
    for (let row = 0; row < this.#height; row++)
      for (let column = 0; column < this.#width; column++)
        for (let channel = 0; channel < channels; channel++)
          this.#sums[to++]! += y[((item * channels + channel) * height + top + row) * width + left + column]!;
    this.#counts[code]!++;
  }

  pictures(): Pictures {
    const size = this.#height * this.#width * this.#image.channels;
    const pixels = Uint8Array.from(this.#sums, (sum, at) => {
      const value = sum / this.#counts[Math.floor(at / size)]!;
      return Math.round(255 * Math.min(1, Math.max(0, value)));
    });
    const { channels } = this.#image;
    return { count: this.#map.size, height: this.#height, width: this.#width, channels, pixels };
  }
}
