/** What a training session is, whichever device it runs on. */

import type { DType } from '../shape';
import type { TypedArray } from './runtime';
import type { Values, VariableValue } from './variables';

export interface OutputValue {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

export interface TrainSession {
  /** One step of the optimizer; returns the program's terms by name. An exception leaves the weights as they were. */
  step(feeds: Readonly<Record<string, TypedArray>>, learningRate: number): Promise<Record<string, number>>;
  /** Copies of all variables: parameters, states, moments and the step count. */
  read(): Promise<Map<string, VariableValue>>;
  /** Replaces the named variables; the others keep their values. */
  write(values: Values): Promise<void>;
  /** The program's outputs after the last step. */
  readonly outputs: Readonly<Record<string, OutputValue>>;
  close(): Promise<void>;
}
