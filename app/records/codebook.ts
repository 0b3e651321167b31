/** A trained codebook opened for looking: what each code draws, how often and where it fires. */
import { z } from 'zod';
import { pictures, split, typedArray } from './common';
import { item } from './dataset';

/** Which codes of a model of two levels: those of the detail, or those of the whole. Where there is one, it is the fine. */
export const codeLevel = z.enum(['fine', 'coarse']);
export type CodeLevel = z.infer<typeof codeLevel>;
const mapSize = z.object({ height: z.int(), width: z.int() });

export const codebook = z.object({
  step: z.int(),
  /** The level that this is of, and all that the model has. */
  level: codeLevel,
  levels: z.array(z.object({ level: codeLevel, map: mapSize })).min(1),
  /** K codes of `length` numbers; an item is a map of height × width codes. */
  size: z.int(),
  length: z.int(),
  map: mapSize,
  split,
  items: z.int(),
  /** Times each code was chosen in the split: uint32 [K]. */
  counts: typedArray.uint32,
  used: z.int(),
  /** exp(entropy) of the choices, and the entropy in bits. */
  perplexity: z.number(),
  entropyBits: z.number(),
  /** The most frequent code, its share of all choices, and the perplexity without it. */
  blank: z.object({ code: z.int(), share: z.number(), perplexity: z.number() }),
  /** What each code draws: the mean of what the decoder puts where it stands; a dead code decoded alone. [K, h, w, c] */
  patches: pictures,
  /** The codes in an order in which neighbours are alike: int32 [K]. */
  similarityOrder: typedArray.int32,
  /** The 8 nearest other codes of each by Euclidean distance, nearest first: int32 [K, 8]. */
  neighbours: typedArray.int32,
  /** The codes' first two principal components: float32 [K, 2], for the map view. */
  plane: typedArray.float32,
});
export type Codebook = z.infer<typeof codebook>;

/** Where one code fires. */
export const firing = z.object({
  code: z.int(),
  items: z.int(),
  places: z.int(),
  /** How often at each position of the map: uint32 [height · width]. */
  positions: typedArray.uint32,
  /** Share of the items of each class in which it fires, [classes]; empty without labels. */
  byClass: z.array(z.number()),
  /** One page of items, those in which it fires most often first; `cells` = map positions that fire. */
  page: z.array(z.object({ item, cells: z.array(z.int()) })),
  pictures,
});
export type Firing = z.infer<typeof firing>;

/** One item's code map with the picture it came from and what the decoder makes of it. */
export const codeMap = z.object({
  item,
  codes: typedArray.int32,
  original: pictures,
  decoded: pictures,
  mse: z.number(),
});
export type CodeMap = z.infer<typeof codeMap>;
