/** Drawn digits for tests and the dev page: strokes with a hand's jitter, so that no picture data need be shipped. */

type Stroke = [x: number, y: number][];
// in a unit square, y down; curves as short lines
const arc = (cx: number, cy: number, rx: number, ry: number, from: number, to: number, steps = 12): Stroke =>
  Array.from({ length: steps + 1 }, (_, i) => {
    const angle = from + ((to - from) * i) / steps;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
  });
const tau = Math.PI * 2;
const glyphs: Stroke[][] = [
  [arc(0.5, 0.5, 0.26, 0.38, 0, tau, 18)],
  [
    [
      [0.36, 0.26],
      [0.53, 0.12],
      [0.53, 0.88],
    ],
  ],
  [[...arc(0.5, 0.32, 0.24, 0.2, -Math.PI, 0.4), [0.27, 0.86], [0.77, 0.86]]],
  [[...arc(0.48, 0.31, 0.22, 0.19, -2.6, 1.4), ...arc(0.48, 0.67, 0.25, 0.2, -1.4, 2.6)]],
  [
    [
      [0.62, 0.12],
      [0.24, 0.62],
      [0.8, 0.62],
    ],
    [
      [0.62, 0.34],
      [0.62, 0.9],
    ],
  ],
  [[[0.74, 0.13], [0.34, 0.13], [0.31, 0.46], ...arc(0.49, 0.64, 0.25, 0.23, -2.2, 2.5)]],
  [[[0.66, 0.12], [0.4, 0.36], ...arc(0.5, 0.66, 0.23, 0.22, -Math.PI, Math.PI, 16)]],
  [
    [
      [0.24, 0.14],
      [0.76, 0.14],
      [0.44, 0.88],
    ],
  ],
  [arc(0.5, 0.31, 0.19, 0.18, 0, tau, 16), arc(0.5, 0.68, 0.23, 0.2, 0, tau, 16)],
  [[...arc(0.5, 0.34, 0.22, 0.21, 0, tau, 16), [0.7, 0.42], [0.56, 0.9]]],
];

/** A small, fast, seedable source of numbers in [0, 1) (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One digit as uint8 [side, side], white on black; the seed is the hand. */
export function drawDigit(digit: number, seed: number, side = 28): Uint8Array {
  const random = randomOf(seed * 7919 + digit);
  const wobble = (size: number) => (random() - 0.5) * 2 * size;
  const [slant, angle, width] = [wobble(0.22), wobble(0.12), 0.035 + random() * 0.05];
  const [sx, sy, dx, dy] = [0.85 + random() * 0.25, 0.9 + random() * 0.14, wobble(0.05), wobble(0.04)];
  const strokes = (glyphs[digit % 10] ?? []).map((stroke) =>
    stroke.map(([x, y]): [number, number] => {
      const [u, v] = [(x - 0.5) * sx - (y - 0.5) * slant + wobble(0.012), (y - 0.5) * sy + wobble(0.012)];
      return [
        0.5 + u * Math.cos(angle) - v * Math.sin(angle) + dx,
        0.5 + u * Math.sin(angle) + v * Math.cos(angle) + dy,
      ];
    }),
  );
  const pixels = new Uint8Array(side * side);
  for (let row = 0; row < side; row += 1)
    for (let column = 0; column < side; column += 1) {
      const far = distance(strokes, (column + 0.5) / side, (row + 0.5) / side);
      pixels[row * side + column] = Math.round(255 * Math.min(1, Math.max(0, (width - far) * side * 0.9 + 0.5)));
    }
  return pixels;
}

function distance(strokes: Stroke[], x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const stroke of strokes)
    for (let i = 1; i < stroke.length; i += 1) {
      const [ax, ay] = stroke[i - 1] ?? [0, 0];
      const [bx, by] = stroke[i] ?? [0, 0];
      const [ux, uy] = [bx - ax, by - ay];
      const along = Math.min(1, Math.max(0, ((x - ax) * ux + (y - ay) * uy) / (ux * ux + uy * uy || 1)));
      least = Math.min(least, Math.hypot(x - ax - along * ux, y - ay - along * uy));
    }
  return least;
}

const hands = 40; // as many ways to write each digit; more would only make tests slow
const drawn = new Map<string, Uint8Array>();
function remembered(digit: number, seed: number, side: number): Uint8Array {
  const key = `${digit} ${seed % hands} ${side}`;
  const known = drawn.get(key);
  if (known) return known;
  const pixels = drawDigit(digit, seed % hands, side);
  drawn.set(key, pixels);
  return pixels;
}

/** Several digits as one batch [count, side, side, 1]. */
export function drawDigits(items: { digit: number; seed: number }[], side = 28) {
  const pixels = new Uint8Array(items.length * side * side);
  items.forEach(({ digit, seed }, i) => pixels.set(remembered(digit, seed, side), i * side * side));
  return { count: items.length, height: side, width: side, channels: 1 as const, pixels };
}

/** What a model in training makes of a picture: blurred less and less, with noise that fades. share: 0–1 of the run. */
export function blur(pixels: Uint8Array, side: number, share: number, seed: number): Uint8Array {
  const random = randomOf(seed);
  const radius = 0.6 + 3 * (1 - share) ** 2;
  const weights = Array.from({ length: 9 }, (_, i) => Math.exp(-((i - 4) ** 2) / (2 * radius * radius)));
  const total = weights.reduce((a, b) => a + b);
  const pass = (from: ArrayLike<number>, dx: number, dy: number): Float64Array =>
    Float64Array.from({ length: side * side }, (_, at) => {
      const [x, y] = [at % side, Math.floor(at / side)];
      return weights.reduce((sum, weight, i) => {
        const [u, v] = [x + (i - 4) * dx, y + (i - 4) * dy];
        return u < 0 || v < 0 || u >= side || v >= side ? sum : sum + (weight / total) * (from[v * side + u] ?? 0);
      }, 0);
    });
  const soft = pass(pass(pixels, 1, 0), 0, 1);
  return Uint8Array.from(soft, (value) =>
    Math.min(255, Math.max(0, value * (1.05 + 0.25 * share) + (random() - 0.5) * 10)),
  );
}
