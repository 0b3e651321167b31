/** Features with a known answer for the tests of evaluations: one cloud of points around a corner for each class. */
import type { Labelled } from '#main/evaluation';

/** A small generator of its own (mulberry32), so that these tests lean on no other room. Uniform in [0, 1). */
export function uniform(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface ClusterOptions {
  perClass: number;
  classes: number;
  columns: number;
  /** Half-width of a cloud; the corners lie 1 apart. */
  spread: number;
  seed: number;
  /** The last column is stretched by this. */
  scale?: number;
}

/** Classes in turn: item i has class i mod `classes`, around the corner whose coordinate of that number is 1. */
export function clusters({ perClass, classes, columns, spread, seed, scale = 1 }: ClusterOptions): Labelled {
  const random = uniform(seed);
  const rows = perClass * classes;
  const labels = Int32Array.from({ length: rows }, (_, i) => i % classes);
  const data = Float32Array.from({ length: rows * columns }, (_, at) => {
    const j = at % columns;
    const value = (labels[Math.floor(at / columns)] === j ? 1 : 0) + spread * (2 * random() - 1);
    return j === columns - 1 ? value * scale : value;
  });
  return { features: { rows, columns, data }, labels };
}
