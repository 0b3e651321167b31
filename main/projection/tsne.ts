/**
 * t-SNE (van der Maaten & Hinton 2008; Barnes–Hut form: van der Maaten 2014), one step at a time, so that it can be
 * watched, stopped and gone on with. The same affinities, start and number of steps give the same picture.
 */
import type { Affinities } from './affinities';
import { Quadtree } from './quadtree';

export interface TsneOptions {
  /** Attraction is multiplied by this at first, so that clusters form before they spread out. */
  exaggeration?: number;
  /** Steps for which it is. */
  exaggerationSteps?: number;
  /** Learning rate; n / 12, at least 50, when left out (Belkina et al. 2019, arXiv:1908.02572 for large n). */
  learningRate?: number;
  /** 0 sums over all pairs; cells that look smaller than this are taken as one point. */
  theta?: number;
}

/** Everything that later steps depend on: a picture that was stopped goes on from it as if it had never been. */
export interface TsneState {
  y: Float64Array;
  velocity: Float64Array;
  gain: Float64Array;
  steps: number;
}

/** Pairs are all summed up to this many items: 4 million of them take some 10 ms. */
export const exactUpTo = 2000;

export class Tsne {
  /** Where the items are: [n, 2]. */
  readonly y: Float64Array;
  /** KL(P ‖ Q) in nats, without the exaggeration: before the last step, of many items before the last tenth step. */
  divergence = Number.NaN;
  steps = 0;
  readonly #p: Affinities;
  readonly #options: Required<TsneOptions>;
  readonly #velocity: Float64Array;
  readonly #gain: Float64Array;
  readonly #force: Float64Array;
  readonly #tree = new Quadtree();

  /** start: [n, 2], of any scale: it is brought to a deviation of 1e-4 along the first axis, as the paper's code does. */
  constructor(p: Affinities, start: ArrayLike<number> | TsneState, options: TsneOptions = {}) {
    const { n } = p;
    const from = 'length' in start ? { y: scaled(start) } : start;
    if (from.y.length !== 2 * n) throw new Error(`Tsne: the start must hold ${2 * n} numbers, got ${from.y.length}`);
    this.#p = p;
    this.#options = {
      exaggeration: 12,
      exaggerationSteps: 250,
      learningRate: Math.max(50, n / 12),
      theta: n > exactUpTo ? 0.5 : 0,
      ...options,
    };
    this.y = from.y.slice();
    this.#velocity = 'velocity' in from ? from.velocity.slice() : new Float64Array(2 * n);
    this.#gain = 'gain' in from ? from.gain.slice() : new Float64Array(2 * n).fill(1);
    this.steps = 'steps' in from ? from.steps : 0;
    this.#force = new Float64Array(2 * n);
  }

  get state(): TsneState {
    return { y: this.y.slice(), velocity: this.#velocity.slice(), gain: this.#gain.slice(), steps: this.steps };
  }

  /** One step of gradient descent with momentum and gains (Jacobs 1988). */
  step(): void {
    const { exaggeration, exaggerationSteps, learningRate } = this.#options;
    const early = this.steps < exaggerationSteps;
    const z = this.#repulsion();
    this.#attraction(early ? exaggeration : 1, z);
    const momentum = early ? 0.5 : 0.8;
    const [y, velocity, gain, force] = [this.y, this.#velocity, this.#gain, this.#force];
    for (let at = 0; at < y.length; at++) {
      gain[at] = Math.max(0.01, force[at]! * velocity[at]! < 0 ? gain[at]! + 0.2 : gain[at]! * 0.8);
      velocity[at] = momentum * velocity[at]! - learningRate * gain[at]! * force[at]!;
      y[at]! += velocity[at]!;
    }
    centre(y);
    this.steps++;
  }

  /** Leaves −Σ q² (y_i − y_j) in `force`; gives back Z = Σ q over all pairs. */
  #repulsion(): number {
    const { theta } = this.#options;
    const [y, force, n] = [this.y, this.#force, this.#p.n];
    let z = 0;
    if (theta === 0) {
      force.fill(0);
      for (let i = 0; i < n; i++)
        for (let j = i + 1; j < n; j++) {
          const dx = y[2 * i]! - y[2 * j]!;
          const dy = y[2 * i + 1]! - y[2 * j + 1]!;
          const q = 1 / (1 + dx * dx + dy * dy);
          z += 2 * q;
          force[2 * i]! -= q * q * dx;
          force[2 * i + 1]! -= q * q * dy;
          force[2 * j]! += q * q * dx;
          force[2 * j + 1]! += q * q * dy;
        }
      return z;
    }
    const tree = this.#tree;
    tree.build(y);
    for (const i of tree.order) {
      tree.repel(y[2 * i]!, y[2 * i + 1]!, theta);
      z += tree.z;
      force[2 * i] = -tree.x;
      force[2 * i + 1] = -tree.y;
    }
    return z;
  }

  /** dC/dy_i = 4 Σ_j (p_ij − q_ij) q⁎_ij (y_i − y_j), with q_ij = q⁎_ij / Z. */
  #attraction(exaggeration: number, z: number): void {
    const { n, start, index, p } = this.#p;
    const [y, force] = [this.y, this.#force];
    // Its logarithms take longer than the forces: of many items not at every step.
    const measures = n <= exactUpTo || this.steps % 10 === 0;
    let divergence = 0;
    for (let i = 0; i < n; i++) {
      let [fx, fy] = [force[2 * i]! / z, force[2 * i + 1]! / z];
      for (let at = start[i]!; at < start[i + 1]!; at++) {
        const j = index[at]!;
        const dx = y[2 * i]! - y[2 * j]!;
        const dy = y[2 * i + 1]! - y[2 * j + 1]!;
        const q = 1 / (1 + dx * dx + dy * dy);
        const pull = exaggeration * p[at]! * q;
        fx += pull * dx;
        fy += pull * dy;
        if (measures) divergence += p[at]! * Math.log(Math.max(p[at]!, 1e-12) / Math.max(q / z, 1e-12));
      }
      force[2 * i] = 4 * fx;
      force[2 * i + 1] = 4 * fy;
    }
    if (measures) this.divergence = divergence;
  }
}

function scaled(start: ArrayLike<number>): Float64Array {
  const y = Float64Array.from(start);
  centre(y);
  let squares = 0;
  for (let i = 0; i < y.length; i += 2) squares += y[i]! ** 2;
  const deviation = Math.sqrt(squares / (y.length / 2)) || 1;
  return y.map((value) => (value / deviation) * 1e-4);
}

function centre(y: Float64Array): void {
  const n = y.length / 2;
  let [x, v] = [0, 0];
  for (let i = 0; i < n; i++) {
    x += y[2 * i]! / n;
    v += y[2 * i + 1]! / n;
  }
  for (let i = 0; i < n; i++) {
    y[2 * i]! -= x;
    y[2 * i + 1]! -= v;
  }
}
