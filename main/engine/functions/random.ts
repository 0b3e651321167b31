/**
 * Random numbers made inside the graph: a pure function of (seed, site, draw). They are not fed, so they cost no
 * transfer; they are whole-number arithmetic, so they have the same bits on the CPU, on WebGPU and in JavaScript; and
 * all that changes from step to step is the state `random.key`, so that a resumed run goes on bit for bit.
 *
 * A *site* is a place in the model that draws: its full name, and the how-many-eth draw under this name it is, so that a
 * layer used twice draws twice. Each run of the graph raises the key's counter: the next *draw* of every site.
 *
 * How: a site of n numbers is a plane of R rows and C columns, R·C ≥ n. Only about 2R + 2C words are hashed with care,
 * from the site's own constants and the key. A number of the plane is then
 *
 *   h = aᵣ · b_c + dᵣ   (mod 2³²),
 *
 * which makes any two numbers of the plane independent (multiply-add hashing: Dietzfelbinger 1996, STACS, "Universal
 * hashing and k-wise independence via integer arithmetic without primes"). That is what a mask needs, at two integer
 * operations an element. Numbers are h · (h + e_c), whose low-order sums show no lattice either.
 */

import type { Init } from '../init';
import { stream } from '../random';
import type { Scope } from '../scope';
import { elements } from '../shape';
import type { Tensor } from '../tensor';

const TWO_32 = 2 ** 32;
const COUNTS = 2 ** 22; // of the low counter; the high one counts its turns. All are exact in float32.

/** Two numbers of 24 bits from the seed of the run, and how often was drawn so far, low and high. */
const keyInit: Init = {
  name: 'randomKey',
  fill: (_, random) => Float32Array.of(...random.uniform(2).map((value) => value * 2 ** 24), 0, 0),
};

/** What a program knows of its chance: the words of this draw, and how often each name has drawn. */
interface Chance {
  readonly words: readonly Tensor[];
  readonly sites: Map<string, number>;
}

const chances = new WeakMap<Tensor['graph'], Chance>();

function chanceOf(scope: Scope): Chance {
  const { root } = scope;
  const key = root.state('random.key', [4], keyInit);
  const known = chances.get(key.graph);
  if (known) return known;
  root.update('random.key', raised(key));
  const chance = { words: wordsOf(key), sites: new Map<string, number>() };
  chances.set(key.graph, chance);
  return chance;
}

/** The key with its counter one higher. */
function raised(key: Tensor): Tensor {
  const next = key.add(key.constant(Float32Array.of(0, 0, 1, 0)));
  const isFull = next.slice(0, 2, 3).greaterEqual(COUNTS).cast('float32'); // [1]
  return next.add(isFull.mul(key.constant(Float32Array.of(0, 0, -COUNTS, 1))));
}

const whole = (like: Tensor, ...values: number[]): Tensor =>
  like.constant(
    Int32Array.from(values, (value) => value | 0),
    [values.length],
    'int32',
  );

/** h · (h + k), then the upper half brought down to the lower, where the next product takes it up again. */
function mixed(h: Tensor, k: Tensor): Tensor {
  const product = h.mul(h.add(k));
  return product.add(product.div(whole(h, 65536)));
}

/** One element of a vector of integers: int32 [1]. Read, not cut out: WebGPU cuts floats only. */
const at = (vector: Tensor, place: number): Tensor => vector.gather(whole(vector, place));

/** Odd numbers without a pattern: the digits of a Weyl sequence, hashed. One row of three for each word of the key. */
const SPREAD = [
  [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35],
  [0x27d4eb2f, 0x165667b1, 0x2c1b3c6d],
  [0x297a2d39, 0x846ca68b, 0x6c8e9cf5],
  [0x3c6ef373, 0x1b873593, 0xd3a2646d],
] as const;

/** Three words of 32 bits for this draw; each bit of the key changes all of them. */
function wordsOf(key: Tensor): Tensor[] {
  const parts = key.cast('int32');
  const sum = SPREAD.map((row, place) => at(parts, place).mul(whole(parts, ...row))).reduce((a, b) => a.add(b)); // [3]
  const rounds = [0x7f4a7c15, 0x1ce4e5b9, 0x133111eb, 0x5bd1e995];
  const words = rounds.reduce((h, round, i) => mixed(h, whole(h, round, round + 2 * i, round + 4 * i + 2)), sum);
  return [0, 1, 2].map((place) => at(words, place));
}

/** R and C for n elements: two divisors near √n where there are any, otherwise a plane with a rest. */
export function planeOf(n: number): { rows: number; columns: number } {
  const root = Math.sqrt(n);
  for (let rows = Math.floor(root); rows >= root / 4; rows--) if (n % rows === 0) return { rows, columns: n / rows };
  const columns = Math.ceil(root);
  return { rows: Math.ceil(n / columns), columns };
}

/** 32 random bits for each place of the site's plane: int32 [R, C]. */
function bits(scope: Scope, name: string, n: number, quality: 'mask' | 'number'): Tensor {
  const { words, sites } = chanceOf(scope);
  const full = scope.nameOf(name);
  const uses = (sites.get(full) ?? 0) + 1;
  sites.set(full, uses);

  const { rows, columns } = planeOf(n);
  const sizes = quality === 'mask' ? [rows, columns, rows] : [rows, columns, rows, columns];
  const own = stream(0).split('random').split(full).split(uses);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const [k0, k1, k2] = words as [Tensor, Tensor, Tensor];
  const start = k0.constant(new Int32Array(own.bits(total)), [total], 'int32');
  const hashed = mixed(mixed(start.add(k0), k1), k2);

  let end = 0;
  const [a, b, d, e] = sizes.map((size, place) => {
    const positions = Int32Array.from({ length: size }, (_, i) => end + i);
    end += size;
    const shape = place % 2 === 0 ? [size, 1] : [1, size];
    return hashed.gather(hashed.constant(positions, shape, 'int32'));
  }) as [Tensor, Tensor, Tensor, Tensor?];
  const h = a.mul(b).add(d); // [R, C]
  return e ? h.mul(h.add(e)) : h;
}

/** The first elements of a plane in another shape. Cut as floats, which every device can. */
function shaped(plane: Tensor, shape: readonly number[]): Tensor {
  const n = elements('random', shape);
  const flat = plane.shape.reduce((total: number, dim) => total * Number(dim), 1);
  return (flat === n ? plane : plane.reshape([flat]).slice(0, 0, n)).reshape(shape);
}

const sizesOf = (shape: Tensor['shape']): number[] => shape.map((dim) => elements('random', [dim]));

/**
 * Uniform on (0, 1), neither end included: odd multiples of 2⁻²⁴, so that every value, and every sum on the way to it,
 * is exact. (½ + 2⁻²⁴ is twice as likely as the others.)
 */
export function uniform(scope: Scope, name: string, shape: readonly number[]): Tensor {
  const h = bits(scope, name, elements('uniform', shape), 'number');
  const upper = h.div(whole(h, 512)).cast('float32'); // whole numbers −2²² … 2²² − 1
  return shaped(upper, shape)
    .scale(2 ** -23)
    .plus(0.5 + 2 ** -24);
}

/**
 * Mean 0, variance 1, by Box & Muller 1958 from pairs of uniform numbers; the tails end at ±5.8. Built on log, cos and
 * sin, whose last bits differ between devices.
 */
export function normal(scope: Scope, name: string, shape: readonly number[]): Tensor {
  const n = elements('normal', shape);
  const pairs = Math.ceil(n / 2);
  const [length, angle] = uniform(scope, name, [2, pairs]).split(2, 0) as [Tensor, Tensor];
  const radius = length.log().scale(-2).sqrt();
  const turn = angle.plus(-0.5).scale(2 * Math.PI);
  return shaped(radius.mul(turn.cos()).concat([radius.mul(turn.sin())]), shape);
}

/** −log(−log u): the largest of logits + gumbel noise is drawn with the probabilities softmax(logits) (Gumbel 1954). */
export const gumbel = (scope: Scope, name: string, shape: readonly number[]): Tensor =>
  uniform(scope, name, shape).log().neg().log().neg();

/** log u − log(1 − u): the difference of two Gumbel numbers. */
export function logistic(scope: Scope, name: string, shape: readonly number[]): Tensor {
  const u = uniform(scope, name, shape);
  return u.log().sub(u.neg().plus(1).log());
}

/** 1 with chance p, otherwise 0: float. p: a number, exact to 2⁻³², or a tensor that broadcasts to the shape, to 2⁻²³. */
export function bernoulli(scope: Scope, name: string, shape: readonly number[], p: number | Tensor): Tensor {
  if (typeof p !== 'number') return uniform(scope, name, shape).less(p).cast('float32');
  if (!(p >= 0 && p <= 1)) throw new Error(`bernoulli: p must lie in [0, 1], got ${p}`);
  return shaped(below(scope, name, shape, p), shape);
}

/** A plane of ones with chance p. */
function below(scope: Scope, name: string, shape: readonly number[], p: number): Tensor {
  const h = bits(scope, name, elements('bernoulli', shape), 'mask');
  const count = Math.round(p * TWO_32); // of 2³² words, those that give a 1
  if (count === 0 || count === TWO_32) return h.constant(count / TWO_32).broadcastTo(h.shape);
  return h.less(count - TWO_32 / 2).cast('float32');
}

export interface DropoutOptions {
  /** Tells sites of one scope apart where their order may change. */
  name?: string;
  /** The shape of the mask, which is stretched to that of x: [n, c, 1, 1] drops whole channels. */
  shape?: readonly number[];
}

/**
 * Sets each number to 0 with chance `rate` and divides the others by 1 − rate, so that the mean stays; the identity in a
 * program that does not train (Srivastava et al. 2014, JMLR 15).
 */
export function dropout(scope: Scope, x: Tensor, rate: number, options: DropoutOptions = {}): Tensor {
  if (!(rate >= 0 && rate < 1)) throw new Error(`dropout: the rate must lie in [0, 1), got ${rate}`);
  if (!scope.training || rate === 0) return x;
  const { name = 'dropout', shape = sizesOf(x.shape) } = options;
  const kept = 1 - Math.round(rate * TWO_32) / TWO_32; // the chance that a word really has
  return x.mul(shaped(below(scope, name, shape, kept).scale(1 / kept), shape));
}
