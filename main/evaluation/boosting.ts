/**
 * Gradient-boosted trees for a few binned columns (Friedman 2001): what DCI reads the importance of each code from.
 * Multinomial loss, one shallow tree for each class and round, Newton leaves.
 */

/** bins: [rows · columns] small whole numbers; labels: [rows] in [0, classes). */
export interface Binned {
  rows: number;
  columns: number;
  bins: Uint8Array;
  /** Bins a column may have. */
  most: number;
}

interface Split {
  column: number;
  /** Rows whose bin is ≤ this go below. */
  at: number;
  below: Split | number;
  above: Split | number;
}

export interface Boosted {
  classes: number;
  rate: number;
  rounds: (Split | number)[][];
  /** Loss that splits on each column took away, summed to 1; all 0 where nothing could be learnt. [columns] */
  importance: Float64Array;
}

export interface BoostingOptions {
  rounds?: number;
  depth?: number;
  rate?: number;
}

export function boost(
  x: Binned,
  labels: ArrayLike<number>,
  classes: number,
  { rounds = 100, depth = 3, rate = 0.1 }: BoostingOptions = {},
): Boosted {
  const scores = new Float64Array(x.rows * classes);
  const importance = new Float64Array(x.columns);
  const trees: (Split | number)[][] = [];
  const all = Uint32Array.from({ length: x.rows }, (_, i) => i);
  for (let round = 0; round < rounds; round++) {
    const p = probabilities(scores, x.rows, classes);
    trees.push(
      Array.from({ length: classes }, (_, k) => {
        const gradient = new Float64Array(x.rows);
        const curvature = new Float64Array(x.rows);
        for (let i = 0; i < x.rows; i++) {
          const q = p[i * classes + k]!;
          gradient[i] = (labels[i] === k ? 1 : 0) - q;
          curvature[i] = q * (1 - q);
        }
        const tree = grow({ x, gradient, curvature, importance }, all, depth);
        for (let i = 0; i < x.rows; i++) scores[i * classes + k]! += rate * leafOf(tree, x, i);
        return tree;
      }),
    );
  }
  const sum = importance.reduce((total, value) => total + value, 0);
  return { classes, rate, rounds: trees, importance: sum > 0 ? importance.map((value) => value / sum) : importance };
}

/** The most likely class of each row. */
export function guess({ classes, rate, rounds }: Boosted, x: Binned): Int32Array {
  return Int32Array.from({ length: x.rows }, (_, i) => {
    const scores = new Float64Array(classes);
    for (const trees of rounds)
      trees.forEach((tree, k) => {
        scores[k]! += rate * leafOf(tree, x, i);
      });
    return scores.indexOf(Math.max(...scores));
  });
}

function probabilities(scores: Float64Array, rows: number, classes: number): Float64Array {
  const p = new Float64Array(scores.length);
  for (let i = 0; i < rows; i++) {
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) most = Math.max(most, scores[i * classes + k]!);
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += p[i * classes + k] = Math.exp(scores[i * classes + k]! - most);
    for (let k = 0; k < classes; k++) p[i * classes + k]! /= sum;
  }
  return p;
}

function leafOf(tree: Split | number, { columns, bins }: Binned, i: number): number {
  let node = tree;
  while (typeof node !== 'number') node = bins[i * columns + node.column]! <= node.at ? node.below : node.above;
  return node;
}

interface Growth {
  x: Binned;
  gradient: Float64Array;
  curvature: Float64Array;
  importance: Float64Array;
}

const ridge = 1e-3; // keeps a leaf of certain rows finite

function grow(growth: Growth, items: Uint32Array, depth: number): Split | number {
  const { gradient, curvature, importance, x } = growth;
  let [g, h] = [0, 0];
  for (const i of items) {
    g += gradient[i]!;
    h += curvature[i]!;
  }
  const leaf = Math.max(-4, Math.min(4, g / (h + ridge)));
  if (depth === 0 || items.length < 4) return leaf;
  const best = bestSplit(growth, items, g, h);
  if (!best) return leaf;
  importance[best.column]! += best.gain;
  const below = items.filter((i) => x.bins[i * x.columns + best.column]! <= best.at);
  const above = items.filter((i) => x.bins[i * x.columns + best.column]! > best.at);
  return { ...best, below: grow(growth, below, depth - 1), above: grow(growth, above, depth - 1) };
}

function bestSplit({ x, gradient, curvature }: Growth, items: Uint32Array, g: number, h: number) {
  const worth = (a: number, b: number) => (a * a) / (b + ridge);
  let best: { column: number; at: number; gain: number } | undefined;
  const gs = new Float64Array(x.most);
  const hs = new Float64Array(x.most);
  const counts = new Uint32Array(x.most);
  for (let column = 0; column < x.columns; column++) {
    gs.fill(0);
    hs.fill(0);
    counts.fill(0);
    for (const i of items) {
      const bin = x.bins[i * x.columns + column]!;
      gs[bin]! += gradient[i]!;
      hs[bin]! += curvature[i]!;
      counts[bin]!++;
    }
    let [left, weight, count] = [0, 0, 0];
    for (let at = 0; at + 1 < x.most; at++) {
      left += gs[at]!;
      weight += hs[at]!;
      count += counts[at]!;
      if (count === 0 || count === items.length) continue;
      const gain = worth(left, weight) + worth(g - left, h - weight) - worth(g, h);
      if (gain > 1e-9 && gain > (best?.gain ?? 0)) best = { column, at, gain };
    }
  }
  return best;
}
