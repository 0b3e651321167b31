/**
 * What every self-supervised system is to the rest of the program. A recipe is described once (fields, presets, terms,
 * twins) and built for one configuration and one kind of data; jobs train what was built without knowing what it is.
 */
import type { Pictures } from '#app/records/common';
import type { Factors } from '#app/records/dataset';
import type { Config, Plan, RecipeDescription } from '#app/records/recipe';
import type { Device, PreviewRow } from '#app/records/run';
import type { ForwardProgram, TrainOptions, TrainProgram } from '#main/engine/compile';
import type { Stream } from '#main/engine/random';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import type { DataSpec } from './data-spec';

/** A typed array that can be fed to a session. */
export type Feed = Float32Array | Int32Array;
export type Feeds = Record<string, Feed>;

export type { ClassSpec, ColumnSpec, DataSpec, ImageSpec, TableSpec } from './data-spec';

/** All variables of a training session by name: parameters, moments, states, step count. */
export type Values = Map<string, { dtype: string; shape: readonly number[]; data: Float32Array | Int32Array }>;

/** One way to use a trained system. `outputs` are named tensors with a leading batch dimension. */
export interface Head {
  id: string;
  title: string;
  /** Feeds by name, without the batch dimension. */
  inputs: Record<string, { dtype: 'float32' | 'int32'; shape: readonly number[] }>;
  outputs: Record<string, { dtype: 'float32' | 'int32'; shape: readonly number[] }>;
  /** A network that others made may take one number of items only; a shorter batch is filled up. */
  atOnce?: number;
  /** The head as a program with a dynamic batch; parameters by the names that training used. */
  program(device: Device): ForwardProgram;
  /**
   * The model that the program is traced from, inputs and outputs leading with the batch: for whoever puts more behind
   * it, or trains it towards something else. A network that others made has none.
   */
  model?(scope: Scope, inputs: Record<string, Tensor>): Record<string, Tensor>;
  /** Feeds for `count` items of a head that needs no item, only chance: sampling. */
  draw?(count: number, random: Stream): Feeds;
}

/** Runs a head over any number of items, in batches; jobs give it to recipes and evaluations. */
export type Forward = (head: string, feeds: Feeds, count: number) => Promise<Record<string, Feed>>;

/**
 * What a job may ask of a training step beyond the recipe: more micro-batches where memory does not suffice, the search
 * for what is no number, numbers of half the length.
 */
export type TrainTweaks = Pick<TrainOptions, 'microBatches' | 'precision' | 'guard'>;

/** An output of one of a system's heads that takes x alone. */
export interface Inner {
  head: string;
  output: string;
}

/**
 * What a system has inside that may go wrong in training; after each validation the job makes figures `health/…` of it
 * (main/jobs/training/health.ts). Whatever is left out is not watched, but for features and units, which are found.
 */
export interface Inside {
  /** [n, d], the representation; left out: the embedding of the head `embed`. */
  features?: Inner;
  /** [n, d], KL divergence from the prior in nats, of each item and dimension. */
  kl?: Inner;
  /** int32 [n, …], the codes that items choose, of `size` there are. */
  codes?: Inner & { size: number };
  /** The head whose ReLU, sigmoid and tanh units are watched; left out: reconstruct, else embed. */
  units?: string;
  /** Blocks whose units are meant to sit at their limits, such as binary codes; by their dotted names. */
  meant?: readonly string[];
}

/** A recipe built for one configuration and one kind of data. */
export interface System {
  readonly config: Config;
  readonly batchSize: number;
  readonly steps: number;
  /** Trains on items with one of these labels alone, by their numbers; left out: on all. For one-class training. */
  readonly trainLabels?: readonly number[];
  /** With `trainLabels`: a share of the items trained on that are drawn from the others, to see what they spoil. */
  readonly trainOthers?: number;
  /** Steps between validations (each also makes a preview). */
  readonly validateEvery: number;
  readonly heads: Record<string, Head>;
  readonly plan: Pick<Plan, 'blocks' | 'parameters' | 'parts' | 'flopsPerItem' | 'bits'>;
  /** With `microBatches: k` its inputs hold batchSize / k items, and a step is fed k times. */
  program(device: Device, tweaks?: TrainTweaks): TrainProgram;
  /**
   * Whether the loss of a batch is the mean of the losses of its parts. Left out: it is. Where items are compared with
   * each other, as in contrastive learning, a part is another task than the whole: then false.
   */
  readonly divisible?: boolean;
  /**
   * The phases of the program that make one step, in their order, each fed the same batch: a critic some times, then its
   * generator. Left out: the only one. step: counted from 1.
   */
  phases?(step: number): readonly string[];
  /** Variables by name that a run takes over from one of another recipe; the others start anew. Left out: all. */
  inherited?(name: string): boolean;
  /** Learning rate of a step, counted from 1. */
  learningRate(step: number): number;
  /**
   * Everything a step is fed, drawn from `random`, which is this step's own stream; of each micro-batch where there are
   * several. x: [batch, channels, height, width] in [0, 1] or [batch, features], with the batch as long as the
   * program's inputs; step: counted from 1, for what is fed by a schedule; phase: where there are several.
   */
  feeds(x: Float32Array, random: Stream, step: number, phase?: string): Feeds;
  /** Values that depend on the data, found once before step 1: e.g. the codebook from encoded items. */
  initialise?(context: {
    forward: Forward;
    values: Values;
    batch(count: number): Promise<Float32Array>;
    random: Stream;
  }): Promise<Values>;
  /**
   * Named figures of the whole validation split (`validation/…`), streamed batch by batch.
   * batches: [n, c, h, w] or [n, features] with n ≤ batchSize.
   */
  validate(context: { forward: Forward; batches: AsyncIterable<Float32Array> }): Promise<Record<string, number>>;
  /** Rows of pictures for the run view. x: a few fixed validation items. */
  preview(context: {
    forward: Forward;
    x: Float32Array;
    count: number;
    random: Stream;
  }): Promise<{ name: PreviewRow; pictures: Pictures }[]>;
  /**
   * The encoder that a supervised model of the same build would have: [n, …item] → [n, …]. Left out: the head `embed`;
   * it must be given where no gradient passes through that one, as through a choice of codes.
   */
  encoder?(scope: Scope, x: Tensor): Tensor;
  /** What to watch while it trains. */
  readonly inside?: Inside;
  /** Two views of each item, as the objective compares them; x and both views: [n, c, h, w]. */
  views?(x: Float32Array, random: Stream): Promise<[Float32Array, Float32Array]> | [Float32Array, Float32Array];
  /** The same system knowing nothing, where it cannot be had by starting to train it: the baseline of evaluations. */
  untrained?(random: Stream): System;
  /** Things the log should warn of after a validation: collapse, dead codes. */
  warnings?(figures: Record<string, number>): string[];
}

/** A model of an evaluation's own, trained beside the one that is measured. */
export interface Apprentice {
  /** One step; gives back its terms. */
  step(feeds: Feeds, learningRate: number): Promise<Record<string, number>>;
  /** Its heads with what it has learnt so far. */
  forward: Forward;
  close(): Promise<void>;
}

/** Everything an evaluation sees of a run. Items are read in batches; labels are −1 where there is none. */
export interface EvaluationContext {
  system: System;
  forward: Forward;
  /** The same heads with freshly initialised parameters: the random-init baseline. */
  forwardUntrained: Forward;
  /**
   * Items of a split in order, batch by batch: x: [n, c, h, w] or [n, features], labels: [n], indices: [n], the items'
   * numbers in the data set.
   */
  batches(
    split: 'train' | 'validation' | 'test',
    limit?: number,
  ): AsyncIterable<{ x: Float32Array; labels: Int32Array; indices: Uint32Array }>;
  count(split: 'train' | 'validation' | 'test'): number;
  classes: string[];
  /** What the items are known to be made from, where that is known; values: int32 [n, f] by an item's number. */
  factors(): (Factors & { values: Int32Array }) | undefined;
  split: 'train' | 'validation' | 'test';
  random: Stream;
  /** Begins to train a model of the evaluation's own: the same encoder with labels, a judge of samples. */
  train(model: Pick<System, 'heads' | 'batchSize' | 'program'>): Promise<Apprentice>;
  progress(done: number, total: number): void;
  /** Throws a cancelled error once the user has stopped the job. */
  check(): void;
}
export interface EvaluationResult {
  n: number;
  figures: Record<string, number>;
  tables: Record<string, { columns: string[]; rows: (string | number)[][] }>;
}

export interface Recipe {
  readonly description: RecipeDescription;
  /** Checks a configuration (defaults ← preset ← changes). Throws nothing: what cannot stand is listed. */
  configure(
    preset: 'tiny' | 'small' | 'base',
    changes: Config,
  ): { config: Config; issues: { path: string; message: string }[] };
  /** The settings that a run which starts from one of another recipe must have, because that one had them. */
  settingsFrom?(parent: Config): Config;
  /** Names (SHA-256) of the files in the project's `objects/` that a configuration is built from. */
  objects?(config: Config): string[];
  /** `objects`: the bytes of those files by name. Throws PretextError where the data does not fit the recipe. */
  build(config: Config, data: DataSpec, objects?: ReadonlyMap<string, Uint8Array>): System;
  evaluations: Record<string, (context: EvaluationContext) => Promise<EvaluationResult>>;
}
