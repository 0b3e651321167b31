/** A data set as the project keeps it: immutable, hashed, prepared to one size; a change is a new version. */
import { z } from 'zod';
import { id, split, time } from './common';
import { columnKind, foundColumn, table } from './table';

export const modality = z.enum(['image', 'text', 'audio', 'table']);
export type Modality = z.infer<typeof modality>;

/** One thing that could not be used as it came. `item` is the position of the item it concerns, where one was kept. */
export const problem = z.object({
  file: z.string(),
  kind: z.enum(['unreadable', 'empty', 'duplicate', 'blank', 'unlabelled', 'skipped']),
  reason: z.string(),
  item: z.int().optional(),
});
export type Problem = z.infer<typeof problem>;
export type ProblemKind = Problem['kind'];

/** How files hold data: pictures in folders, archives, IDX and npz; tables in the others, and in npz as well. */
export const dataFormat = z.enum(['folder', 'idx', 'zip', 'sample', 'csv', 'jsonl', 'parquet', 'npz', 'arff']);
export type DataFormat = z.infer<typeof dataFormat>;

const anyDataset = {
  id,
  name: z.string(),
  version: z.int().min(1),
  format: dataFormat,
  sources: z.array(z.string()),
  count: z.int().min(0),
  /** Class names in order of their number; empty where the data has no labels. */
  classes: z.array(z.string()),
  splitCounts: z.object({ train: z.int(), validation: z.int(), test: z.int() }),
  problemCount: z.int(),
  /** SHA-256 of the prepared items, labels and splits: the same data gives the same hash on every machine. */
  hash: z.string(),
  bytes: z.int(),
  createdAt: time,
  archived: z.boolean(),
};

/** What pictures are known to be made from, where that is known: factor f of an item is one of `sizes[f]` values. */
export const factors = z.object({ names: z.array(z.string()), sizes: z.array(z.int().min(1)) });
export type Factors = z.infer<typeof factors>;

/**
 * Blobs are named by the SHA-256 of their bytes in `objects/`. labels: int32 [n], −1 = none; splits: uint8 [n].
 *
 * pixels: uint8 [n, h, w, c]; factors: int32 [n, f].
 */
export const imageDataset = z.object({
  ...anyDataset,
  modality: z.literal('image'),
  image: z.object({ height: z.int(), width: z.int(), channels: z.union([z.literal(1), z.literal(3)]) }),
  factors: factors.optional(),
  blobs: z.object({ pixels: z.string(), labels: z.string(), splits: z.string(), factors: z.string().optional() }),
});
export type ImageDataset = z.infer<typeof imageDataset>;

/** values: float32 [n, kept columns] as they came, NaN = missing, a category as its place among the column's words. */
export const tableDataset = z.object({
  ...anyDataset,
  modality: z.literal('table'),
  table,
  blobs: z.object({ values: z.string(), labels: z.string(), splits: z.string() }),
});
export type TableDataset = z.infer<typeof tableDataset>;

export const dataset = z.discriminatedUnion('modality', [imageDataset, tableDataset]);
export type Dataset = z.infer<typeof dataset>;

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** What an import finds out; the project adds the rest. */
export type NewDataset = Without<Dataset, 'id' | 'version' | 'createdAt' | 'archived'>;

export const isImages = (data: Dataset): data is ImageDataset => data.modality === 'image';
export const isTable = (data: Dataset): data is TableDataset => data.modality === 'table';

/** One item. `label` indexes `classes`; −1 where there is none. */
export const item = z.object({ index: z.int(), name: z.string(), label: z.int(), split });
export type Item = z.infer<typeof item>;

export const itemFilter = z.object({
  text: z.string().optional(),
  label: z.int().optional(),
  split: split.optional(),
  problems: z.boolean().optional(),
  /** Values of known factors of pictures, by name; all of them must hold. */
  factors: z.record(z.string(), z.int().min(0)).optional(),
});
export type ItemFilter = z.infer<typeof itemFilter>;

/** How to prepare what is imported. Left out: the size and colour of the data themselves (most frequent size). */
export const importOptions = z.object({
  name: z.string().min(1).max(80).optional(),
  as: dataFormat.exclude(['sample']).optional(),
  /** Side in pixels of the square that each picture is resized to (fit inside, centred on black). */
  size: z.int().min(4).max(512).optional(),
  channels: z.union([z.literal(1), z.literal(3)]).optional(),
  /** A CSV (`file,label`) that names the class of each picture, instead of the folder names. */
  labels: z.string().optional(),
  /** The column of a table, or the known factor of pictures, that says the class. */
  label: z.string().optional(),
  /** What columns of a table are, by name, where it is not what was found. */
  columns: z.record(z.string(), columnKind).optional(),
  /** The rows of a table are pictures of this size, pixel after pixel. */
  pixels: z.object({ height: z.int().min(1).max(512), width: z.int().min(1).max(512) }).optional(),
  /** Shares of the items; what is left over is train. */
  split: z.object({ validation: z.number().min(0).max(0.9), test: z.number().min(0).max(0.9) }).optional(),
  seed: z.int().min(0).optional(),
});
export type ImportOptions = z.infer<typeof importOptions>;

/** What a path looks like before it is imported. */
export const inspection = z.object({
  sources: z.array(z.string()),
  format: dataFormat,
  name: z.string(),
  files: z.int(),
  classes: z.array(z.string()),
  /** Size of the first pictures found, most frequent first. */
  sizes: z.array(z.object({ height: z.int(), width: z.int(), channels: z.int(), count: z.int() })),
  /** Of a table: what its first rows say of the columns. `rows`: how many were looked at; `all`: whether there are no more. */
  table: z.object({ columns: z.array(foundColumn), rows: z.int(), all: z.boolean() }).optional(),
  /** Of pictures: what they are known to be made from. */
  factors: factors.optional(),
  bytes: z.int(),
  notes: z.array(z.string()),
});
export type Inspection = z.infer<typeof inspection>;

export const sample = z.object({
  id: z.string(),
  name: z.string(),
  title: z.string(),
  summary: z.string(),
  count: z.int(),
  modality,
  recipe: z.string(),
  licence: z.string(),
});
export type Sample = z.infer<typeof sample>;
