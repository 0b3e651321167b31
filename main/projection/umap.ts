/**
 * UMAP (McInnes, Healy & Melville 2018, arXiv:1802.03426), one epoch at a time, so that it can be watched, stopped and
 * gone on with. Neighbours and the start come from outside; the same input and seed give the same picture. umap-js keeps
 * its graph in maps of strings and starts by chance, which 100,000 items do not allow.
 */
import type { Neighbours } from './neighbours';

export interface UmapOptions {
  /** Epochs in all: the learning rate falls to 0 over them. */
  epochs?: number;
  /** How close together items may come in the picture. */
  minDist?: number;
  /** Random other items that each item is pushed away from, for each neighbour it is pulled to. */
  negativeSamples?: number;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Where an earlier one of the same neighbours and options was: it goes on from there. */
  from?: { y: Float64Array; epoch: number };
}

/** Weighted edges of the fuzzy simplicial set, both directions. */
interface Edges {
  from: Uint32Array;
  to: Uint32Array;
  weight: Float32Array;
}

/** Epochs of the authors' code: fewer where there are many items. */
export const defaultEpochs = (n: number): number => (n > 10_000 ? 200 : 500);

export class Umap {
  /** Where the items are: [n, 2]. */
  readonly y: Float64Array;
  epoch = 0;
  readonly epochs: number;
  readonly #n: number;
  readonly #edges: Edges;
  /** Epochs between two samples of an edge, and when each is due next. */
  readonly #every: Float64Array;
  readonly #due: Float64Array;
  readonly #negativeDue: Float64Array;
  readonly #negatives: number;
  readonly #random: () => number;
  readonly #a: number;
  readonly #b: number;

  /** start: [n, 2] of any scale; it is brought into [−10, 10], as the authors' code does. */
  constructor(neighbours: Neighbours, start: ArrayLike<number>, options: UmapOptions) {
    const { n } = neighbours;
    if (start.length !== 2 * n) throw new Error(`Umap: the start must hold ${2 * n} numbers, got ${start.length}`);
    const { epochs = defaultEpochs(n), minDist = 0.1, negativeSamples = 5, random, from } = options;
    this.epochs = epochs;
    this.#n = n;
    this.#negatives = negativeSamples;
    this.#random = random;
    [this.#a, this.#b] = curveOf(minDist);
    this.#edges = withoutFaint(fuzzySet(neighbours), epochs);
    const most = this.#edges.weight.reduce((max, weight) => Math.max(max, weight), 0);
    this.#every = Float64Array.from(this.#edges.weight, (weight) => most / weight);
    this.#due = this.#every.slice();
    this.#negativeDue = this.#every.map((every) => every / negativeSamples);
    let largest = 0;
    for (let i = 0; i < 2 * n; i++) largest = Math.max(largest, Math.abs(start[i]!));
    // A little noise parts items that start at one place.
    this.y =
      from?.y.slice() ?? Float64Array.from(start, (value) => (10 * value) / (largest || 1) + 1e-4 * (random() - 0.5));
    if (from) this.#skipTo(from.epoch);
  }

  /** Which edges are due next depends on the number of epochs alone. */
  #skipTo(epoch: number): void {
    while (this.epoch < epoch) {
      this.epoch++;
      for (let edge = 0; edge < this.#due.length; edge++) {
        if (this.#due[edge]! > this.epoch) continue;
        this.#due[edge]! += this.#every[edge]!;
        const everyNegative = this.#every[edge]! / this.#negatives;
        this.#negativeDue[edge]! += Math.floor((this.epoch - this.#negativeDue[edge]!) / everyNegative) * everyNegative;
      }
    }
  }

  step(): void {
    const rate = 1 - this.epoch / this.epochs;
    const { from, to } = this.#edges;
    this.epoch++;
    for (let edge = 0; edge < from.length; edge++) {
      if (this.#due[edge]! > this.epoch) continue;
      const [i, j] = [from[edge]!, to[edge]!];
      this.#pull(i, j, rate);
      this.#due[edge]! += this.#every[edge]!;
      const everyNegative = this.#every[edge]! / this.#negatives;
      const times = Math.floor((this.epoch - this.#negativeDue[edge]!) / everyNegative);
      for (let sample = 0; sample < times; sample++) this.#push(i, Math.floor(this.#random() * this.#n), rate);
      this.#negativeDue[edge]! += times * everyNegative;
    }
  }

  #pull(i: number, j: number, rate: number): void {
    const [y, a, b] = [this.y, this.#a, this.#b];
    const dx = y[2 * i]! - y[2 * j]!;
    const dy = y[2 * i + 1]! - y[2 * j + 1]!;
    const squared = dx * dx + dy * dy;
    if (squared === 0) return;
    const power = squared ** b;
    const pull = (-2 * a * b * (power / squared)) / (1 + a * power);
    const [mx, my] = [rate * clip(pull * dx), rate * clip(pull * dy)];
    y[2 * i]! += mx;
    y[2 * i + 1]! += my;
    y[2 * j]! -= mx;
    y[2 * j + 1]! -= my;
  }

  #push(i: number, k: number, rate: number): void {
    if (i === k) return;
    const [y, a, b] = [this.y, this.#a, this.#b];
    const dx = y[2 * i]! - y[2 * k]!;
    const dy = y[2 * i + 1]! - y[2 * k + 1]!;
    const squared = dx * dx + dy * dy;
    const push = (2 * b) / ((0.001 + squared) * (1 + a * squared ** b));
    y[2 * i]! += rate * (squared > 0 ? clip(push * dx) : 4);
    y[2 * i + 1]! += rate * (squared > 0 ? clip(push * dy) : 4);
  }
}

const clip = (value: number): number => Math.max(-4, Math.min(4, value));

/** ρ and σ of each item (section 3.1): the nearest distance, and the width at which the memberships sum to log₂ k. */
export function memberships({ n, k, squared }: Neighbours): Float32Array {
  const weights = new Float32Array(n * k);
  const target = Math.log2(k);
  for (let i = 0; i < n; i++) {
    const far = Float64Array.from(squared.subarray(i * k, (i + 1) * k), Math.sqrt);
    const nearest = far.find((distance) => distance > 0) ?? 0;
    let [low, high, sigma] = [0, Number.POSITIVE_INFINITY, 1];
    for (let step = 0; step < 64; step++) {
      let sum = 0;
      for (const distance of far) sum += Math.exp(-Math.max(0, distance - nearest) / sigma);
      if (Math.abs(sum - target) < 1e-5) break;
      if (sum > target) {
        high = sigma;
        sigma = (low + high) / 2;
      } else {
        low = sigma;
        sigma = high === Number.POSITIVE_INFINITY ? sigma * 2 : (low + high) / 2;
      }
    }
    const mean = far.reduce((sum, distance) => sum + distance, 0) / k;
    const width = Math.max(sigma, 1e-3 * mean, 1e-12);
    far.forEach((distance, place) => {
      weights[i * k + place] = Math.exp(-Math.max(0, distance - nearest) / width);
    });
  }
  return weights;
}

/** The union of the memberships of both sides: w = v + vᵀ − v·vᵀ, each edge once in each direction. */
function fuzzySet(neighbours: Neighbours): Edges {
  const { n, k, index } = neighbours;
  const weights = memberships(neighbours);
  const back = (i: number, j: number): number => {
    for (let at = j * k; at < (j + 1) * k; at++) if (index[at] === i) return weights[at]!;
    return 0;
  };
  const from: number[] = [];
  const to: number[] = [];
  const weight: number[] = [];
  for (let i = 0; i < n; i++)
    for (let at = i * k; at < (i + 1) * k; at++) {
      const j = index[at]!;
      const [forth, other] = [weights[at]!, back(i, j)];
      const both = forth + other - forth * other;
      from.push(i);
      to.push(j);
      weight.push(both);
      if (other > 0) continue; // the other side adds its own direction
      from.push(j);
      to.push(i);
      weight.push(both);
    }
  return { from: Uint32Array.from(from), to: Uint32Array.from(to), weight: Float32Array.from(weight) };
}

/** Edges too faint to be drawn even once are left out. */
function withoutFaint({ from, to, weight }: Edges, epochs: number): Edges {
  const most = weight.reduce((max, value) => Math.max(max, value), 0);
  const keep = (_: number, at: number) => weight[at]! >= most / epochs;
  return { from: from.filter(keep), to: to.filter(keep), weight: weight.filter(keep) };
}

/**
 * a and b of 1 / (1 + a d^2b), fitted to a curve that is 1 up to `minDist` and falls off exponentially after it (spread
 * 1), by Gauss–Newton over 300 distances in [0, 3]. 0.1 → (1.577, 0.895).
 */
export function curveOf(minDist: number): [a: number, b: number] {
  let [a, b] = [1.5, 0.9];
  for (let step = 0; step < 100; step++) {
    let [aa, ab, bb, ga, gb] = [1e-9, 0, 1e-9, 0, 0];
    for (let i = 1; i <= 300; i++) {
      const d = i / 100;
      const wanted = d <= minDist ? 1 : Math.exp(-(d - minDist));
      const power = d ** (2 * b);
      const value = 1 / (1 + a * power);
      const da = -power * value * value;
      const db = -a * power * 2 * Math.log(d) * value * value;
      const off = wanted - value;
      aa += da * da;
      ab += da * db;
      bb += db * db;
      ga += da * off;
      gb += db * off;
    }
    const det = aa * bb - ab * ab;
    const [sa, sb] = [(bb * ga - ab * gb) / det, (aa * gb - ab * ga) / det];
    a = Math.max(1e-3, a + sa);
    b = Math.max(1e-3, b + sb);
    if (Math.abs(sa) + Math.abs(sb) < 1e-9) break;
  }
  return [a, b];
}
