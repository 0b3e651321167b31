/** The methods of a tensor that fold an axis away or run along one: tensor.ts inherits them. */

import { Elementwise } from './elementwise';
import type { Shape } from './shape';
import { axesOf, axisOf } from './shape';

type Axes = number | readonly number[];

/** Over all axes when none are named; with `keep` a folded axis stays at length 1. */
export abstract class Reductions extends Elementwise {
  abstract get shape(): Shape;

  sum(axes?: Axes, keep = false): this {
    return this.on('sum', { axes: axesOf('sum', this.shape, axes), keep });
  }

  mean(axes?: Axes, keep = false): this {
    return this.on('mean', { axes: axesOf('mean', this.shape, axes), keep });
  }

  /** Its gradient goes to the largest elements; equal ones share it. */
  max(axes?: Axes, keep = false): this {
    return this.on('max', { axes: axesOf('max', this.shape, axes), keep });
  }

  /** Its gradient goes to the smallest elements; equal ones share it. */
  min(axes?: Axes, keep = false): this {
    return this.on('min', { axes: axesOf('min', this.shape, axes), keep });
  }

  /** Σ x², in one pass */
  sumSquares(axes?: Axes, keep = false): this {
    return this.on('sumSquares', { axes: axesOf('sumSquares', this.shape, axes), keep });
  }

  /** log Σ eˣ, finite for every finite x. */
  logSumExp(axes?: Axes, keep = false): this {
    return this.on('logSumExp', { axes: axesOf('logSumExp', this.shape, axes), keep });
  }

  /** The position of the smallest element along `axis`, the first of equal ones: int32 without that axis. */
  argMin(axis = -1): this {
    return this.on('argMin', { axis: axisOf('argMin', this.shape, axis) });
  }

  argMax(axis = -1): this {
    return this.on('argMax', { axis: axisOf('argMax', this.shape, axis) });
  }

  softmax(axis = -1): this {
    return this.on('softmax', { axis: axisOf('softmax', this.shape, axis) });
  }

  logSoftmax(axis = -1): this {
    return this.on('logSoftmax', { axis: axisOf('logSoftmax', this.shape, axis) });
  }

  /** yᵢ = Σ xⱼ over j ≤ i along `axis`; `reverse` sums over j ≥ i, `exclusive` leaves xᵢ out. */
  cumsum(axis = -1, { reverse = false, exclusive = false }: { reverse?: boolean; exclusive?: boolean } = {}): this {
    return this.on('cumsum', { axis: axisOf('cumsum', this.shape, axis), reverse, exclusive });
  }
}
