/** What is known of each column of a table: what it is taken for, why, and how its values are spread. */
import { z } from 'zod';
import { split, typedArray } from './common';

/** `skipped` columns are kept out of the data set; the label column is what evaluations compare with. */
export const columnKind = z.enum(['number', 'category', 'label', 'skipped']);
export type ColumnKind = z.infer<typeof columnKind>;

export const column = z.object({
  name: z.string(),
  kind: columnKind,
  /** Why it is taken for that, as a sentence. */
  reason: z.string(),
  /** Cells without a usable value. */
  missing: z.int(),
  /** Of numbers: over all rows with a value. */
  range: z.object({ min: z.number(), max: z.number() }).optional(),
  /** Of numbers: over the training rows alone, which is what values are standardised by. */
  training: z.object({ mean: z.number(), std: z.number() }).optional(),
  /** The words of a category, most frequent first, or of the label in natural order. */
  words: z.array(z.string()).optional(),
  /** Rows in each of up to 32 equal steps from min to max, or of each word. */
  histogram: z.array(z.int()),
});
export type Column = z.infer<typeof column>;

/** A column as it looks before the import, from the first rows. */
export const foundColumn = column.omit({ training: true, histogram: true }).extend({
  /** A few values as the file writes them, all different. */
  examples: z.array(z.string()),
});
export type FoundColumn = z.infer<typeof foundColumn>;

export const table = z.object({
  columns: z.array(column),
  /** Numbers that a model is given for one row: one for a number, one for each word of a category. */
  features: z.int(),
});
export type Table = z.infer<typeof table>;

/** What must hold of one column, by its position among all columns of the table. */
export const columnFilter = z.object({
  column: z.int().min(0),
  /** Numbers: both ends belong to it. */
  from: z.number().optional(),
  to: z.number().optional(),
  /** Categories: positions among the column's words. */
  words: z.array(z.int().min(0)).optional(),
  missing: z.boolean().optional(),
});
export type ColumnFilter = z.infer<typeof columnFilter>;

/** Which rows of a table; all of it must hold. */
export const rowFilter = z.object({
  /** A word of a category or class that contains it, a number that equals it, or the number of a row, counted from 1. */
  text: z.string().optional(),
  /** −1: those without a label. */
  label: z.int().optional(),
  split: split.optional(),
  columns: z.array(columnFilter).optional(),
  /** Rows with the same values as another. */
  duplicates: z.boolean().optional(),
  /** Rows with a value missing anywhere. */
  missing: z.boolean().optional(),
});
export type RowFilter = z.infer<typeof rowFilter>;

export const rowSort = z.object({
  by: z.union([z.literal('label'), z.literal('split'), z.int().min(0)]),
  descending: z.boolean().optional(),
});
export type RowSort = z.infer<typeof rowSort>;

/** Some of the rows that fit. values: float32 [rows, kept columns] as stored, NaN = missing. */
export const rowPage = z.object({
  total: z.int(),
  rows: z.array(z.object({ index: z.int(), label: z.int(), split })),
  values: typedArray.float32,
});
export type RowPage = z.infer<typeof rowPage>;

/** How the rows that fit are spread. */
export const rowFigures = z.object({
  total: z.int(),
  /** Of each column, in the bins of its own `histogram`. */
  histograms: z.array(z.array(z.int())),
  /** counts[class][split]; the last row counts those without a label. */
  counts: z.array(z.array(z.int())),
});
export type RowFigures = z.infer<typeof rowFigures>;
