/** What is known of each column of a table: what it is taken for, why, and how its values are spread. */
import { z } from 'zod';

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

export const table = z.object({
  columns: z.array(column),
  /** Numbers that a model is given for one row: one for a number, one for each word of a category. */
  features: z.int(),
});
export type Table = z.infer<typeof table>;
