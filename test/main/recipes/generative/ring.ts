/** Eight narrow normal clouds on a circle: what a generator that collapses does not cover (Metz et al. 2017, arXiv:1611.02163). */
import { stream } from '#main/engine/random';

export const modes = 8;
const radius = 2;
/** Of each cloud, along each axis. */
export const sigma = 0.1;

const centre = (mode: number) =>
  [0, 1].map((axis) => radius * Math.sin((2 * Math.PI * mode) / modes + (axis * Math.PI) / 2));

/** float32 [count, 2] */
export function ring(count: number, seed: number): Float32Array {
  const random = stream(seed).split('ring');
  const which = random.split('modes').integers(count, modes);
  const off = random.split('points').normal(count * 2);
  return off.map((value, i) => centre(which[Math.floor(i / 2)]!)[i % 2]! + sigma * value);
}

/** How many clouds hold at least a 40th of the points, and the share of points within 3 σ of a centre. */
export function covered(points: Float32Array): { modes: number; near: number } {
  const count = points.length / 2;
  const hits = new Float64Array(modes);
  for (let i = 0; i < count; i++) {
    const distances = Array.from({ length: modes }, (_, mode) => {
      const [x, y] = centre(mode) as [number, number];
      return Math.hypot(points[2 * i]! - x, points[2 * i + 1]! - y);
    });
    const nearest = distances.indexOf(Math.min(...distances));
    if (distances[nearest]! <= 3 * sigma) hits[nearest]!++;
  }
  const near = hits.reduce((sum, n) => sum + n, 0) / count;
  return { modes: hits.filter((n) => n >= count / 40).length, near };
}
