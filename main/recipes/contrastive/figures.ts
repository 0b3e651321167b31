/** What validation tells of two views of the same items, in plain float64. */
import type { Matrix } from '#main/evaluation';
import { alignment, collapseOf, uniformity, unitRows } from '#main/evaluation/geometry';

/** z of two views of the same items, row by row. */
export interface Pairs {
  first: Matrix;
  second: Matrix;
}

/** Rows start … start + count of a matrix. */
export const rowsOf = ({ columns, data }: Matrix, start: number, count: number): Matrix => ({
  rows: count,
  columns,
  data: data.subarray(start * columns, (start + count) * columns),
});

/** Cosines of all 2N views with one another, first views first: [2N, 2N]. */
export function similarities({ first, second }: Pairs): Float64Array {
  const [count, width] = [first.rows, first.columns];
  const unit = [unitRows(first), unitRows(second)];
  const z = new Float64Array(2 * count * width);
  unit.forEach((rows, view) => {
    z.set(rows, view * count * width);
  });
  const all = new Float64Array((2 * count) ** 2);
  for (let i = 0; i < 2 * count; i++)
    for (let k = i; k < 2 * count; k++) {
      let cosine = 0;
      for (let j = 0; j < width; j++) cosine += z[i * width + j]! * z[k * width + j]!;
      all[i * 2 * count + k] = cosine;
      all[k * 2 * count + i] = cosine;
    }
  return all;
}

/** NT-Xent as the engine has it (SimCLR, equation 1), in float64. */
export function ntXentOf(pairs: Pairs, temperature: number): number {
  const cosines = similarities(pairs);
  const views = 2 * pairs.first.rows;
  let sum = 0;
  for (let i = 0; i < views; i++) {
    const partner = cosines[i * views + ((i + views / 2) % views)]!;
    let others = 0;
    for (let k = 0; k < views; k++) if (k !== i) others += Math.exp((cosines[i * views + k]! - 1) / temperature);
    sum += Math.log(others) + (1 - partner) / temperature;
  }
  return sum / views;
}

/** Share of views whose nearest among all other views is the other one of their item; 1 / (2N − 1) is chance. */
export function matchAccuracy(pairs: Pairs): number {
  const cosines = similarities(pairs);
  const views = 2 * pairs.first.rows;
  let right = 0;
  for (let i = 0; i < views; i++) {
    const partner = (i + views / 2) % views;
    const bar = cosines[i * views + partner]!;
    let nearer = 0; // a tie counts as a miss: in a collapsed network all are tied
    for (let k = 0; k < views; k++) if (k !== i && k !== partner && cosines[i * views + k]! >= bar) nearer++;
    if (nearer === 0) right++;
  }
  return right / views;
}

/** Figures of any system that compares views, by metric name. */
export function viewFigures(pairs: Pairs): Record<string, number> {
  const { spread, meanCosine } = collapseOf(pairs.first);
  return {
    'validation/match_accuracy': matchAccuracy(pairs),
    'validation/spread': spread,
    'validation/mean_cosine': meanCosine,
    'validation/alignment': alignment(pairs.first, pairs.second),
    'validation/uniformity': uniformity(pairs.first),
  };
}
