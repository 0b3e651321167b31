import { expect, it } from 'vitest';
import { likenessColours, likenessFigures } from '#renderer/views/run/likeness';

/** Two items, two views each: partners alike, all else neither alike nor opposite. */
const byteOf = (cosine: number) => Math.round(((1 + cosine) / 2) * 255);
const pixels = Uint8Array.from({ length: 16 }, (_, at) => {
  const [row, column] = [Math.floor(at / 4), at % 4];
  return byteOf(row % 2 === column % 2 ? 1 : 0);
});
const matrix = { count: 1, height: 4, width: 4, channels: 1 as const, pixels };

it('tells the mean cosine of partners apart from that of different items, a view with itself left out', () => {
  const { pairs, others } = likenessFigures(matrix);
  expect(pairs).toBeCloseTo(1, 6);
  expect(others).toBeCloseTo(0, 2);
});

it('draws no likeness in the ground, and both ends apart from it and from each other, in both themes', () => {
  for (const dark of [true, false]) {
    const drawn = likenessColours({ ...matrix, pixels: Uint8Array.from([byteOf(0), byteOf(1), byteOf(-1), 0]) }, dark);
    const colour = (at: number) => [...drawn.pixels.slice(3 * at, 3 * at + 3)];
    const far = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0);
    expect(far(colour(0), colour(1))).toBeGreaterThan(150);
    expect(far(colour(0), colour(2))).toBeGreaterThan(100);
    expect(far(colour(1), colour(2))).toBeGreaterThan(100);
  }
});
