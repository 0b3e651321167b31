/** What an anomaly score must be compared with: PCA, distance to the nearest training rows, an isolation forest. */
import { leadingComponents, type Matrix, type Pca, pca, type Tick } from '#main/evaluation';
import { isolationForest, isolationScores } from '#main/evaluation/isolation-forest';
import { reconstructionError } from '#main/evaluation/pca';

export const baselineNames = ['pca', 'knn', 'isolation_forest'] as const;
export type BaselineName = (typeof baselineNames)[number];
export const baselineTitles: Record<BaselineName, string> = {
  pca: 'PCA reconstruction',
  knn: 'kNN distance',
  isolation_forest: 'Isolation forest',
};

/** ADBench's kNN: the distance to the fifth neighbour. */
const neighbours = 5;
/** Multiplications that the comparison with all training rows may take: some seconds. */
const mostProducts = 6e9;
/** Beyond this many columns the first components are found one by one. */
const wide = 128;

/** Scores of `test` rows by what `train` rows are like: each float64 [test.rows]. components: of PCA. */
export async function baselineScores(
  train: Matrix,
  test: Matrix,
  { components, random, tick }: { components: number; random: () => number; tick: Tick },
): Promise<Record<BaselineName, Float64Array>> {
  const k = Math.min(components, train.columns);
  const fitted: Pca = train.columns > wide ? await leadingComponents(train, k) : pca(train, k);
  await tick(1, 10);
  const forest = isolationForest(train, random);
  await tick(2, 10);
  const byForest = isolationScores(forest, test);
  return {
    pca: reconstructionError(test, fitted, k),
    knn: await kthDistances(train, test, (done, total) => tick(2 + (8 * done) / total, 10)),
    isolation_forest: byForest,
  };
}

/** Euclidean distance to the fifth nearest of the first rows of `train`, as many as there is time for. */
export async function kthDistances(train: Matrix, test: Matrix, tick: Tick): Promise<Float64Array> {
  const { columns } = train;
  const affordable = Math.floor(mostProducts / Math.max(1, test.rows * columns));
  const bank = Math.min(train.rows, Math.max(256, affordable));
  const found = new Float64Array(test.rows);
  const nearest = new Float64Array(Math.min(neighbours, bank));
  for (let i = 0; i < test.rows; i++) {
    if (i % 64 === 0) await tick(i, test.rows);
    nearest.fill(Number.POSITIVE_INFINITY);
    for (let r = 0; r < bank; r++)
      insert(nearest, squaredGap(train.data, r * columns, test.data, i * columns, columns));
    found[i] = Math.sqrt(nearest[nearest.length - 1]!);
  }
  return found;
}

function squaredGap(a: Float32Array, from: number, b: Float32Array, at: number, length: number): number {
  let sum = 0;
  for (let j = 0; j < length; j++) {
    const gap = a[from + j]! - b[at + j]!;
    sum += gap * gap;
  }
  return sum;
}

/** Keeps the smallest values, ascending. */
function insert(smallest: Float64Array, value: number): void {
  let at = smallest.length - 1;
  if (value >= smallest[at]!) return;
  for (; at > 0 && smallest[at - 1]! > value; at--) smallest[at] = smallest[at - 1]!;
  smallest[at] = value;
}
