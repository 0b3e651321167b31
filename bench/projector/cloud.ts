/** The vectors that the projector is measured with: made, so that anyone can make them again. */
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { stream } from '#main/engine';

/** Clusters, of three spreads. */
export const clusters = 20;
export const clusterOf = (row: number): number => row % clusters;

/** Clouds around 20 centres, of unequal spread: float32 [n, d]. */
export function vectors(points: number, dimension: number): Float32Array {
  const random = stream(1);
  const centres = random.split('centres').normal(clusters * dimension);
  const noise = random.split('noise').normal(points * dimension);
  return noise.map((value, at) => {
    const [row, column] = [Math.floor(at / dimension), at % dimension];
    return centres[clusterOf(row) * dimension + column]! + value * (0.6 + 0.4 * (row % 3));
  });
}

/** The same as a table with a column that names the cluster. */
export async function writeTable(path: string, points: number, dimension: number): Promise<void> {
  const x = vectors(points, dimension);
  const file = createWriteStream(path);
  file.write(`${Array.from({ length: dimension }, (_, column) => `x${column}`).join(',')},cluster\n`);
  for (let row = 0; row < points; row++) {
    const values = Array.from(x.subarray(row * dimension, (row + 1) * dimension), (value) => value.toFixed(3));
    const free = file.write(`${values.join(',')},cluster ${clusterOf(row)}\n`);
    if (!free) await new Promise((done) => file.once('drain', () => done(undefined)));
  }
  file.end();
  await finished(file);
}
