/** What an optimizer is: a rule that adds the update of every parameter to the training graph. */

import type { Tensor } from '../tensor';

/** A parameter with its gradient, already clipped. */
export interface Trained {
  readonly name: string;
  readonly value: Tensor;
  readonly gradient: Tensor;
  /** Whether weight decay applies to it; LARS and LAMB also leave what does not decay out of their trust ratio. */
  readonly decay: boolean;
  /** Multiplies the learning rate for this parameter; 1 where it is left out. */
  readonly rate?: number;
}

export interface OptimizerContext {
  /** Float scalar []. It depends on every gradient, so no parameter changes while another still needs its old value. */
  readonly learningRate: Tensor;
  /** A buffer of the optimizer, zero at the start. */
  moment(name: string, shape: readonly number[]): Tensor;
  /** Its value for the next step. */
  assign(name: string, value: Tensor): void;
}

export interface Optimizer {
  readonly name: string;
  /** The new value of each parameter, in order. */
  update(parameters: readonly Trained[], context: OptimizerContext): Tensor[];
}

export const numericShape = (tensor: Tensor): number[] => tensor.shape.map(Number);

/** The same rate, `parameter.rate` times as large; no node is added where it is 1. */
export const ratedBy = (rate: Tensor, parameter: Trained): Tensor => rate.scale(parameter.rate ?? 1);
