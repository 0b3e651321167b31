/** What all engines of the bench are given alike: a network, its data, its start weights and its learning rate. */

import type { TrainOptions } from '#main/engine/compile';
import type { TypedArray } from '#main/engine/session/runtime';

/** The networks that models.ts and python/models.py write down for the other engines. */
export type ModelName = 'dense' | 'vqVae' | 'transformer' | 'simclr' | 'conv1d';

export interface Workload {
  /** With its sizes; one line of the report. */
  readonly title: string;
  readonly model: ModelName;
  /** What the network of another engine has to know besides the shapes of weights and data. */
  readonly settings: Readonly<Record<string, number | boolean>>;
  /** Items of one step; times are compared by item. */
  readonly batch: number;
  /** Of Adam (β₁ 0.9, β₂ 0.999, ε 1e-8, no decay, no clipping), the same in every engine. */
  readonly learningRate: number;
  /** The step as Pretext writes it. The names of its parameters are those that the other engines load. */
  readonly step: Pick<TrainOptions, 'inputs' | 'objective'>;
  /** One batch, the same for every engine and step. */
  feeds(): Record<string, TypedArray>;
  /** How Pretext goes through the batch; whole when left out. The loss is the same. */
  readonly pieces?: Pieces;
}

/** Parts of a batch that fit the cache of a core, with the mean of their gradients (measured 14 % faster for BERT). */
export interface Pieces {
  readonly count: number;
  readonly step: Pick<TrainOptions, 'inputs' | 'objective'>;
  split(feeds: Readonly<Record<string, TypedArray>>): Record<string, TypedArray>[];
}

/** The seed of the start weights. */
export const SEED = 1;
