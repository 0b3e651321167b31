/** Vectors moved so that their mean is the origin: products of float32 then lose less to what all have in common. */

/** float32 [n, d] and the mean, float64 [d] */
export function centred(data: Float32Array, count: number): { x: Float32Array; mean: Float64Array } {
  const dimension = data.length / count;
  const mean = new Float64Array(dimension);
  for (let row = 0, at = 0; row < count; row++) for (let j = 0; j < dimension; j++, at++) mean[j]! += data[at]! / count;
  const x = new Float32Array(data.length);
  for (let row = 0, at = 0; row < count; row++) for (let j = 0; j < dimension; j++, at++) x[at] = data[at]! - mean[j]!;
  return { x, mean };
}

/** float64 [n] */
export function squaredLengths(x: Float32Array, count: number): Float64Array {
  const dimension = x.length / count;
  const squares = new Float64Array(count);
  for (let row = 0, at = 0; row < count; row++) for (let j = 0; j < dimension; j++, at++) squares[row]! += x[at]! ** 2;
  return squares;
}
