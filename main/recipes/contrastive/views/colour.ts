/** What changes the colours of a picture [channels, height, width] in place: each by a factor or amount that is given. */

/** Rec. 601: how much red, green and blue add to what the eye calls brightness; torchvision's and TensorFlow's numbers. */
const [red, green, blue] = [0.299, 0.587, 0.114];

const clipped = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value);

/** x · factor + term, cut off at 0 and 1. */
function affine(x: Float32Array, factor: number, term: number): void {
  for (let i = 0; i < x.length; i++) x[i] = clipped(x[i]! * factor + term);
}

export const brighten = (x: Float32Array, factor: number): void => affine(x, factor, 0);
export const lighten = (x: Float32Array, amount: number): void => affine(x, 1, amount);

/** Stretches values away from the mean brightness of the picture, or towards it. */
export function contrast(x: Float32Array, factor: number): void {
  affine(x, factor, (1 - factor) * meanBrightness(x));
}

function meanBrightness(x: Float32Array): number {
  const plane = x.length / 3;
  let [r, g, b] = [0, 0, 0];
  if (!Number.isInteger(plane) || x.length < 3) return meanOf(x, 0, x.length);
  for (let p = 0; p < plane; p++) {
    r += x[p]!;
    g += x[plane + p]!;
    b += x[2 * plane + p]!;
  }
  return (red * r + green * g + blue * b) / plane;
}

function meanOf(x: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += x[i]!;
  return sum / (to - from);
}

/** 0: grey, 1: as it is, above: more colour. Of three channels. */
export function saturate(x: Float32Array, factor: number): void {
  const plane = x.length / 3;
  for (let p = 0; p < plane; p++) {
    const [r, g, b] = [x[p]!, x[plane + p]!, x[2 * plane + p]!];
    const grey = (1 - factor) * (red * r + green * g + blue * b);
    x[p] = clipped(factor * r + grey);
    x[plane + p] = clipped(factor * g + grey);
    x[2 * plane + p] = clipped(factor * b + grey);
  }
}

/** Turns the hue by a share of the colour circle; brightest, darkest and grey values stay. Of three channels. */
export function turnHue(x: Float32Array, turn: number): void {
  const plane = x.length / 3;
  for (let p = 0; p < plane; p++) {
    const [r, g, b] = [x[p]!, x[plane + p]!, x[2 * plane + p]!];
    const most = Math.max(r, g, b);
    const span = most - Math.min(r, g, b);
    if (span === 0) continue;
    const sector = most === r ? (g - b) / span : most === g ? 2 + (b - r) / span : 4 + (r - g) / span;
    const hue = sector + 6 * turn + 12; // sixths of the circle, above 0
    // Each channel is `most` on two sixths of the circle, `most − span` on two, and goes straight between them.
    x[p] = most - span * fall(hue, 5);
    x[plane + p] = most - span * fall(hue, 3);
    x[2 * plane + p] = most - span * fall(hue, 1);
  }
}

/** How far below the brightest channel one lies, as a share of the span (the conversion from HSV in one line). */
function fall(hue: number, offset: number): number {
  const k = (hue + offset) % 6;
  return Math.max(0, Math.min(k, 4 - k, 1));
}

/** All three channels to the brightness. */
export const grey = (x: Float32Array): void => saturate(x, 0);

/** Inverts what is bright: 1 − x where x ≥ ½ (BYOL, appendix B). */
export function solarise(x: Float32Array): void {
  for (let i = 0; i < x.length; i++) if (x[i]! >= 0.5) x[i] = 1 - x[i]!;
}
