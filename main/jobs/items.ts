/** The items of a data set as jobs use them: by split and position, and by training step. */
import { PretextError } from '#app/contract';
import type { Pictures, Split } from '#app/records/common';
import type { Dataset } from '#app/records/dataset';
import { type Batch, batches, batchesOf, type ImageReader, openImages, readObject, trainingOrder } from '#main/data';
import { type Stream, stream } from '#main/engine';
import type { DataSpec } from '#main/recipes/recipe';

/** The variance is that of at most this many training items: it moves by under 1 % with more of them. */
const varianceItems = 4096;

export interface Items {
  readonly dataset: Dataset;
  readonly labels: Int32Array;
  count(split: Split): number;
  /** Position in the data set of each item of a split. */
  indices(split: Split): Uint32Array;
  /** What a recipe is built for. */
  spec(): Promise<DataSpec>;
  /** float32 [n, c, h, w] in [0, 1] of the items at these positions of a split. */
  pixels(split: Split, positions: ArrayLike<number>): Promise<Float32Array>;
  /** Items by their number in the data set, as they are shown and as a model takes them. */
  pictures(indices: ArrayLike<number>): Promise<Pictures>;
  read(indices: ArrayLike<number>): Promise<Float32Array>;
  batches(split: Split, size: number, limit?: number): AsyncIterable<Batch>;
  /** Items by their number in the data set, batch by batch. */
  chosen(indices: ArrayLike<number>, size: number): AsyncIterable<Batch>;
  /** Reads all of it once. @throws PretextError naming the file that is no longer what was imported */
  verify(check: () => void): Promise<void>;
  /** A whole file beside the items, such as an imported network, by its hash. */
  object(name: string): Promise<Uint8Array>;
  close(): void;
}

export function openItems(objects: string, dataset: Dataset): Items {
  const reader: ImageReader = openImages(objects, dataset);
  const { height, width, channels } = dataset.image;
  return {
    dataset,
    labels: reader.labels,
    count: (split) => reader.indices(split).length,
    indices: (split) => reader.indices(split),
    spec: async () => ({
      height,
      width,
      channels,
      trainCount: reader.indices('train').length,
      validationCount: reader.indices('validation').length,
      variance: await reader.variance('train', varianceItems),
    }),
    pixels: (split, positions) => reader.read(Uint32Array.from(positions, (i) => reader.indices(split)[i]!)),
    read: (indices) => reader.read(indices),
    pictures: async (indices) => {
      const pixels = await reader.readBytes(indices);
      return { count: indices.length, height, width, channels, pixels };
    },
    batches: (split, size, limit) => batches(reader, split, size, limit),
    chosen: (indices, size) => batchesOf(reader, Uint32Array.from(indices), size),
    verify: (check) => reader.verify(check),
    object: (name) => readObject(objects, name),
    close: () => reader.close(),
  };
}

/** The batch of each training step, [batchSize, c, h, w]: a function of seed and step alone. */
export function trainingBatches(
  items: Items,
  seed: number,
  batchSize: number,
): (step: number) => Promise<Float32Array> {
  const order = stream(seed).split('order');
  const at = trainingOrder(items.indices('train'), batchSize, (epoch, n) => order.split(epoch).permutation(n));
  return (step) => items.read(at(step));
}

/** `count` different training items drawn by chance, fewer where there are not so many; [n, c, h, w]. */
export function drawnItems(items: Items, count: number, random: Stream): Promise<Float32Array> {
  const all = items.indices('train');
  const chosen = random.permutation(all.length).slice(0, count);
  return items.read(chosen.map((i) => all[i]!));
}

/** Throws where a model that was made for one kind of picture is given another. */
export function expectSameKind(who: string, data: Dataset, trained: Dataset): void {
  const [a, b] = [data.image, trained.image];
  if (a.height === b.height && a.width === b.width && a.channels === b.channels) return;
  const show = ({ height, width, channels }: Dataset['image']) => `${width}×${height}×${channels}`;
  throw new PretextError(`${who}: the data must have pictures of ${show(b)} like those of the run, got ${show(a)}`, {
    advice: `Import the data again with --size ${b.height}, or choose another data set.`,
  });
}
