/** What a training session is, whichever device it runs on. */

import type { DType } from '../shape';
import type { TypedArray } from './runtime';
import type { Values, VariableValue } from './variables';

export interface OutputValue {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** What one micro-batch is fed, by name. */
export type StepFeeds = Readonly<Record<string, TypedArray>>;

export interface TrainSession {
  /**
   * One step of the optimizer; returns the program's terms by name. A program with k micro-batches takes an array of k
   * feeds, one with several phases the name of one of them.
   *
   * `check` is called before each micro-batch and before the update; it may throw to stop, and the step is then as if it
   * had never begun. It is not called where a micro-batch changes more than sums of gradients, as running statistics.
   *
   * Feeds that are refused leave everything as it was. After any other exception, such as memory that did not suffice,
   * some variables may already have their next value: go on in a new session, from values that were read before.
   */
  step(
    feeds: StepFeeds | readonly StepFeeds[],
    learningRate: number,
    phase?: string,
    check?: () => void,
  ): Promise<Record<string, number>>;
  /** Copies of all variables: parameters, states, moments and the step count. */
  read(): Promise<Map<string, VariableValue>>;
  /** Replaces the named variables; the others keep their values. */
  write(values: Values): Promise<void>;
  /** The program's outputs after the last step; those of its last micro-batch. */
  readonly outputs: Readonly<Record<string, OutputValue>>;
  close(): Promise<void>;
}
