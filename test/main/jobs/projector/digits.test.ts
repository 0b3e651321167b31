/** TSNE-1 and PCA-1 on real digits (UCI, 1797 of 8 × 8, van der Maaten's and scikit-learn's usual example). */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pca, reconstructionError } from '#main/evaluation/pca';
import { moving } from '#main/jobs/projector/layout';
import { allNeighbours } from '#main/jobs/projector/nearest';
import { principalPlane } from '#main/jobs/projector/plane';
import { exactNeighbours } from '#main/projection';

const file = resolve('../shared/data/images/uci-digits-8x8/digits.csv.gz');
const isThere = existsSync(file);
if (!isThere) console.log(`skipped: ${file} is not there`);

function digits(): { x: Float32Array; labels: number[]; n: number } {
  const rows = gunzipSync(readFileSync(file)).toString().trim().split('\n');
  const numbers = rows.map((row) => row.split(',').map(Number));
  return {
    x: Float32Array.from(numbers.flatMap((row) => row.slice(0, 64))),
    labels: numbers.map((row) => row[64]!),
    n: rows.length,
  };
}
const quiet = { check: () => {}, progress: () => {} };

describe.skipIf(!isThere)('the digits', () => {
  const { x, labels, n } = isThere ? digits() : { x: new Float32Array(), labels: [], n: 0 };
  /** Leave-one-out accuracy of the nearest neighbour in the plane. */
  const oneNearest = (y: Float32Array) => {
    const { index } = exactNeighbours(y, n, 1);
    return labels.filter((label, i) => labels[index[i]!] === label).length / n;
  };

  it('TSNE-1: the nearest neighbour in a t-SNE has the same class 95 times in a hundred, in PCA some 60 times', async () => {
    const { positions } = await principalPlane(x, n, () => {});
    expect(oneNearest(positions)).toBeLessThan(0.7);
    const found = await allNeighbours(x, n, 90, quiet);
    const picture = await moving(
      { method: 'tsne', perplexity: 30, steps: 500 },
      found,
      positions,
      undefined,
      async () => {},
    );
    while (picture.done < picture.total) picture.step();
    const accuracy = oneNearest(Float32Array.from(picture.y));
    console.log(
      `TSNE-1 ${accuracy.toFixed(3)}, PCA-2 ${oneNearest(positions).toFixed(3)}, KL ${picture.divergence?.toFixed(3)}`,
    );
    expect(accuracy).toBeGreaterThanOrEqual(0.95);
  }, 240_000);

  it('PCA-1: the error of k components is the sum of the variances left out, divided by the columns', () => {
    const matrix = { rows: n, columns: 64, data: x };
    const fitted = pca(matrix, 10);
    const mean = reconstructionError(matrix, fitted, 10).reduce((sum, error) => sum + error / n, 0);
    const left = fitted.variances.slice(10).reduce((sum, value) => sum + value / 64, 0);
    expect(Math.abs(mean - left) / left).toBeLessThan(1e-6);
  });
});
