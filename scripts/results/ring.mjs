// Eight normal clouds on a circle, as a table in a file: what tells a generator that misses some of the data from one
// that does not (Metz et al. 2017, arXiv:1611.02163).
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const [clouds, radius, sigma, count] = [8, 2, 0.1, 6000];

export const ring = {
  /** Small and quick nets: the task has two numbers. */
  settings: {
    width: 64,
    latent: 2,
    criticSteps: 3,
    penalty: 0.1,
    batchSize: 128,
    learningRate: 0.002,
    beta1: 0.5,
    beta2: 0.99,
    steps: 3000,
  },
};

const centre = (cloud) => [Math.cos, Math.sin].map((along) => radius * along((2 * Math.PI * cloud) / clouds));

/**
 * How many clouds hold at least a 40th of the points, a fifth of what each of the eight should, and the share of points
 * within 3 σ of a centre (GAN-1). points: [[x, y], …]
 */
export function covered(points) {
  const hits = new Array(clouds).fill(0);
  for (const [x, y] of points) {
    const distances = hits.map((_, cloud) => Math.hypot(x - centre(cloud)[0], y - centre(cloud)[1]));
    const nearest = distances.indexOf(Math.min(...distances));
    if (distances[nearest] <= 3 * sigma) hits[nearest]++;
  }
  const modes = hits.filter((count) => count >= points.length / 40).length;
  return { modes, near_share: hits.reduce((sum, count) => sum + count, 0) / points.length };
}

/** A fixed sequence in [0, 1) (mulberry32). */
function chance(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Writes the table unless it is there, and gives back its path. */
export function writeRing(path) {
  if (existsSync(path)) return path;
  const random = chance(1);
  const rows = Array.from({ length: count }, () => {
    const [left, up] = centre(Math.floor(random() * clouds));
    const length = Math.sqrt(-2 * Math.log(1 - random())) * sigma;
    const turn = 2 * Math.PI * random();
    const [x, y] = [left + length * Math.cos(turn), up + length * Math.sin(turn)];
    return `${x.toFixed(5)},${y.toFixed(5)}`;
  });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `x,y\n${rows.join('\n')}\n`);
  return path;
}
