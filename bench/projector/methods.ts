/** How long each method of the projector takes: neighbours, principal plane, t-SNE, UMAP, of generated vectors. */
import type { LayoutSettings } from '#app/records/projector';
import { stream } from '#main/engine';
import { moving, neighboursOf } from '#main/jobs/projector/layout';
import { allNeighbours } from '#main/jobs/projector/nearest';
import { principalPlane } from '#main/jobs/projector/plane';

export interface MethodTimes {
  points: number;
  dimension: number;
  /** Seconds. */
  plane: number;
  methods: {
    method: string;
    neighbours: number;
    seconds: { neighbours: number; start: number; steps: number };
    steps: number;
  }[];
}

const classes = 20;

/** Clouds around 20 centres, of unequal spread: float32 [n, d]. */
export function vectors(points: number, dimension: number): Float32Array {
  const random = stream(1);
  const centres = random.split('centres').normal(classes * dimension);
  const noise = random.split('noise').normal(points * dimension);
  return noise.map((value, at) => {
    const [row, column] = [Math.floor(at / dimension), at % dimension];
    return centres[(row % classes) * dimension + column]! + value * (0.6 + 0.4 * (row % 3));
  });
}

const settings: LayoutSettings[] = [
  { method: 'tsne', perplexity: 30, steps: 1000 },
  { method: 'umap', neighbours: 15, minDist: 0.1, epochs: 200, seed: 1 },
];
const seconds = (from: number) => (performance.now() - from) / 1000;
const watch = { check: () => {}, progress: () => {} };

export async function timeMethods(points: number, dimension = 128): Promise<MethodTimes> {
  const x = vectors(points, dimension);
  let begun = performance.now();
  const { positions } = await principalPlane(x, points, watch.check);
  const times: MethodTimes = { points, dimension, plane: seconds(begun), methods: [] };
  console.log(`  ${points} × ${dimension}: PCA ${times.plane.toFixed(1)} s`);
  for (const one of settings) {
    begun = performance.now();
    const neighbours = neighboursOf(one, points);
    const found = await allNeighbours(x, points, neighbours, watch);
    const compared = seconds(begun);
    console.log(`  ${points} × ${dimension}: ${one.method} ${neighbours} neighbours ${compared.toFixed(1)} s`);
    begun = performance.now();
    const picture = await moving(one, found, positions, undefined, () => new Promise((done) => setImmediate(done)));
    const start = seconds(begun);
    begun = performance.now();
    while (picture.done < picture.total) picture.step();
    const steps = seconds(begun);
    times.methods.push({
      method: one.method,
      neighbours,
      seconds: { neighbours: compared, start, steps },
      steps: picture.total,
    });
    console.log(
      `  ${points} × ${dimension}: ${one.method} weights ${start.toFixed(1)} s, ${picture.total} steps ${steps.toFixed(1)} s`,
    );
  }
  return times;
}
