/**
 * Random numbers that are a pure function of (seed, path of splits, position): the same on every platform, in any order,
 * and after a resume. Only integer and IEEE 754 basic operations are used, never Math.log or Math.cos, whose last bit
 * is left to the platform.
 *
 * The generator is Threefry-2x32 with 20 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
 */

type Words = readonly [number, number]; // 64 bits as two int32

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];
const PARITY = 0x1bd11bda;
const SPLIT = 1 << 31; // set in the counter's high word for splits, so that no draw ever equals a split

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** Encrypts a 64-bit counter under a 64-bit key. */
export function threefry(key: Words, counter: Words): [number, number] {
  const keys = [key[0], key[1], key[0] ^ key[1] ^ PARITY];
  let a = (counter[0] + keys[0]!) | 0;
  let b = (counter[1] + keys[1]!) | 0;
  for (let round = 0; round < 20; round++) {
    a = (a + b) | 0;
    b = rotate(b, ROTATIONS[round % 8]!) ^ a;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      a = (a + keys[injection % 3]!) | 0;
      b = (b + keys[(injection + 1) % 3]! + injection) | 0;
    }
  }
  return [a, b];
}

/** 32 bits of a text (FNV-1a over UTF-16 units, seeded), for naming a split. */
function hash(text: string, seed: number): number {
  let h = seed | 0;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h;
}

const TWO_32 = 4294967296;

/** Draws numbers one after another; `position` says how many words were drawn and may be set to resume. */
export class Stream {
  readonly #key: Words;
  position = 0;

  constructor(key: Words, position = 0) {
    this.#key = key;
    this.position = position;
  }

  /** An independent stream for a part of the work. The same name gives the same stream, wherever this one stands. */
  split(name: string | number): Stream {
    const words: Words =
      typeof name === 'number'
        ? [name | 0, SPLIT | (Math.floor(name / TWO_32) & 0x3fffffff)]
        : [hash(name, 0x811c9dc5), SPLIT | (1 << 30) | (hash(name, 0x9e3779b1) >>> 2)];
    return new Stream(threefry(this.#key, words));
  }

  /** n words of 32 random bits. */
  bits(n: number): Uint32Array<ArrayBuffer> {
    const words = new Uint32Array(n);
    const start = this.position;
    this.position += n;
    let block = -1;
    let pair: [number, number] = [0, 0];
    for (let i = 0; i < n; i++) {
      const at = start + i;
      const wanted = Math.floor(at / 2);
      if (wanted !== block) {
        block = wanted;
        pair = threefry(this.#key, [block | 0, Math.floor(block / TWO_32)]);
      }
      words[i] = pair[at % 2 === 0 ? 0 : 1];
    }
    return words;
  }

  /** Uniform on [0, 1), 24 bits each: every value is exact in float32. */
  uniform(n: number): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.bits(n), (word) => (word >>> 8) * 2 ** -24);
  }

  /** Mean 0, variance 1. One word each, by the inverse of the normal distribution; the tails end at ±6.2. */
  normal(n: number): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.bits(n), (word) => normalQuantile((word + 0.5) / TWO_32));
  }

  /** Uniform integers 0 ≤ i < below. 53 bits each, so the bias is under below / 2⁵³. */
  integers(n: number, below: number): Uint32Array<ArrayBuffer> {
    if (!Number.isInteger(below) || below < 1 || below > TWO_32) {
      throw new Error(`integers: below must be an integer in [1, 2^32], got ${below}`);
    }
    const words = this.bits(2 * n);
    return Uint32Array.from({ length: n }, (_, i) => Math.floor(fraction(words[2 * i]!, words[2 * i + 1]!) * below));
  }

  /** 0 … n − 1 in random order (Fisher–Yates). */
  permutation(n: number): Uint32Array<ArrayBuffer> {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    const words = this.bits(2 * n);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(fraction(words[2 * i]!, words[2 * i + 1]!) * (i + 1));
      const swapped = order[i]!;
      order[i] = order[j]!;
      order[j] = swapped;
    }
    return order;
  }
}

/** The root of all streams of a run. */
export function stream(seed: number): Stream {
  if (!Number.isSafeInteger(seed)) throw new Error(`stream: the seed must be a whole number, got ${seed}`);
  return new Stream([seed | 0, Math.floor(seed / TWO_32) | 0]).split('pretext');
}

/** 53 bits as a number in [0, 1). */
const fraction = (high: number, low: number): number => ((high >>> 5) * 67108864 + (low >>> 6)) * 2 ** -53;

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

/** Wichura 1988, algorithm AS 241 (PPND7): relative accuracy about 1e-7. Numerator and denominator of each region. */
const CENTRE = [
  [3.3871327179, 50.434271938, 159.29113202, 59.10937472],
  [1, 17.895169469, 78.757757664, 67.1875636],
] as const;
const SHOULDER = [
  [1.4234372777, 2.75681539, 1.3067284816, 0.17023821103],
  [1, 0.7370016425, 0.12021132975],
] as const;
const TAIL = [
  [6.657905115, 3.081226386, 0.42868294337, 0.017337203997],
  [1, 0.24197894225, 0.012258202635],
] as const;

/** The x below which a standard normal variable falls with probability p. */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRE[0], r)) / polynomial(CENTRE[1], r);
  }
  const r = Math.sqrt(-naturalLog(q < 0 ? p : 1 - p));
  const [region, shift] = r <= 5 ? [SHOULDER, 1.6] : [TAIL, 5];
  const x = polynomial(region[0], r - shift) / polynomial(region[1], r - shift);
  return q < 0 ? -x : x;
}

/** ln x for 0 < x < 1 from basic operations: x = m · 2ᵉ, ln m = 2 artanh((m − 1)/(m + 1)). */
function naturalLog(x: number): number {
  let mantissa = x;
  let exponent = 0;
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent -= 1;
  }
  const t = (mantissa - 1) / (mantissa + 1); // |t| ≤ 0.172
  const t2 = t * t;
  let sum = 0;
  for (let k = 21; k >= 1; k -= 2) sum = sum * t2 + 1 / k;
  return 2 * t * sum + exponent * Math.LN2;
}
