/** Feature matrices as evaluations see them: rows are items, columns are features; no model behind them. */

/** data: row-major, length rows · columns. */
export interface Matrix {
  rows: number;
  columns: number;
  data: Float32Array;
}
/** Features of items whose class is known. labels: [rows], each in [0, classes). */
export interface Labelled {
  features: Matrix;
  labels: Int32Array;
}

/** Called between pieces of long work with how much is done: may tell it, may wait, may throw to stop. */
export type Tick = (done: number, total: number) => void | Promise<void>;
export const silent: Tick = () => {};

/** Mean and standard deviation of each column, both [columns]. */
export interface Scaling {
  mean: Float64Array;
  deviation: Float64Array;
}

/** Statistics of the columns; a constant column gets deviation 1, so that it becomes 0 and not NaN. */
export function scalingOf({ rows, columns, data }: Matrix): Scaling {
  const mean = new Float64Array(columns);
  const square = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) mean[j]! += data[i * columns + j]! / rows;
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) square[j]! += (data[i * columns + j]! - mean[j]!) ** 2 / rows;
  return { mean, deviation: square.map((value) => (value > 1e-12 ? Math.sqrt(value) : 1)) };
}

/** (x − mean) / deviation, column by column, in float64. */
export function standardise({ rows, columns, data }: Matrix, { mean, deviation }: Scaling): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) out[i * columns + j] = (data[i * columns + j]! - mean[j]!) / deviation[j]!;
  return out;
}

/** Dot product of a[from…] and b[at…] over `length` numbers. Four running sums: twice as fast as one. */
export function dot(a: Float64Array, from: number, b: Float64Array, at: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let j = 0;
  for (; j + 3 < length; j += 4) {
    s0 += a[from + j]! * b[at + j]!;
    s1 += a[from + j + 1]! * b[at + j + 1]!;
    s2 += a[from + j + 2]! * b[at + j + 2]!;
    s3 += a[from + j + 3]! * b[at + j + 3]!;
  }
  for (; j < length; j++) s0 += a[from + j]! * b[at + j]!;
  return s0 + s1 + (s2 + s3);
}
