/** A cloud of vectors opened for looking: which items, how they lie in the plane, and what is known of each of them. */
import { z } from 'zod';
import { split, typedArray } from './common';

/** `embed`: what the model makes of an item. `raw`: the item itself, pixels or the features of a row. */
export const vectorSource = z.enum(['embed', 'raw']);
export type VectorSource = z.infer<typeof vectorSource>;
export const cloudSplit = z.enum([...split.options, 'all']);
export type CloudSplit = z.infer<typeof cloudSplit>;

/** Rows of the cloud are its items in the order of `items`; n rows of d numbers. */
export const cloud = z.object({
  run: z.string(),
  step: z.int(),
  source: vectorSource,
  split: cloudSplit,
  count: z.int(),
  dimension: z.int(),
  /** Numbers of an item in each source there is. */
  dimensions: z.object({ embed: z.int().optional(), raw: z.int() }),
  /** Number of each item in the data set: uint32 [n]. */
  items: typedArray.uint32,
  /** int32 [n], −1 where there is none. */
  labels: typedArray.int32,
  /** Place in train, validation, test: uint8 [n]. */
  splits: typedArray.uint8,
  /** The first two principal components, exact: float32 [n, 2]; zeros where there is but one item or direction. */
  plane: typedArray.float32,
  /** Share of the variance along each of the two. */
  explained: z.array(z.number()).length(2),
  /** Share of the spread that laying this picture over the other one left; where `over` was given. */
  residual: z.number().optional(),
  /** Whether the model rebuilds items, so that each has an error. */
  rebuilds: z.boolean(),
});
export type Cloud = z.infer<typeof cloud>;

/** How a picture is made. Each starts from the first two principal components. */
export const layoutSettings = z.discriminatedUnion('method', [
  z.object({
    method: z.literal('tsne'),
    perplexity: z.number().min(2).max(200),
    steps: z.int().min(1).max(10_000),
  }),
  z.object({
    method: z.literal('umap'),
    neighbours: z.int().min(2).max(200),
    minDist: z.number().min(0).max(0.99),
    epochs: z.int().min(1).max(5000),
    /** Of the items that each item is pushed away from. */
    seed: z.int().min(0),
  }),
]);
export type LayoutSettings = z.infer<typeof layoutSettings>;

export const layout = z.object({
  /** float32 [n, 2] */
  positions: typedArray.float32,
  done: z.int(),
  total: z.int(),
  /** KL(P ‖ Q) in nats, of t-SNE. */
  divergence: z.number().optional(),
  residual: z.number().optional(),
  /** Seconds of this call: finding neighbours, and moving points; 0 where they were kept from before. */
  seconds: z.object({ neighbours: z.number(), layout: z.number() }),
});
export type Layout = z.infer<typeof layout>;

/** A picture on its way. */
export const layoutProgress = z.object({
  ticket: z.string(),
  positions: typedArray.float32,
  done: z.int(),
  total: z.int(),
  divergence: z.number().optional(),
});
export type LayoutProgress = z.infer<typeof layoutProgress>;

/** What points may be coloured by, beyond label and split. */
export const colouring = z.discriminatedUnion('by', [
  z.object({ by: z.literal('clusters'), k: z.int().min(2).max(64) }),
  z.object({ by: z.literal('loss') }),
  z.object({ by: z.literal('factor'), name: z.string() }),
  z.object({ by: z.literal('column'), name: z.string() }),
]);
export type Colouring = z.infer<typeof colouring>;

/** values: float32 [n], NaN where there is none; a place among `words` where these are given. */
export const colours = z.object({ values: typedArray.float32, words: z.array(z.string()).optional() });
export type Colours = z.infer<typeof colours>;

export const metric = z.enum(['cosine', 'euclidean']);
export type NeighbourMetric = z.infer<typeof metric>;

/** The nearest other rows, nearest first; `closeness`: cosine, or distance. */
export const nearestRows = z.object({ rows: typedArray.uint32, closeness: typedArray.float32 });
export type NearestRows = z.infer<typeof nearestRows>;

/** Figures of the space itself, and of the picture where its positions are given. */
export const spaceQuality = z.object({
  /** Items measured; what needs labels is fitted on half of the labelled ones and measured on the others. */
  sample: z.int(),
  fitted: z.int(),
  measured: z.int(),
  /** Cosine kNN and linear probe, and the share of the largest class. Left out without labels of two classes. */
  knn: z.object({ k: z.int(), accuracy: z.number() }).optional(),
  probe: z.number().optional(),
  chance: z.number().optional(),
  /** Mean squared distance on the unit sphere of two items of one class. */
  alignment: z.number().optional(),
  /** log mean exp(−2‖u − v‖²) over pairs on the unit sphere: lower is more even. */
  uniformity: z.number(),
  /** Directions in use, of `dimension`. */
  effectiveRank: z.number(),
  meanCosine: z.number(),
  trust: z.object({ trustworthiness: z.number(), continuity: z.number(), k: z.int(), sample: z.int() }).optional(),
});
export type SpaceQuality = z.infer<typeof spaceQuality>;
