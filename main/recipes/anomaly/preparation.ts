/**
 * What a table's rows become before the model sees them: skewed amounts as logarithms, then every number standardised by
 * the rows that are trained on, which an import cannot know. Pictures stay as they are.
 *
 * f features; each array: float32 [f].
 */
import { ones, zeros } from '#main/engine/init';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import type { ColumnSpec, TableSpec } from '../data-spec';
import type { Values } from '../recipe';

/** p = (v − mean) / std with v = log(1 + max(0, x · scale + shift)) where `log` is 1, else v = x. */
export interface Preparation {
  log: Float32Array;
  scale: Float32Array;
  shift: Float32Array;
  mean: Float32Array;
  std: Float32Array;
}
const parts = ['log', 'scale', 'shift', 'mean', 'std'] as const;

/** A column is one of amounts when its values reach this far, and lean this far to one side. */
const amountsReach = 100;
const skewed = 3;
/** A spread below this is none: the column keeps the unit that it came in, so that a change in it still shows. */
const noSpread = 1e-4;

/** From rows that are trained on, float32 [n, f] as imported. */
export function preparationOf(rows: Float32Array, { features, columns }: TableSpec, logSkewed: boolean): Preparation {
  const n = rows.length / features;
  const made: Preparation = {
    log: new Float32Array(features),
    scale: new Float32Array(features).fill(1),
    shift: new Float32Array(features),
    mean: new Float32Array(features),
    std: new Float32Array(features).fill(1),
  };
  let at = 0;
  for (const column of columns) {
    const values = Float64Array.from({ length: n }, (_, i) => rows[i * features + at]!);
    if (column.kind === 'number') prepareNumber(made, at, values, column, logSkewed);
    at += column.width;
  }
  return made;
}

function prepareNumber(to: Preparation, at: number, x: Float64Array, { scale }: ColumnSpec, logSkewed: boolean): void {
  let values = x;
  if (scale && scale.std > 0) {
    to.scale[at] = scale.std;
    to.shift[at] = scale.mean;
    const amounts = x.map((value) => value * scale.std + scale.mean);
    const isAmount =
      scale.least >= 0 && amounts.some((amount) => amount > amountsReach) && momentsOf(amounts).skew > skewed;
    if (logSkewed && isAmount) {
      to.log[at] = 1;
      values = amounts.map((amount) => Math.log1p(Math.max(0, amount)));
    }
  }
  const { mean, std } = momentsOf(values);
  to.mean[at] = mean;
  to.std[at] = std > noSpread ? std : 1;
}

export function momentsOf(values: ArrayLike<number>): { mean: number; std: number; skew: number } {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i]! / n;
  let [second, third] = [0, 0];
  for (let i = 0; i < n; i++) {
    second += (values[i]! - mean) ** 2 / n;
    third += (values[i]! - mean) ** 3 / n;
  }
  return { mean, std: Math.sqrt(second), skew: second > 0 ? third / second ** 1.5 : 0 };
}

/** The same as variables of the model, so that a checkpoint has them inside. */
export function valuesOf(preparation: Preparation, known: Values): Values {
  const values: Values = new Map(known);
  for (const part of parts) {
    const data = preparation[part];
    values.set(`prepare.${part}`, { dtype: 'float32', shape: [data.length], data });
  }
  return values;
}

type Tensors = Record<(typeof parts)[number], Tensor>;

/** `fixed`: numbers that are known already; else variables that `initialise` sets. */
function tensorsOf(scope: Scope, like: Tensor, features: number, fixed: Preparation | undefined): Tensors {
  const at = scope.at('prepare');
  const of = (part: keyof Tensors) =>
    fixed
      ? like.constant(fixed[part], [features])
      : at.state(part, [features], part === 'std' || part === 'scale' ? ones : zeros);
  return { log: of('log'), scale: of('scale'), shift: of('shift'), mean: of('mean'), std: of('std') };
}

/** x: [N, f] as imported → p: [N, f] */
export function prepare(scope: Scope, x: Tensor, features: number, fixed?: Preparation): Tensor {
  const { log, scale, shift, mean, std } = tensorsOf(scope, x, features, fixed);
  const logarithm = x.mul(scale).add(shift).relu().plus(1).log();
  const plain = x.mul(log.neg().plus(1));
  return logarithm.mul(log).add(plain).sub(mean).div(std);
}

/** exp beyond this is no float32 any more. */
const largestLog = 80;

/** p: [N, f] → x: [N, f], the units that were imported */
export function unprepare(scope: Scope, p: Tensor, features: number, fixed?: Preparation): Tensor {
  const { log, scale, shift, mean, std } = tensorsOf(scope, p, features, fixed);
  const v = p.mul(std).add(mean);
  const amount = v.clip(-largestLog, largestLog).exp().plus(-1).sub(shift).div(scale);
  return amount.mul(log).add(v.mul(log.neg().plus(1)));
}
