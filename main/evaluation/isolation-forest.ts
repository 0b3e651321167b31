/**
 * Isolation forest (Liu, Ting & Zhou 2008, ICDM): anomalies are few and different, so random cuts isolate them early.
 * The JavaScript libraries for it draw from Math.random, so the same data would not give the same score.
 */
import type { Matrix } from './matrix';

interface Node {
  /** A leaf holds `size` items. */
  size: number;
  column: number;
  at: number;
  below?: Node;
  above?: Node;
}

export interface IsolationForest {
  trees: Node[];
  /** Items in each tree's sample, ψ. */
  sample: number;
}

/** c(n): mean path length of an unsuccessful search in a binary search tree of n items. */
export function meanPath(n: number): number {
  if (n <= 1) return 0;
  return n === 2 ? 1 : 2 * (Math.log(n - 1) + 0.5772156649) - (2 * (n - 1)) / n;
}

/** random: uniform in [0, 1). The paper's sizes: 100 trees of 256 items. */
export function isolationForest(
  x: Matrix,
  random: () => number,
  { trees = 100, sample = 256 }: { trees?: number; sample?: number } = {},
): IsolationForest {
  const size = Math.min(sample, x.rows);
  const deepest = Math.ceil(Math.log2(Math.max(2, size)));
  return {
    sample: size,
    trees: Array.from({ length: trees }, () => grow(x, drawn(x.rows, size, random), deepest, random)),
  };
}

/** `size` of n places, each set as likely as any other (the first steps of a shuffle). */
function drawn(n: number, size: number, random: () => number): number[] {
  const moved = new Map<number, number>();
  return Array.from({ length: size }, (_, i) => {
    const j = i + Math.floor(random() * (n - i));
    const value = moved.get(j) ?? j;
    moved.set(j, moved.get(i) ?? i);
    return value;
  });
}

function grow(x: Matrix, items: number[], depth: number, random: () => number): Node {
  const leaf = { size: items.length, column: -1, at: 0 };
  if (depth === 0 || items.length <= 1) return leaf;
  const { columns, data } = x;
  const ranges = Array.from({ length: columns }, (_, j) => {
    let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const i of items) {
      min = Math.min(min, data[i * columns + j]!);
      max = Math.max(max, data[i * columns + j]!);
    }
    return { j, min, max };
  }).filter(({ min, max }) => max > min);
  const cut = ranges[Math.floor(random() * ranges.length)];
  if (!cut) return leaf; // all alike
  const at = cut.min + random() * (cut.max - cut.min);
  const below = items.filter((i) => data[i * columns + cut.j]! < at);
  const above = items.filter((i) => data[i * columns + cut.j]! >= at);
  return {
    size: items.length,
    column: cut.j,
    at,
    below: grow(x, below, depth - 1, random),
    above: grow(x, above, depth - 1, random),
  };
}

/** s = 2^(−E[h(x)] / c(ψ)) in (0, 1): near 1 for anomalies, well below ½ for what lies among many. */
export function isolationScores({ trees, sample }: IsolationForest, x: Matrix): Float64Array {
  const norm = meanPath(sample) || 1;
  return Float64Array.from({ length: x.rows }, (_, i) => {
    const sum = trees.reduce((paths, tree) => paths + pathOf(tree, x, i), 0);
    return 2 ** (-sum / trees.length / norm);
  });
}

function pathOf(tree: Node, { columns, data }: Matrix, i: number): number {
  let node = tree;
  let length = 0;
  while (node.below && node.above) {
    node = data[i * columns + node.column]! < node.at ? node.below : node.above;
    length++;
  }
  return length + meanPath(node.size);
}
