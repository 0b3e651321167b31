/** Generated pictures of four kinds of mark, told by their form alone: what contrastive features are to tell apart. */
import { stream } from '#main/engine/random';

export { varianceOf } from '../generated-pictures';
export const side = 16;

/** Ring, disc, cross, square: whether a point lies in it; u, v in units of its radius. */
const forms: readonly ((u: number, v: number) => boolean)[] = [
  (u, v) => u * u + v * v < 1 && u * u + v * v > 0.4,
  (u, v) => u * u + v * v < 1,
  (u, v) => Math.max(Math.abs(u), Math.abs(v)) < 1 && Math.min(Math.abs(u), Math.abs(v)) < 0.3,
  (u, v) => Math.max(Math.abs(u), Math.abs(v)) < 0.85 && Math.max(Math.abs(u), Math.abs(v)) > 0.45,
];

/** One mark each, of any size, place, brightness and ground, under noise: x: [count, 1, 16, 16] in [0, 1]. */
export function marks(count: number, seed: number): { x: Float32Array; labels: Int32Array } {
  const random = stream(seed).split('marks');
  const noise = random.split('noise').normal(count * side * side);
  const x = new Float32Array(count * side * side);
  const labels = Int32Array.from(random.split('labels').integers(count, forms.length));
  const u = random.uniform(count * 5);
  for (let i = 0; i < count; i++) {
    const [left, top, size, light, ground] = u.subarray(i * 5, i * 5 + 5);
    const radius = 3.5 + 2 * size!;
    const [centreX, centreY] = [radius + (side - 2 * radius) * left!, radius + (side - 2 * radius) * top!];
    for (let p = 0; p < side * side; p++) {
      const isIn = forms[labels[i]!]!(
        ((p % side) + 0.5 - centreX) / radius,
        (Math.floor(p / side) + 0.5 - centreY) / radius,
      );
      const value = (isIn ? 0.5 + 0.4 * light! : 0.3 * ground!) + 0.1 * noise[i * side * side + p]!;
      x[i * side * side + p] = Math.min(1, Math.max(0, value));
    }
  }
  return { x, labels };
}
