/** What cases of ops are made of: one function of samples, and the usual families of shapes. */

import type { Tensor } from '#main/engine/tensor';
import type { Sample, TensorFunction } from './numeric';
import { between, distinct, integers, normal, shapes } from './numeric';

export interface OpCase {
  readonly compute: TensorFunction;
  readonly samples: readonly Sample[];
}

export interface OpCases {
  readonly cases: readonly OpCase[];
  /** Why no gradient flows through it. */
  readonly withoutGradient?: string;
  /** It says so aloud when a gradient is asked for, because a silent zero would be wrong. */
  readonly refuses?: boolean;
}

type Fill = (shape: readonly number[], seed?: number) => Sample;
type Unary = (x: Tensor) => Tensor;
type Binary = (a: Tensor, b: Tensor) => Tensor;

export const one = (compute: TensorFunction, ...samples: Sample[]): OpCase => ({ compute, samples });
export const of = (...cases: OpCase[]): OpCases => ({ cases });

/** One tensor of several random shapes. */
export const unary = (compute: Unary, fill: Fill = normal, ranks = [1, 2, 3, 4]): OpCases =>
  of(...shapes(3, { ranks }).map((shape) => one(compute, fill(shape))));

export const positive: Fill = (shape, seed) => between(0.7, 3, shape, seed);
/** Off the half and whole numbers by more than the step of the differences. */
export const offSteps: Fill = (shape, seed) => {
  const { data } = integers(shape, 7, seed);
  return { shape, dtype: 'float32', data: Float32Array.from(data as Int32Array, (value) => value - 3 + 0.25) };
};

/** Two tensors: of one shape, stretched either way, and a scalar. */
export const binary = (compute: Binary, left: Fill = normal, right: Fill = left): OpCases =>
  of(
    ...[
      [
        [3, 5],
        [3, 5],
      ],
      [
        [2, 1, 3],
        [5, 1],
      ],
      [[1], [3, 1, 2]],
      [[], [2, 3]],
    ].map(([a, b]) => one(compute, left(a!, 1), right(b!, 2))),
  );

export const flat = (why: string, { cases }: OpCases): OpCases => ({ cases, withoutGradient: why });
export const steps = (compute: Unary): OpCases => flat('it is constant but for its jumps', unary(compute, offSteps));
export const truth = 'truth values have none';

/** Around no tie: the second operand lies between the values of the first. */
export const between5: Fill = (shape, seed) => {
  const apart = distinct(shape, seed);
  return { ...apart, data: (apart.data as Float32Array).map((value) => value + 0.05) };
};

/** Each axis of random shapes in turn. */
export const along = (compute: (x: Tensor, axis: number) => Tensor, fill: Fill = normal): OpCases =>
  of(
    ...shapes(4, { ranks: [1, 2, 3] }).map((shape, place) => one((x) => compute(x, place % shape.length), fill(shape))),
  );

export const folded = (
  compute: (x: Tensor, axes: number[] | undefined, keep: boolean) => Tensor,
  fill: Fill = normal,
) =>
  of(
    one((x) => compute(x, [0], false), fill([3, 5])),
    one((x) => compute(x, [0, 2], true), fill([2, 3, 1, 4])),
    one((x) => compute(x, [1], false), fill([2, 1, 3])),
    one((x) => compute(x, undefined, false), fill([7])),
  );
