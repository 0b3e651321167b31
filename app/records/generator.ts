/** Samples of a generator: the pictures, the numbers they were drawn from, and the training items nearest to them. */
import { z } from 'zod';
import { pictures, typedArray } from './common';
import { item } from './dataset';

/** What can be done with a generator beside drawing from it. */
export const generator = z.object({
  step: z.int(),
  /** Normal numbers that a sample is made of; 0 where it is drawn in another way, and has no temperature. */
  size: z.int(),
  /** Whether distances to training items can be taken in the run's own features. */
  hasFeatures: z.boolean(),
});
export type Generator = z.infer<typeof generator>;

/** How samples are drawn: the same words give the same samples. */
export const draw = z.object({
  seed: z.int().min(0),
  count: z.int().min(1).max(256),
  /** The standard deviation of the normal numbers: 1 is what was trained on, less is safer and more alike. */
  temperature: z.number().min(0).max(3).optional(),
  /** Numbers farther out than this many deviations are drawn again; left out: none are. */
  truncation: z.number().min(0.1).max(6).optional(),
});
export type Draw = z.input<typeof draw>;

export const samples = z.object({
  step: z.int(),
  pictures,
  /** float32 [n, size] where samples are made of normal numbers. */
  codes: typedArray.float32.optional(),
  milliseconds: z.number(),
});
export type Samples = z.infer<typeof samples>;

export const nearSpace = z.enum(['pixels', 'features']);
export type NearSpace = z.infer<typeof nearSpace>;

/** The nearest of all training items to each sample by Euclidean distance, and how near training items lie to each other. */
export const nearItems = z.object({
  items: z.array(item),
  pictures,
  /** float32 [n] */
  distances: typedArray.float32,
  compared: z.int(),
  /** Median distance of a validation item to its nearest training item: what is usual for an item that is not copied. */
  usual: z.number(),
});
export type NearItems = z.infer<typeof nearItems>;
