/** What is done to codes, as pure functions: ranges, traversals, the walk's plane, swaps, arithmetic, interpolation. */
import type { LatentSpace } from '#app/records/latent';

/** Numbers of one code, d of them, or of several one after the other. */
export type Codes = Float32Array;

export type RangeName = '2' | '3' | 'data';
export interface Range {
  min: number;
  max: number;
}

/** A dimension counts as unused below this: nats of KL as the field counts them, or a share of the largest change. */
export const unusedKl = 0.05;
export const unusedChange = 0.02;

/** What a dimension says: its KL in nats where there is a posterior, else the mean change of a pixel, in [0, 1]. */
export const weightsOf = (space: Pick<LatentSpace, 'kl' | 'change'>): Float32Array => space.kl ?? space.change;

/** Dimensions by what they say, most first, ties by number; or by number. */
export function orderOf(space: Pick<LatentSpace, 'kl' | 'change' | 'size'>, by: 'weight' | 'number'): number[] {
  const weights = weightsOf(space);
  const all = Array.from({ length: space.size }, (_, j) => j);
  return by === 'number' ? all : all.sort((a, b) => weights[b]! - weights[a]! || a - b);
}

export function isUnused(space: Pick<LatentSpace, 'kl' | 'change'>, dimension: number): boolean {
  if (space.kl) return space.kl[dimension]! < unusedKl;
  const most = space.change.reduce((a, b) => Math.max(a, b), 0);
  return space.change[dimension]! <= unusedChange * most;
}

/**
 * The values that a dimension is moved over. With a prior ±σ are those of N(0, 1), else those of the codes around their
 * mean; `data` is from the least to the largest code of the split.
 */
export function rangeOf(space: LatentSpace, dimension: number, range: RangeName): Range {
  if (space.kind !== 'numbers') return { min: 0, max: 1 };
  const [low, high] = [space.low[dimension]!, space.high[dimension]!];
  if (range === 'data') return low < high ? { min: low, max: high } : { min: low - 0.5, max: low + 0.5 };
  const width = Number(range);
  if (space.hasPrior) return { min: -width, max: width };
  const [mean, std] = [space.mean[dimension]!, space.std[dimension]! || 0.5];
  return { min: mean - width * std, max: mean + width * std };
}

/** Cells of a traversal: an odd number, so that one stands in the middle; a bit has two. */
export const stopsOf = ({ kind }: Pick<LatentSpace, 'kind'>): number => (kind === 'numbers' ? 11 : 2);

export const valueAt = ({ min, max }: Range, stop: number, stops: number): number =>
  stops > 1 ? min + ((max - min) * stop) / (stops - 1) : min;

/** The cell nearest to a value, undefined where it lies more than half a cell outside. */
export function stopOf({ min, max }: Range, value: number, stops: number): number | undefined {
  const stop = Math.round(((value - min) / (max - min)) * (stops - 1));
  return stop >= 0 && stop < stops ? stop : undefined;
}

export function withValue(code: Codes, dimension: number, value: number): Codes {
  const next = code.slice();
  next[dimension] = value;
  return next;
}

/** One row for each dimension of `order`, each with every stop of its range; the others stay. [rows · stops, d] */
export function traversal(space: LatentSpace, code: Codes, order: readonly number[], range: RangeName): Codes {
  const stops = stopsOf(space);
  const codes = new Float32Array(order.length * stops * space.size);
  order.forEach((dimension, row) => {
    const span = rangeOf(space, dimension, range);
    for (let stop = 0; stop < stops; stop++) {
      const at = (row * stops + stop) * space.size;
      codes.set(code, at);
      codes[at + dimension] = valueAt(span, stop, stops);
    }
  });
  return codes;
}

/** A square of codes with one dimension across and one down, least at the left and at the bottom. [side · side, d] */
export function plane(space: LatentSpace, code: Codes, x: number, y: number, range: RangeName, side: number): Codes {
  const [across, up] = [rangeOf(space, x, range), rangeOf(space, y, range)];
  const codes = new Float32Array(side * side * space.size);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const at = (row * side + column) * space.size;
      codes.set(code, at);
      codes[at + x] = valueAt(across, column, side);
      codes[at + y] = valueAt(up, side - 1 - row, side);
    }
  return codes;
}

/** A with the marked dimensions of B. */
export const swap = (a: Codes, b: Codes, marked: ReadonlySet<number>): Codes =>
  a.map((value, j) => (marked.has(j) ? b[j]! : value));

/** a − b + c; of bits, clipped to 0 and 1. */
export const arithmetic = (a: Codes, b: Codes, c: Codes, kind: LatentSpace['kind'] = 'numbers'): Codes =>
  a.map((value, j) => {
    const sum = value - b[j]! + c[j]!;
    return kind === 'numbers' ? sum : Math.min(1, Math.max(0, Math.round(sum)));
  });

export const linear = (a: Codes, b: Codes, t: number): Codes => a.map((value, j) => value + t * (b[j]! - value));

/**
 * The way along the arc between two codes (Shoemake 1985; White 2016, arXiv:1609.04468), which keeps the length that
 * codes of a normal prior have; lengths go over from one to the other. Where the two lie on one line: straight.
 */
export function spherical(a: Codes, b: Codes, t: number): Codes {
  const [long, wide] = [Math.hypot(...a), Math.hypot(...b)];
  if (long === 0 || wide === 0) return linear(a, b, t);
  const cosine = a.reduce((sum, value, j) => sum + (value * b[j]!) / (long * wide), 0);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const sine = Math.sin(angle);
  if (sine < 1e-6) return linear(a, b, t);
  const [from, to] = [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine];
  const length = long + t * (wide - long);
  return a.map((value, j) => length * ((from * value) / long + (to * b[j]!) / wide));
}

/** Several codes on the way from a to b, both included. [count, d] */
export function between(a: Codes, b: Codes, count: number, way: 'linear' | 'spherical'): Codes {
  const codes = new Float32Array(count * a.length);
  for (let i = 0; i < count; i++) {
    const t = count > 1 ? i / (count - 1) : 0;
    codes.set(way === 'linear' ? linear(a, b, t) : spherical(a, b, t), i * a.length);
  }
  return codes;
}

export interface Point {
  x: number;
  y: number;
}

/** Where a walker stands who has gone the share `t` of a way of points, by its length. */
export function walkAt(points: readonly Point[], t: number): Point & { leg: number } {
  const lengths = points.slice(1).map((point, i) => Math.hypot(point.x - points[i]!.x, point.y - points[i]!.y));
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  let left = Math.min(1, Math.max(0, t)) * whole;
  for (let leg = 0; leg < lengths.length; leg++) {
    const length = lengths[leg]!;
    if (left <= length && length > 0) {
      const [from, to] = [points[leg]!, points[leg + 1]!];
      const share = left / length;
      return { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y), leg };
    }
    left -= length;
  }
  const last = points.at(-1) ?? { x: 0, y: 0 };
  return { ...last, leg: Math.max(0, points.length - 2) };
}

/** A code from N(0, 1), or from the spread of the codes where nothing was taught to be normal. uniform: in (0, 1) */
export function drawn(space: LatentSpace, uniform: () => number): Codes {
  const code = new Float32Array(space.size);
  if (space.kind === 'classes') {
    code[Math.floor(uniform() * space.size)] = 1;
    return code;
  }
  if (space.kind === 'bits') return code.map((_, j) => Number(uniform() < space.mean[j]!));
  return code.map((_, j) => {
    const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()); // Box & Muller 1958
    return space.hasPrior ? normal : space.mean[j]! + space.std[j]! * normal;
  });
}

/** The code in the middle: zeros of a prior, else the mean of the codes; the bits that most items have; the first class. */
export function middle(space: LatentSpace): Codes {
  const code = new Float32Array(space.size);
  if (space.kind === 'classes') code[0] = 1;
  else if (!space.hasPrior) code.set(space.kind === 'bits' ? space.mean.map(Math.round) : space.mean);
  return code;
}

/** A number with so many digits after the point, and a true minus. */
export const decimals = (value: number, digits: number): string => {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
};
