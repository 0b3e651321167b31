/**
 * How far each dimension of a code stands for one known factor of the data, by the field's six measures (Locatello et
 * al. 2019, arXiv:1811.12359, appendix C, and the released disentanglement_lib).
 *
 * n items, d code dimensions, f factors.
 */
import { type Binned, boost, guess } from './boosting';
import type { Matrix } from './matrix';
import { linearSvmAccuracy } from './svm';

/** What is known of how the items were made. values: [n · f], each factor's values numbered from 0. */
export interface Factors {
  names: readonly string[];
  sizes: readonly number[];
  values: Int32Array;
}

export interface Coded {
  codes: Matrix;
  factors: Factors;
}

/** Equal steps from the least to the largest value of a dimension, as in the released code. */
export const bins = 20;

export const factorOf = ({ names, values }: Factors, factor: number): Int32Array =>
  Int32Array.from({ length: values.length / names.length }, (_, i) => values[i * names.length + factor]!);

/** Codes in bins: [n · d]. A dimension that never changes is all 0. */
export function binned({ rows, columns, data }: Matrix): Binned {
  const result = new Uint8Array(rows * columns);
  for (let j = 0; j < columns; j++) {
    let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = 0; i < rows; i++) {
      min = Math.min(min, data[i * columns + j]!);
      max = Math.max(max, data[i * columns + j]!);
    }
    if (!(max > min)) continue;
    for (let i = 0; i < rows; i++)
      result[i * columns + j] = Math.min(bins - 1, Math.floor(((data[i * columns + j]! - min) / (max - min)) * bins));
  }
  return { rows, columns, bins: result, most: bins };
}

function entropy(counts: ArrayLike<number>): number {
  let [sum, h] = [0, 0];
  for (let i = 0; i < counts.length; i++) sum += counts[i]!;
  for (let i = 0; i < counts.length; i++) if (counts[i]! > 0) h -= (counts[i]! / sum) * Math.log(counts[i]! / sum);
  return h;
}

/** I(bin of dimension; factor) in nats for each pair, [d][f]. */
export function mutualInformation({ codes, factors }: Coded): number[][] {
  const { bins: values, columns, rows } = binned(codes);
  return Array.from({ length: columns }, (_, j) =>
    factors.sizes.map((size, factor) => {
      const truth = factorOf(factors, factor);
      const both = new Float64Array(bins * size);
      const byBin = new Float64Array(bins);
      const byValue = new Float64Array(size);
      for (let i = 0; i < rows; i++) {
        const bin = values[i * columns + j]!;
        both[bin * size + truth[i]!]!++;
        byBin[bin]!++;
        byValue[truth[i]!]!++;
      }
      return Math.max(0, entropy(byBin) + entropy(byValue) - entropy(both));
    }),
  );
}

/** Factors that really vary: one of a single value says nothing. */
const varying = ({ sizes }: Factors): number[] => sizes.flatMap((size, at) => (size > 1 ? [at] : []));

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Largest minus second largest. */
function gapOf(values: readonly number[]): number {
  const [first = 0, second = 0] = [...values].sort((a, b) => b - a);
  return first - second;
}

/** Mutual information gap (Chen et al. 2018, arXiv:1802.04942): mean over factors of (I₁ − I₂) / H(factor). */
export function mig(coded: Coded): number {
  const information = mutualInformation(coded);
  return mean(
    varying(coded.factors).map((factor) => {
      const counts = new Float64Array(coded.factors.sizes[factor]!);
      for (const value of factorOf(coded.factors, factor)) counts[value]!++;
      return gapOf(information.map((row) => row[factor]!)) / entropy(counts);
    }),
  );
}

export interface Dci {
  disentanglement: number;
  completeness: number;
  informativeness: number;
  /** How much each dimension matters for each factor, columns summing to 1; [d][f]. */
  importance: number[][];
}

/**
 * Disentanglement, completeness, informativeness (Eastwood & Williams 2018): importances R of gradient-boosted trees
 * that tell each factor from the code. D = Σᵢ ρᵢ (1 − H_f(Rᵢ.)), C = Σ_k ρ_k (1 − H_d(R.k)), I = accuracy on `test`.
 */
export function dci(train: Coded, test: Coded): Dci {
  const factors = varying(train.factors);
  const [x, unseen] = binTogether(train.codes, test.codes);
  const d = train.codes.columns;
  const importance = Array.from({ length: d }, () => new Array<number>(factors.length).fill(0));
  const accuracies = factors.map((factor, k) => {
    const model = boost(x, factorOf(train.factors, factor), train.factors.sizes[factor]!, { rounds: 30 });
    model.importance.forEach((value, j) => {
      importance[j]![k] = value;
    });
    const truth = factorOf(test.factors, factor);
    const found = guess(model, unseen);
    return truth.reduce((right, value, i) => right + (found[i] === value ? 1 : 0), 0) / truth.length;
  });
  const columns = factors.map((_, k) => importance.map((row) => row[k]!));
  return {
    disentanglement: evenness(importance),
    completeness: evenness(columns),
    informativeness: mean(accuracies),
    importance,
  };
}

/** Σ ρ (1 − H(row) / log length), ρ the row's share of everything; 1 where each row has one entry. */
function evenness(rows: readonly (readonly number[])[]): number {
  const sums = rows.map((row) => row.reduce((sum, value) => sum + value, 0));
  const total = sums.reduce((sum, value) => sum + value, 0);
  if (total === 0) return 0;
  return rows.reduce((sum, row, i) => {
    const spread = row.length > 1 && sums[i]! > 0 ? entropy(row) / Math.log(row.length) : 0;
    return sum + (sums[i]! / total) * (1 - spread);
  }, 0);
}

function binTogether(a: Matrix, b: Matrix): [Binned, Binned] {
  const data = new Float32Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  const whole = binned({ rows: a.rows + b.rows, columns: a.columns, data });
  const cut = a.rows * a.columns;
  return [
    { ...whole, rows: a.rows, bins: whole.bins.subarray(0, cut) },
    { ...whole, rows: b.rows, bins: whole.bins.subarray(cut) },
  ];
}

/**
 * Separated attribute predictability (Kumar et al. 2018, arXiv:1711.00848): mean over factors of the gap between the
 * two dimensions that alone tell it best, by a linear classifier's accuracy on `test`.
 */
export function sap(train: Coded, test: Coded): number {
  return mean(
    varying(train.factors).map((factor) => {
      const [truth, unseen] = [factorOf(train.factors, factor), factorOf(test.factors, factor)];
      const size = train.factors.sizes[factor]!;
      const scores = Array.from({ length: train.codes.columns }, (_, j) => {
        const x = columnOf(train.codes, j);
        // A dimension that hardly moves would be read by its noise.
        return spreadOf(x) < 1e-12 ? 0 : linearSvmAccuracy(x, truth, columnOf(test.codes, j), unseen, size);
      });
      return gapOf(scores);
    }),
  );
}

export const columnOf = ({ rows, columns, data }: Matrix, j: number): Float64Array =>
  Float64Array.from({ length: rows }, (_, i) => data[i * columns + j]!);

export function spreadOf(values: Float64Array): number {
  const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length;
}
