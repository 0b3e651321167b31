/** How far two clouds of points are apart, seen from many sides: a distance of samples that needs no model. */
import type { Matrix } from './matrix';

/** `count` independent normal numbers of the k-th direction. */
export type Directions = (k: number, count: number) => ArrayLike<number>;

/**
 * √ of the mean, over random directions, of the squared Wasserstein-2 distance of the two clouds' shadows there; on a line
 * that is the mean of (a − b)² of the points in order (Rabin et al. 2011, "Wasserstein barycenter and its application to
 * texture mixing"). In units of the data. a, b: as many rows as each other.
 *
 * @throws Error where the shapes differ
 */
export function slicedWasserstein(a: Matrix, b: Matrix, normal: Directions, directions = 64): number {
  const { rows, columns } = a;
  if (b.rows !== rows || b.columns !== columns)
    throw new Error(
      `slicedWasserstein: needs clouds of one shape, got ${rows} × ${columns} and ${b.rows} × ${b.columns}`,
    );
  let total = 0;
  for (let k = 0; k < directions; k++) {
    const direction = normal(k, columns);
    const length = Math.hypot(...Array.from(direction));
    const [one, two] = [shadow(a, direction), shadow(b, direction)];
    for (let i = 0; i < rows; i++) total += ((one[i]! - two[i]!) / length) ** 2 / (rows * directions);
  }
  return Math.sqrt(total);
}

/** Places of the rows along a direction, from low to high. */
function shadow({ rows, columns, data }: Matrix, direction: ArrayLike<number>): Float64Array {
  const at = new Float64Array(rows);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) at[i]! += data[i * columns + j]! * direction[j]!;
  return at.sort();
}

/** Sum over columns of the variance of the rows. */
export function totalVariance({ rows, columns, data }: Matrix): number {
  const means = new Float64Array(columns);
  for (let at = 0; at < data.length; at++) means[at % columns]! += data[at]! / rows;
  let sum = 0;
  for (let at = 0; at < data.length; at++) sum += (data[at]! - means[at % columns]!) ** 2 / rows;
  return sum;
}
