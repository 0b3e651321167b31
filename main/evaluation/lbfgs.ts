/** Minimises a smooth function: limited-memory BFGS, deterministic, for the convex fits that evaluations need. */
import { dot, silent, type Tick } from './matrix';

/** Value at x; writes the gradient, same length as x, into `gradient`. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface LbfgsOptions {
  /** Iterations at most. */
  iterations?: number;
  /** Stops once the largest |gradient| is below this. */
  tolerance?: number;
  /** Pairs of steps remembered. */
  memory?: number;
  /** Called before each iteration. */
  tick?: Tick;
}
export interface Minimum {
  x: Float64Array;
  value: number;
  /** Largest |gradient| at x. */
  slope: number;
  iterations: number;
}

interface Pair {
  s: Float64Array; // x' − x
  y: Float64Array; // g' − g
  rho: number; // 1 / s·y
}

const inner = (a: Float64Array, b: Float64Array) => dot(a, 0, b, 0, a.length);
const largest = (a: Float64Array) => a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** −H·g by the two-loop recursion (Nocedal & Wright, Numerical Optimization, algorithm 7.4). */
function directionOf(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const d = gradient.map((g) => -g);
  const alphas: number[] = [];
  for (const { s, y, rho } of pairs.toReversed()) {
    const alpha = rho * inner(s, d);
    alphas.push(alpha);
    for (let j = 0; j < d.length; j++) d[j]! -= alpha * y[j]!;
  }
  const last = pairs.at(-1);
  if (last) {
    const scale = 1 / (last.rho * inner(last.y, last.y));
    for (let j = 0; j < d.length; j++) d[j]! *= scale;
  }
  for (const { s, y, rho } of pairs) {
    const beta = rho * inner(y, d);
    const alpha = alphas.pop()!;
    for (let j = 0; j < d.length; j++) d[j]! += (alpha - beta) * s[j]!;
  }
  return d;
}

/**
 * Walks from `start` until the slope is below `tolerance`, the iterations are used up, or no step lowers the value.
 * Each step is halved until it lowers the value by a tenth of a thousandth of what the slope promises (Armijo).
 */
export async function minimise(
  objective: Objective,
  start: Float64Array,
  options: LbfgsOptions = {},
): Promise<Minimum> {
  const { iterations = 100, tolerance = 1e-5, memory = 10, tick = silent } = options;
  let x = start.slice();
  let gradient = new Float64Array(x.length);
  let value = objective(x, gradient);
  const pairs: Pair[] = [];

  let done = 0;
  for (; done < iterations && largest(gradient) > tolerance; done++) {
    await tick(done, iterations);
    const direction = directionOf(gradient, pairs);
    const descent = inner(direction, gradient);
    // The first step has no curvature to go by: at most length 1.
    let rate = pairs.length ? 1 : Math.min(1, 1 / Math.sqrt(inner(gradient, gradient)));
    let step: { x: Float64Array<ArrayBuffer>; gradient: Float64Array<ArrayBuffer>; value: number } | undefined;
    for (let halvings = 0; halvings < 30; halvings++, rate /= 2) {
      const next = new Float64Array(x.length);
      for (let j = 0; j < x.length; j++) next[j] = x[j]! + rate * direction[j]!;
      const slope = new Float64Array(x.length);
      const lower = objective(next, slope);
      if (lower <= value + 1e-4 * rate * descent) {
        step = { x: next, gradient: slope, value: lower };
        break;
      }
    }
    if (!step) break; // as low as float64 can tell
    const s = step.x.map((next, j) => next - x[j]!);
    const y = step.gradient.map((next, j) => next - gradient[j]!);
    const curvature = inner(s, y);
    if (curvature > 1e-12 * inner(y, y)) pairs.push({ s, y, rho: 1 / curvature });
    if (pairs.length > memory) pairs.shift();
    ({ x, gradient, value } = step);
  }
  return { x, value, slope: largest(gradient), iterations: done };
}
