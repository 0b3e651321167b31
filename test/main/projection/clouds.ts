/** Data with a known answer for the tests of projections. */

/** A small generator of its own (mulberry32). Uniform in [0, 1). */
export function uniform(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Clouds around the corners of a simplex in ten dimensions. */
export function clouds(n: number, classes: number, seed: number) {
  const random = uniform(seed);
  const labels = Array.from({ length: n }, (_, i) => i % classes);
  const x = Float32Array.from(
    { length: n * 10 },
    (_, at) => (labels[Math.floor(at / 10)] === at % 10 ? 3 : 0) + (random() + random() - 1),
  );
  return { x, labels };
}
