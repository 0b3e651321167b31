/** What a recipe is told of the data before it sees any: enough to lay out a network, nothing of single items. */
import { PretextError } from '#app/contract';
import type { Modality } from '#app/records/dataset';

/** A class of the labels, which stand for nothing in training but which items a one-class recipe learns from. */
export interface ClassSpec {
  name: string;
  trainCount: number;
}

interface Counts {
  trainCount: number;
  validationCount: number;
  /** In order of the labels' numbers; left out or empty where there are no labels. */
  classes?: readonly ClassSpec[];
}

/** A batch is x: float32 [n, channels, height, width] in [0, 1]. */
export interface ImageSpec extends Counts {
  modality: 'image';
  height: number;
  width: number;
  channels: 1 | 3;
  /** Variance of the training pixels, in [0, 1]² units: VQ-VAE divides the reconstruction term by it. */
  variance: number;
}

/** A column of a table as it stands in x: a number takes one place, a category one for each of its words. */
export interface ColumnSpec {
  name: string;
  kind: 'number' | 'category';
  /** Places in x. */
  width: number;
  /** What each place of a category stands for. */
  words?: readonly string[];
  /** Of numbers: what they were standardised by, and the smallest of all rows in the column's own units. */
  scale?: { mean: number; std: number; least: number };
}

/** A batch is x: float32 [n, features]; numbers standardised by the training rows, missing = 0, categories one-hot. */
export interface TableSpec extends Counts {
  modality: 'table';
  /** Places in x: the sum of the columns' widths. */
  features: number;
  columns: readonly ColumnSpec[];
}

export type DataSpec = ImageSpec | TableSpec;

/** Shape of one item: [channels, height, width] or [features]. */
export const shapeOf = (data: DataSpec): number[] =>
  data.modality === 'image' ? [data.channels, data.height, data.width] : [data.features];

/** Numbers in one item. */
export const sizeOf = (data: DataSpec): number => shapeOf(data).reduce((size, dim) => size * dim, 1);

/** @throws PretextError where the data is not pictures; who: the recipe */
export function imagesFor(who: string, data: DataSpec): ImageSpec {
  if (data.modality === 'image') return data;
  throw unfit(who, 'image', data);
}

/** @throws PretextError where the data is not a table; who: the recipe */
export function tableFor(who: string, data: DataSpec): TableSpec {
  if (data.modality === 'table') return data;
  throw unfit(who, 'table', data);
}

const unfit = (who: string, needed: Modality, { modality }: DataSpec): PretextError =>
  new PretextError(`${who}: learns from ${needed} data, got ${modality} data`, {
    kind: 'usage',
    advice: 'Choose another data set or recipe.',
  });
