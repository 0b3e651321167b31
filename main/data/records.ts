/** Reads the items of a data set from its blobs by position: memory holds labels and splits, never all items. */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { PretextError } from '#app/contract';
import type { Split } from '#app/records/common';
import { codeOf, whyUnreadable } from './failures';
import { splitNumber } from './split';

/** Where items of one length lie. `items`, `labels`, `splits`: hashes of blobs in `objects`. */
export interface RecordsPlace {
  objects: string;
  /** Of the data set, for messages. */
  name: string;
  count: number;
  /** Bytes of one item. */
  itemBytes: number;
  blobs: { items: string; labels: string; splits: string; factors?: string | undefined };
  /** Numbers in each item's row of `factors`. */
  factors?: number;
}

const advice = 'Import the data set again: that writes the file anew and keeps the runs made from it.';

/** Throws PretextError where a blob is missing or has the wrong length. Their content is checked by `verify`. */
export class Records {
  readonly count: number;
  /** int32 [n], −1 where there is none. */
  readonly labels: Int32Array;
  readonly #place: RecordsPlace;
  /** 0 train, 1 validation, 2 test; [n]. */
  readonly splits: Uint8Array;
  readonly #indices = new Map<Split, Uint32Array>();
  #file: number | undefined; // descriptor

  constructor(place: RecordsPlace) {
    const { name, count, itemBytes, blobs } = place;
    this.#place = place;
    this.count = count;
    this.labels = integers(whole(this.#path(blobs.labels), count * 4, name));
    this.splits = whole(this.#path(blobs.splits), count, name);
    this.#file = opened(this.#path(blobs.items), count * itemBytes, name);
  }

  #path(hash: string): string {
    return join(this.#place.objects, hash);
  }

  /** The items of a split in order. */
  indices(split: Split): Uint32Array {
    const known = this.#indices.get(split);
    if (known) return known;
    const number = splitNumber(split);
    const indices = new Uint32Array(this.splits.reduce((sum, value) => sum + Number(value === number), 0));
    let at = 0;
    this.splits.forEach((value, i) => {
      if (value === number) indices[at++] = i;
    });
    this.#indices.set(split, indices);
    return indices;
  }

  /** int32 [n, f]; undefined where no factors are known. Read anew each time: few ask, and once. */
  factors(): Int32Array | undefined {
    const { blobs, factors = 0, count, name } = this.#place;
    return blobs.factors === undefined
      ? undefined
      : integers(whole(this.#path(blobs.factors), count * factors * 4, name));
  }

  /** The items' bytes one after the other. Throws where an index lies outside the data set. */
  readBytes(indices: ArrayLike<number>): Uint8Array<ArrayBuffer> {
    const size = this.#place.itemBytes;
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

  /** Reads all blobs and compares their hashes. Throws PretextError naming the file that is not what it was. */
  async verify(check: () => void = () => undefined): Promise<void> {
    const { name, blobs } = this.#place;
    for (const hash of Object.values(blobs)) {
      if (hash === undefined) continue;
      const path = this.#path(hash);
      const sum = createHash('sha256');
      try {
        for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
          check();
          sum.update(chunk as Buffer);
        }
      } catch (error) {
        if (codeOf(error) === undefined) throw error; // from `check`
        throw unreadable(path, name, error);
      }
      if (sum.digest('hex') !== hash)
        throw new PretextError(
          `The data file ${path} of the data set ${name} is damaged: its content is no longer what was imported.`,
          { advice },
        );
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #legal(index: number | undefined): number {
    if (index === undefined || !Number.isInteger(index) || index < 0 || index >= this.count)
      throw new PretextError(`Item ${index} does not exist: the data set has items 0 to ${this.count - 1}.`, {
        kind: 'usage',
      });
    return index;
  }

  #fill(target: Uint8Array, position: number): void {
    if (this.#file === undefined) throw new Error('internal: items were read after close');
    for (let done = 0; done < target.length; ) {
      const read = readSync(this.#file, target, done, target.length - done, position + done);
      if (read === 0)
        throw new PretextError(
          `The data file ${this.#path(this.#place.blobs.items)} was cut short while it was open.`,
          { advice },
        );
      done += read;
    }
  }
}

const unreadable = (path: string, dataset: string, cause: unknown) =>
  new PretextError(`The data file ${path} of the data set ${dataset} ${whyUnreadable(cause)}.`, { advice, cause });

/** Little-endian int32, whatever the machine. */
function integers(bytes: Buffer): Int32Array {
  return Int32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readInt32LE(4 * i));
}

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
