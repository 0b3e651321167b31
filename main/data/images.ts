/** Pictures of a data set, as bytes to show and as values for networks. */
import type { Split } from '#app/records/common';
import type { ImageDataset } from '#app/records/dataset';
import { spread } from './ordered';
import { planes } from './planes';
import { Records } from './records';

/** The pictures of one data set. Letters: n items, c channels, h height, w width. */
export interface ImageReader {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** int32 [n], −1 where there is none. */
  readonly labels: Int32Array;
  /** The items of a split in order, uint32. */
  indices(split: Split): Uint32Array;
  /** Int32 [n, f]; undefined where no factors are known. */
  factors(): Int32Array | undefined;
  /** Float32 [n, c, h, w] in [0, 1]. Throws where an index lies outside the data set. */
  read(indices: ArrayLike<number>): Promise<Float32Array>;
  /** Uint8 [n, h, w, c], as stored. */
  readBytes(indices: ArrayLike<number>): Promise<Uint8Array>;
  /** Variance of all pixel values in [0, 1]² units, over at most `sampleLimit` items spread over the split. */
  variance(split: Split, sampleLimit: number): Promise<number>;
  /** Reads all blobs and compares their hashes. Throws PretextError naming the file that is not what it was. */
  verify(check?: () => void): Promise<void>;
  close(): void;
}

/** Throws PretextError where a blob is missing or has the wrong length. Their content is checked by `verify`. */
export function openImages(objects: string, { name, count, image, factors, blobs }: ImageDataset): ImageReader {
  const { height, width, channels } = image;
  const { pixels, labels, splits } = blobs;
  const records = new Records({
    ...{ objects, name, count, itemBytes: height * width * channels },
    blobs: { items: pixels, labels, splits, factors: blobs.factors },
    factors: factors?.names.length ?? 0,
  });
  const readBytes = async (indices: ArrayLike<number>) => records.readBytes(indices);
  return {
    ...{ count, height, width, channels, readBytes, labels: records.labels },
    indices: (split) => records.indices(split),
    factors: () => records.factors(),
    read: async (indices) => planes(records.readBytes(indices), { height, width, channels }),
    async variance(split, sampleLimit) {
      const items = spread(records.indices(split), sampleLimit);
      let [sum, squares, n] = [0, 0, 0]; // whole numbers below 2⁵³: exact
      for (let from = 0; from < items.length; from += 256) {
        for (const value of records.readBytes(items.slice(from, from + 256))) {
          sum += value;
          squares += value * value;
          n++;
        }
      }
      return n === 0 ? 0 : (squares - (sum / n) * sum) / n / 255 ** 2;
    },
    verify: (check) => records.verify(check),
    close: () => records.close(),
  };
}

/** Items that can be read by position, whatever they are. */
export interface Readable {
  readonly labels: Int32Array;
  indices(split: Split): Uint32Array;
  read(indices: ArrayLike<number>): Promise<Float32Array>;
}

/** One batch in order of the split. x: float32 [n, …item], n ≤ batchSize; labels: int32 [n]. */
export interface Batch {
  x: Float32Array;
  labels: Int32Array;
  indices: Uint32Array;
}

/** All items of a split (or its first `limit`) in order, batch by batch; the last may be smaller. */
export function batches(
  reader: Readable,
  split: Split,
  batchSize: number,
  limit: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<Batch> {
  const items = reader.indices(split);
  return batchesOf(reader, items.subarray(0, Math.min(items.length, limit)), batchSize);
}

/** These items in this order, batch by batch. items: numbers in the data set; throws where one lies outside it. */
export async function* batchesOf(reader: Readable, items: Uint32Array, batchSize: number): AsyncGenerator<Batch> {
  for (let from = 0; from < items.length; from += batchSize) {
    const indices = items.slice(from, from + batchSize);
    yield { x: await reader.read(indices), labels: Int32Array.from(indices, (i) => reader.labels[i]!), indices };
  }
}
