/** Reads prepared pictures from the blobs of a data set, by position: memory holds labels and splits, never all pixels. */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { PretextError } from '#app/contract';
import type { Split } from '#app/records/common';
import type { Dataset } from '#app/records/dataset';
import { codeOf, whyUnreadable } from './failures';
import { spread } from './ordered';
import { planes } from './planes';
import { splitNumber } from './split';

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
export function openImages(objects: string, dataset: Dataset): ImageReader {
  return new BlobImages(objects, dataset);
}

class BlobImages implements ImageReader {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly labels: Int32Array;
  readonly #splits: Uint8Array;
  readonly #indices = new Map<Split, Uint32Array>();
  readonly #name: string;
  readonly #files: { path: string; hash: string }[];
  readonly #itemBytes: number;
  #pixels: number | undefined; // file descriptor

  constructor(objects: string, { name, count, image, blobs }: Dataset) {
    this.#name = name;
    this.count = count;
    this.height = image.height;
    this.width = image.width;
    this.channels = image.channels;
    this.#itemBytes = image.height * image.width * image.channels;
    this.#files = [blobs.pixels, blobs.labels, blobs.splits].map((hash) => ({ path: join(objects, hash), hash }));
    const [pixels, labels, splits] = [blobs.pixels, blobs.labels, blobs.splits].map((hash) => join(objects, hash)) as [
      string,
      string,
      string,
    ];
    const bytes = whole(labels, count * 4, name);
    this.labels = Int32Array.from({ length: count }, (_, i) => bytes.readInt32LE(4 * i));
    this.#splits = whole(splits, count, name);
    this.#pixels = opened(pixels, count * this.#itemBytes, name);
  }

  indices(split: Split): Uint32Array {
    const known = this.#indices.get(split);
    if (known) return known;
    const number = splitNumber(split);
    const found: number[] = [];
    this.#splits.forEach((value, i) => {
      if (value === number) found.push(i);
    });
    const indices = Uint32Array.from(found);
    this.#indices.set(split, indices);
    return indices;
  }

  async read(indices: ArrayLike<number>): Promise<Float32Array> {
    return planes(await this.readBytes(indices), this);
  }

  async readBytes(indices: ArrayLike<number>): Promise<Uint8Array> {
    const size = this.#itemBytes;
    const bytes = new Uint8Array(indices.length * size);
    // Neighbours in the file are read at once. Reads are synchronous: microseconds from the system's cache.
    for (let i = 0; i < indices.length; ) {
      const from = this.#legal(indices[i]);
      let run = 1;
      while (i + run < indices.length && indices[i + run] === from + run && from + run < this.count) run++;
      this.#fill(bytes.subarray(i * size, (i + run) * size), from * size);
      i += run;
    }
    return bytes;
  }

  async variance(split: Split, sampleLimit: number): Promise<number> {
    const items = spread(this.indices(split), sampleLimit);
    let [sum, squares, n] = [0, 0, 0]; // whole numbers below 2⁵³: exact
    for (let from = 0; from < items.length; from += 256) {
      for (const value of await this.readBytes(items.slice(from, from + 256))) {
        sum += value;
        squares += value * value;
        n++;
      }
    }
    return n === 0 ? 0 : (squares - (sum / n) * sum) / n / 255 ** 2;
  }

  async verify(check: () => void = () => undefined): Promise<void> {
    for (const { path, hash } of this.#files) {
      const sum = createHash('sha256');
      try {
        for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
          check();
          sum.update(chunk as Buffer);
        }
      } catch (error) {
        if (codeOf(error) === undefined) throw error; // from `check`
        throw unreadable(path, this.#name, error);
      }
      if (sum.digest('hex') !== hash)
        throw new PretextError(
          `The data file ${path} of the data set ${this.#name} is damaged: its content is no longer what was imported.`,
          { advice },
        );
    }
  }

  close(): void {
    if (this.#pixels !== undefined) closeSync(this.#pixels);
    this.#pixels = undefined;
  }

  #legal(index: number | undefined): number {
    if (index === undefined || !Number.isInteger(index) || index < 0 || index >= this.count)
      throw new PretextError(`Item ${index} does not exist: the data set has items 0 to ${this.count - 1}.`, {
        kind: 'usage',
      });
    return index;
  }

  #fill(target: Uint8Array, position: number): void {
    if (this.#pixels === undefined) throw new Error('internal: images were read after close');
    for (let done = 0; done < target.length; ) {
      const read = readSync(this.#pixels, target, done, target.length - done, position + done);
      if (read === 0)
        throw new PretextError(`The data file ${this.#files[0]?.path} was cut short while it was open.`, { advice });
      done += read;
    }
  }
}

const advice = 'Import the data set again: that writes the file anew and keeps the runs made from it.';

const unreadable = (path: string, dataset: string, cause: unknown) =>
  new PretextError(`The data file ${path} of the data set ${dataset} ${whyUnreadable(cause)}.`, { advice, cause });

function opened(path: string, bytes: number, dataset: string): number {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw unreadable(path, dataset, error);
  }
  const { size } = fstatSync(file);
  if (size === bytes) return file;
  closeSync(file);
  throw new PretextError(
    `The data file ${path} of the data set ${dataset} has ${size} bytes where ${bytes} are needed.`,
    { advice },
  );
}

function whole(path: string, bytes: number, dataset: string): Buffer {
  const file = opened(path, bytes, dataset);
  try {
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** One batch in order of the split. x: float32 [n, c, h, w] in [0, 1], n ≤ batchSize; labels: int32 [n]. */
export interface Batch {
  x: Float32Array;
  labels: Int32Array;
  indices: Uint32Array;
}

/** All items of a split (or its first `limit`) in order, batch by batch; the last may be smaller. */
export function batches(
  reader: ImageReader,
  split: Split,
  batchSize: number,
  limit: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<Batch> {
  const items = reader.indices(split);
  return batchesOf(reader, items.subarray(0, Math.min(items.length, limit)), batchSize);
}

/** These items in this order, batch by batch. items: numbers in the data set; throws where one lies outside it. */
export async function* batchesOf(reader: ImageReader, items: Uint32Array, batchSize: number): AsyncGenerator<Batch> {
  for (let from = 0; from < items.length; from += batchSize) {
    const indices = items.slice(from, from + batchSize);
    yield { x: await reader.read(indices), labels: Int32Array.from(indices, (i) => reader.labels[i]!), indices };
  }
}
