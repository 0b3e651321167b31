/** A split scored by a detector, opened for looking: how unlike normal each item is, and where it is off. */
import { z } from 'zod';
import { pictures, split, typedArray } from './common';
import { item } from './dataset';

export const anomalies = z.object({
  step: z.int(),
  split,
  /** What a score is: its name, and whether it is an error or nats. */
  score: z.object({ title: z.string(), unit: z.enum(['mean squared error', 'nats']) }),
  classes: z.array(z.string()),
  /** Numbers of the classes that are normal; empty where nothing is known to be. */
  normal: z.array(z.int()),
  /** Whether anomalies may have been among the items trained on. */
  contaminated: z.boolean(),
  /** float32 [n], the higher the less normal; items by their number in the data set, uint32 [n]; int32 [n], −1 = none. */
  scores: typedArray.float32,
  indices: typedArray.uint32,
  labels: typedArray.int32,
  /** Of the normal items of the validation split, ascending: what a quantile of normal items is taken from. */
  normalScores: typedArray.float32,
  /** The quantile that the run was set to, and the score it lies at. */
  quantile: z.number(),
  threshold: z.number(),
  /** Names of the columns of a table; undefined for pictures. */
  columns: z.array(z.string()).optional(),
  /** Of pictures: the error that is drawn brightest, the same for all of them. */
  errorScale: z.number().optional(),
});
export type Anomalies = z.infer<typeof anomalies>;

/** One column of a row: what it holds, what came back, and its share of the score. */
export const cell = z.object({ value: z.string(), expected: z.string(), share: z.number() });
export type Cell = z.infer<typeof cell>;

export const anomalyItems = z.object({
  items: z.array(item),
  /** Of pictures, in the order asked for. */
  pictures: z.object({ input: pictures, output: pictures, error: pictures }).optional(),
  /** Of rows: [n][columns]. */
  rows: z.array(z.array(cell)).optional(),
});
export type AnomalyItems = z.infer<typeof anomalyItems>;
