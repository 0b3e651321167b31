/** Generated pictures with structure that is known: what recipes are to find in the tests. */
import { stream } from '#main/engine/random';

export const side = 16;

/** One bright rectangle and one dimmer disc on black, at random places: float32 [count, 1, 16, 16] in [0, 1]. */
export function shapes(count: number, seed: number): Float32Array {
  const random = stream(seed).split('shapes');
  const x = new Float32Array(count * side * side);
  for (let i = 0; i < count; i++) {
    const [left, top, width, height, centreX, centreY, radius] = random.uniform(7) as unknown as Iterable<number>;
    const [l, t] = [Math.floor(left! * 10), Math.floor(top! * 10)];
    const [r, b] = [l + 3 + Math.floor(width! * 6), t + 3 + Math.floor(height! * 6)];
    for (let row = 0; row < side; row++)
      for (let column = 0; column < side; column++) {
        const isDisc = (column - 16 * centreX!) ** 2 + (row - 16 * centreY!) ** 2 < (2 + 3 * radius!) ** 2;
        const isRectangle = column >= l && column < r && row >= t && row < b;
        x[(i * side + row) * side + column] = isRectangle ? 1 : isDisc ? 0.5 : 0;
      }
  }
  return x;
}

/**
 * Pictures of 8 × 8 that vary in few ways, plus a little noise: float32 [count, 1, 8, 8], around 0.5.
 * Each way is a wave across the picture (of a cosine basis, so orthogonal to the others) with its own strength.
 */
export function waves(count: number, strengths: readonly number[], noise: number, seed: number): Float32Array {
  const random = stream(seed).split('waves');
  const wave = (turns: number, at: number) => Math.cos((Math.PI / 8) * (at + 0.5) * turns);
  const x = new Float32Array(count * 64);
  for (let i = 0; i < count; i++) {
    const amounts = random.normal(strengths.length);
    const grain = random.normal(64);
    for (let p = 0; p < 64; p++) {
      const ways = strengths.map(
        (strength, k) => strength * amounts[k]! * wave(1 + Math.floor(k / 3), p % 8) * wave(k % 3, Math.floor(p / 8)),
      );
      x[i * 64 + p] = ways.reduce((sum, value) => sum + value, 0.5 + noise * grain[p]!);
    }
  }
  return x;
}

export function varianceOf(x: Float32Array): number {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  return x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
}
