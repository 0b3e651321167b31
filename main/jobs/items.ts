/** The items of a data set as jobs use them, pictures or rows: by split and position, and by training step. */
import { PretextError } from '#app/contract';
import type { Pictures, Split } from '#app/records/common';
import { type Dataset, type Factors, type ImageDataset, isImages, type TableDataset } from '#app/records/dataset';
import {
  type Batch,
  batches,
  batchesOf,
  isKept,
  openImages,
  openRows,
  type Readable,
  readObject,
  trainingOrder,
} from '#main/data';
import { type Stream, stream } from '#main/engine';
import type { ClassSpec, ColumnSpec, DataSpec } from '#main/recipes/recipe';

/** The variance is that of at most this many training items: it moves by under 1 % with more of them. */
const varianceItems = 4096;

export interface Items {
  readonly dataset: Dataset;
  /** int32 [n], −1 where there is none. */
  readonly labels: Int32Array;
  count(split: Split): number;
  /** Position in the data set of each item of a split. */
  indices(split: Split): Uint32Array;
  /** What a recipe is built for. */
  spec(): Promise<DataSpec>;
  /** What the items are known to be made from; values: int32 [n, f]. */
  factors(): (Factors & { values: Int32Array }) | undefined;
  /** The items at these positions of a split as a model takes them: float32 [n, c, h, w] in [0, 1], or [n, features]. */
  at(split: Split, positions: ArrayLike<number>): Promise<Float32Array>;
  /** Items by their number in the data set, as a model takes them. */
  read(indices: ArrayLike<number>): Promise<Float32Array>;
  /** Items by their number as they are shown. @throws PretextError for a table */
  pictures(indices: ArrayLike<number>): Promise<Pictures>;
  /** Items by their number as they are stored: float32 [n, kept columns], NaN = missing. @throws PretextError for images */
  values(indices: ArrayLike<number>): Promise<Float32Array>;
  batches(split: Split, size: number, limit?: number): AsyncIterable<Batch>;
  /** Items by their number in the data set, batch by batch. */
  chosen(indices: ArrayLike<number>, size: number): AsyncIterable<Batch>;
  /** Reads all of it once. @throws PretextError naming the file that is no longer what was imported */
  verify(check: () => void): Promise<void>;
  /** A whole file beside the items, such as an imported network, by its hash. */
  object(name: string): Promise<Uint8Array>;
  close(): void;
}

/** `like`: the data that a model was trained on, whose figures standardise the rows of another table. */
export function openItems(objects: string, dataset: Dataset, like: Dataset = dataset): Items {
  return isImages(dataset)
    ? imageItems(objects, dataset)
    : tableItems(objects, dataset, expectTable('The model', like));
}

function imageItems(objects: string, dataset: ImageDataset): Items {
  const reader = openImages(objects, dataset);
  const { height, width, channels } = dataset.image;
  return {
    ...commonItems(objects, dataset, reader),
    spec: async () => ({
      modality: 'image',
      height,
      width,
      channels,
      trainCount: reader.indices('train').length,
      validationCount: reader.indices('validation').length,
      classes: classesOf(dataset, reader),
      variance: await reader.variance('train', varianceItems),
    }),
    factors() {
      const values = reader.factors();
      return values && dataset.factors && { ...dataset.factors, values };
    },
    pictures: async (indices) => {
      const pixels = await reader.readBytes(indices);
      return { count: indices.length, height, width, channels, pixels };
    },
    values: async () => {
      throw unfit('values', 'table', dataset);
    },
  };
}

function tableItems(objects: string, dataset: TableDataset, { table }: TableDataset): Items {
  const reader = openRows(objects, dataset, table);
  const columns = table.columns.filter(isKept).map(({ name, kind, words, training, range }): ColumnSpec => {
    if (kind !== 'number') return { name, kind: 'category', width: words!.length, words: words! };
    return { name, kind, width: 1, ...(training && range && { scale: { ...training, least: range.min } }) };
  });
  return {
    ...commonItems(objects, dataset, reader),
    spec: async () => ({
      modality: 'table',
      features: table.features,
      columns,
      trainCount: reader.indices('train').length,
      validationCount: reader.indices('validation').length,
      classes: classesOf(dataset, reader),
    }),
    factors: () => undefined,
    pictures: async () => {
      throw unfit('pictures', 'image', dataset);
    },
    values: async (indices) => reader.readValues(indices),
  };
}

function classesOf({ classes }: Dataset, reader: Readable): ClassSpec[] {
  const counts = new Uint32Array(classes.length);
  for (const index of reader.indices('train')) if (reader.labels[index]! >= 0) counts[reader.labels[index]!]!++;
  return classes.map((name, label) => ({ name, trainCount: counts[label]! }));
}

type Reader = Readable & { verify(check?: () => void): Promise<void>; close(): void };

const commonItems = (objects: string, dataset: Dataset, reader: Reader) => ({
  dataset,
  labels: reader.labels,
  count: (split: Split) => reader.indices(split).length,
  indices: (split: Split) => reader.indices(split),
  at: (split: Split, positions: ArrayLike<number>) =>
    reader.read(Uint32Array.from(positions, (i) => reader.indices(split)[i]!)),
  read: (indices: ArrayLike<number>) => reader.read(indices),
  batches: (split: Split, size: number, limit?: number) => batches(reader, split, size, limit),
  chosen: (indices: ArrayLike<number>, size: number) => batchesOf(reader, Uint32Array.from(indices), size),
  verify: (check: () => void) => reader.verify(check),
  object: (name: string) => readObject(objects, name),
  close: () => reader.close(),
});

/**
 * The training items that a run learns from: all of them, or those with one of `labels` alone; a share `others` of them
 * is then drawn from the other labels, the same ones in every run.
 *
 * @throws PretextError where none has such a label
 */
export function trainingItems(items: Items, labels?: readonly number[], others = 0): Uint32Array {
  const all = items.indices('train');
  if (!labels) return all;
  const wanted = new Set(labels);
  const chosen = all.filter((index) => wanted.has(items.labels[index]!));
  if (chosen.length > 0) return withOthers(items, chosen, wanted, others);
  const { name, classes } = items.dataset;
  throw new PretextError(
    `${name}: the train split must hold items of ${labels.map((label) => classes[label] ?? label).join(', ')}, got none`,
    { kind: 'usage', advice: `Its classes are: ${classes.join(', ') || 'none'}.` },
  );
}

/** Of fewer others than the share asks for all are taken. */
function withOthers(items: Items, chosen: Uint32Array, wanted: ReadonlySet<number>, share: number): Uint32Array {
  if (share === 0) return chosen;
  const rest = items.indices('train').filter((index) => items.labels[index]! >= 0 && !wanted.has(items.labels[index]!));
  const count = Math.min(rest.length, Math.round((chosen.length * share) / (1 - share)));
  const drawn = stream(0).split('others').permutation(rest.length).slice(0, count);
  return Uint32Array.from([...chosen, ...Array.from(drawn, (i) => rest[i]!)]);
}

/** The validation items that figures are averaged over: those with one of `labels` where there are any, else all. */
export function validationItems(items: Items, labels?: readonly number[]): Uint32Array {
  const all = items.indices('validation');
  const wanted = labels && new Set(labels);
  const chosen = wanted ? all.filter((index) => wanted.has(items.labels[index]!)) : all;
  return chosen.length > 0 ? chosen : all;
}

/** The batch of each training step, [batchSize, …item]: a function of seed and step alone. */
export function trainingBatches(
  items: Items,
  seed: number,
  batchSize: number,
  labels?: readonly number[],
  others?: number,
): (step: number) => Promise<Float32Array> {
  const order = stream(seed).split('order');
  const chosen = trainingItems(items, labels, others);
  const at = trainingOrder(chosen, batchSize, (epoch, n) => order.split(epoch).permutation(n));
  return (step) => items.read(at(step));
}

/** `count` different training items drawn by chance, fewer where there are not so many; [n, …item]. */
export function drawnItems(
  items: Items,
  count: number,
  random: Stream,
  labels?: readonly number[],
  others?: number,
): Promise<Float32Array> {
  const all = trainingItems(items, labels, others);
  const chosen = random.permutation(all.length).slice(0, count);
  return items.read(chosen.map((i) => all[i]!));
}

/** Throws where a model that was made for one kind of item is given another. */
export function expectSameKind(who: string, data: Dataset, trained: Dataset): void {
  if (isImages(trained)) expectSize(who, expectImages(who, data), trained);
  else expectColumns(who, expectTable(who, data), trained);
}

function expectSize(who: string, data: ImageDataset, trained: ImageDataset): void {
  const [a, b] = [data.image, trained.image];
  if (a.height === b.height && a.width === b.width && a.channels === b.channels) return;
  const show = ({ height, width, channels }: ImageDataset['image']) => `${width}×${height}×${channels}`;
  throw new PretextError(`${who}: the data must have pictures of ${show(b)} like those of the run, got ${show(a)}`, {
    advice: `Import the data again with --size ${b.height}, or choose another data set.`,
  });
}

function expectColumns(who: string, data: TableDataset, trained: TableDataset): void {
  const own = new Map(data.table.columns.filter(isKept).map((column) => [column.name, column.kind]));
  const wrong = trained.table.columns.filter(isKept).find(({ name, kind }) => own.get(name) !== kind);
  if (!wrong) return;
  const got = data.table.columns.find(({ name }) => name === wrong.name)?.kind ?? 'none of this name';
  throw new PretextError(`${who}: the data must have the column “${wrong.name}” as a ${wrong.kind}, got ${got}`, {
    kind: 'usage',
    advice: `Import it again with --column "${wrong.name}=${wrong.kind}", or choose another data set.`,
  });
}

/** @throws PretextError where the data is not pictures; who: what needs them */
export function expectImages(who: string, dataset: Dataset): ImageDataset {
  if (dataset.modality === 'image') return dataset;
  throw unfit(who, 'image', dataset);
}

/** @throws PretextError where the data is not a table; who: what needs it */
export function expectTable(who: string, dataset: Dataset): TableDataset {
  if (dataset.modality === 'table') return dataset;
  throw unfit(who, 'table', dataset);
}

const unfit = (who: string, needed: Dataset['modality'], { name, modality }: Dataset): PretextError =>
  new PretextError(`${who}: needs ${needed} data, but ${name} holds ${modality} data`, {
    kind: 'usage',
    advice: 'Choose another data set.',
  });
