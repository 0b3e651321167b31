/** The shape of a cloud of features: how many directions it uses, whether it has collapsed, how evenly it is spread. */
import { EigenvalueDecomposition, SingularValueDecomposition, Matrix as Square } from 'ml-matrix';
import { dot, type Matrix } from './matrix';

function centred({ rows, columns, data }: Matrix): { x: Float64Array; mean: Float64Array } {
  const mean = new Float64Array(columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) mean[j]! += data[i * columns + j]! / rows;
  return { x: Float64Array.from(data, (value, at) => value - mean[at % columns]!), mean };
}

function gram(x: Float64Array, rows: number, columns: number): Square {
  const sums = Square.zeros(columns, columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const a = x[i * columns + j]! / rows;
      for (let l = j; l < columns; l++) sums.set(j, l, sums.get(j, l) + a * x[i * columns + l]!);
    }
  for (let j = 0; j < columns; j++) for (let l = 0; l < j; l++) sums.set(j, l, sums.get(l, j));
  return sums;
}

/**
 * exp(−Σ p log p) of the singular values σ, p = σ / Σσ (Roy & Vetterli 2007): how many directions the features use.
 * RankMe (Garrido et al. 2023, arXiv:2210.02885) is the same figure of features that are not centred.
 */
export function effectiveRank(features: Matrix): number {
  const { rows, columns } = features;
  const { x } = centred(features);
  // XᵀX and XXᵀ have the same eigenvalues but for zeros: the smaller one is taken apart.
  const square = columns <= rows ? gram(x, rows, columns) : gramOfRows(x, rows, columns);
  const values = new EigenvalueDecomposition(square, { assumeSymmetric: true });
  const singular = values.realEigenvalues.map((value) => Math.sqrt(Math.max(0, value)));
  const sum = singular.reduce((total, value) => total + value, 0);
  if (sum === 0) return 0;
  return Math.exp(-singular.reduce((h, s) => (s > 0 ? h + (s / sum) * Math.log(s / sum) : h), 0));
}

/** XXᵀ / rows: [rows, rows] */
function gramOfRows(x: Float64Array, rows: number, columns: number): Square {
  const products = Square.zeros(rows, rows);
  for (let i = 0; i < rows; i++)
    for (let k = i; k < rows; k++) {
      const value = dot(x, i * columns, x, k * columns, columns) / rows;
      products.set(i, k, value);
      products.set(k, i, value);
    }
  return products;
}

/** Rows scaled to length 1; rows of zeros stay. */
export function unitRows({ rows, columns, data }: Matrix): Float64Array {
  const out = Float64Array.from(data);
  for (let i = 0; i < rows; i++) {
    let squares = 0;
    for (let j = 0; j < columns; j++) squares += out[i * columns + j]! ** 2;
    const length = Math.sqrt(squares) || 1;
    for (let j = 0; j < columns; j++) out[i * columns + j]! /= length;
  }
  return out;
}

export interface Collapse {
  /** Mean over columns of the standard deviation of rows of length 1, times √columns: 1 evenly spread, 0 collapsed. */
  spread: number;
  /** Mean cosine of two different rows: 0 evenly spread, 1 collapsed. */
  meanCosine: number;
}

/** The collapse meter of BYOL and SimSiam (Chen & He 2021, arXiv:2011.10566, section 4.1). */
export function collapseOf(features: Matrix): Collapse {
  const { rows, columns } = features;
  const unit = unitRows(features);
  const sums = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (let at = 0; at < unit.length; at++) {
    sums[at % columns]! += unit[at]!;
    squares[at % columns]! += unit[at]! ** 2;
  }
  let spread = 0;
  let length = 0;
  for (let j = 0; j < columns; j++) {
    spread += Math.sqrt(Math.max(0, squares[j]! / rows - (sums[j]! / rows) ** 2)) / columns;
    length += sums[j]! ** 2;
  }
  // Σ over pairs of u·v = ‖Σu‖² − n
  const meanCosine = rows < 2 ? 1 : (length - rows) / (rows * (rows - 1));
  return { spread: spread * Math.sqrt(columns), meanCosine };
}

/** Mean ‖u − v‖² of the two views of an item, on the unit sphere (Wang & Isola 2020, arXiv:2005.10242). a, b: same shape. */
export function alignment(a: Matrix, b: Matrix): number {
  const [u, v] = [unitRows(a), unitRows(b)];
  let sum = 0;
  for (let at = 0; at < u.length; at++) sum += (u[at]! - v[at]!) ** 2;
  return sum / a.rows;
}

/** log of the mean of exp(−2 ‖u − v‖²) over pairs of rows, on the unit sphere; less is more even (ibid.). O(rows²). */
export function uniformity(features: Matrix): number {
  const { rows, columns } = features;
  const u = unitRows(features);
  let sum = 0;
  for (let i = 0; i < rows; i++)
    for (let k = i + 1; k < rows; k++) {
      let far = 0;
      for (let j = 0; j < columns; j++) far += (u[i * columns + j]! - u[k * columns + j]!) ** 2;
      sum += Math.exp(-2 * far);
    }
  return Math.log((2 * sum) / (rows * (rows - 1)));
}

/**
 * Fréchet distance of two clouds taken as normal: ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁ Σ₂)^½), what FID is of Inception's
 * features (Heusel et al. 2017, arXiv:1706.08500). With other features it is not FID and must not be called so.
 */
export function frechetDistance(a: Matrix, b: Matrix): number {
  const [one, two] = [centred(a), centred(b)];
  const [s1, s2] = [gram(one.x, a.rows, a.columns), gram(two.x, b.rows, b.columns)];
  let between = 0;
  for (let j = 0; j < a.columns; j++) between += (one.mean[j]! - two.mean[j]!) ** 2;
  // tr (Σ₁Σ₂)^½ = Σ of the singular values of Σ₁^½ Σ₂^½
  const product = root(s1).mmul(root(s2));
  const cross = new SingularValueDecomposition(product, {
    computeLeftSingularVectors: false,
    computeRightSingularVectors: false,
  });
  const trace = cross.diagonal.reduce((sum, value) => sum + value, 0);
  return Math.max(0, between + s1.trace() + s2.trace() - 2 * trace);
}

function root(square: Square): Square {
  const { realEigenvalues: values, eigenvectorMatrix: v } = new EigenvalueDecomposition(square, {
    assumeSymmetric: true,
  });
  const scaled = v.clone();
  values.forEach((value, j) => {
    scaled.mulColumn(j, Math.sqrt(Math.max(0, value)));
  });
  return scaled.mmul(v.transpose());
}
