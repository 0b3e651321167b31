/** Gaussian blur of a picture in place, one axis after the other. */
import type { Layout } from './crop';

/** The kernel is a tenth of the side (SimCLR, appendix A), at least three pixels: pixels to each side of the middle. */
export const radiusOf = (side: number): number => Math.max(1, Math.round(side / 20));

/** Half of a Gaussian's kernel from the middle on; with its mirror it adds up to 1. */
export function kernelOf(sigma: number, radius: number): Float32Array {
  const half = Float32Array.from({ length: radius + 1 }, (_, i) => Math.exp(-(i * i) / (2 * sigma * sigma)));
  const sum = half.reduce((total, value, i) => total + (i === 0 ? value : 2 * value), 0);
  return half.map((value) => value / sum);
}

/** x: [channels, height, width], blurred in place; what lies beyond an edge is like the edge. */
export function blur(x: Float32Array, { channels, height, width }: Layout, sigma: number): void {
  const kernel = kernelOf(sigma, radiusOf(Math.max(height, width)));
  const line = new Float32Array(Math.max(height, width));
  for (let c = 0; c < channels; c++) {
    const plane = c * height * width;
    for (let row = 0; row < height; row++) blurLine(x, plane + row * width, 1, width, kernel, line);
    for (let column = 0; column < width; column++) blurLine(x, plane + column, width, height, kernel, line);
  }
}

function blurLine(
  x: Float32Array,
  start: number,
  step: number,
  length: number,
  kernel: Float32Array,
  line: Float32Array,
) {
  for (let i = 0; i < length; i++) line[i] = x[start + i * step]!;
  const last = length - 1;
  for (let i = 0; i < length; i++) {
    let sum = kernel[0]! * line[i]!;
    for (let far = 1; far < kernel.length; far++)
      sum += kernel[far]! * (line[i < far ? 0 : i - far]! + line[i + far > last ? last : i + far]!);
    x[start + i * step] = sum;
  }
}
