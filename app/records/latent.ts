/** The space of a run's codes opened for looking: what each dimension spans, how much it says, and what it changes. */
import { z } from 'zod';
import { pictures, split, typedArray } from './common';
import { item } from './dataset';

/** Numbers that slide, bits that are there or not, one of k classes. */
export const codeKind = z.enum(['numbers', 'bits', 'classes']);
export type CodeKind = z.infer<typeof codeKind>;

/** What each of k classes stands for, beside the labels of the items that chose it, which took no part in training. */
export const prototypes = z.object({
  pictures,
  /** Items of the split in each class: uint32 [k]. */
  counts: typedArray.uint32,
  /** The most frequent label, −1 where no item with a label chose the class: int32 [k]; and the share it has. [k] */
  majority: typedArray.int32,
  purity: typedArray.float32,
});
export type Prototypes = z.infer<typeof prototypes>;

export const latentSpace = z.object({
  step: z.int(),
  kind: codeKind,
  /** Numbers in a code, d. */
  size: z.int(),
  /** Items whose codes are the figures below: all of the split. */
  split,
  items: z.int(),
  /** The data itself is meant to look like N(0, 1) in each dimension: the prior of a variational model. */
  hasPrior: z.boolean(),
  /** Of each dimension over the items: float32 [d]. */
  mean: typedArray.float32,
  std: typedArray.float32,
  low: typedArray.float32,
  high: typedArray.float32,
  /** KL divergence from the prior in nats, mean over the items; of variational models only. [d] */
  kl: typedArray.float32.optional(),
  /** Mean absolute change of a pixel, in [0, 1], along the dimension's range with the others at their means. [d] */
  change: typedArray.float32,
  /** Mean squared error of a pixel of the decoded codes, in [0, 1]². */
  error: z.number(),
  /** Mutual information of each dimension with each known factor over the factor's entropy, in [0, 1]: [d, f]. */
  factors: z
    .object({ names: z.array(z.string()), items: z.int(), information: typedArray.float32, mig: z.number() })
    .optional(),
  prototypes: prototypes.optional(),
});
export type LatentSpace = z.infer<typeof latentSpace>;

/** Items with their codes: float32 [n, d], as pictures and as they are decoded. */
export const encodedItems = z.object({
  items: z.array(item),
  codes: typedArray.float32,
  originals: pictures,
  decoded: pictures,
});
export type EncodedItems = z.infer<typeof encodedItems>;
