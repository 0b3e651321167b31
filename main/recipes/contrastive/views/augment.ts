/**
 * Views of pictures: what contrastive learning holds two pictures to be the same in spite of. A pure function of pictures,
 * settings and a random stream, so that a step gives the same views whenever it is taken.
 *
 * Letters: N pictures of C channels, H × W pixels, float32 in [0, 1].
 */
import type { Stream } from '#main/engine/random';
import { blur } from './blur';
import { brighten, contrast, grey, lighten, saturate, solarise, turnHue } from './colour';
import { boxOf, type CropSettings, fillTaps, type Layout, stretch, type Taps, tapsOf } from './crop';

/** What may happen to a picture, in this order. A chance is that of one view. */
export interface Augmentation extends CropSettings {
  /** Chance of left and right changing places. */
  flip: number;
  /** Chance of the colour jitter, which is the next five. */
  jitter: number;
  /** Brightness is multiplied by 1 ± this, or this is added or taken away at most. */
  brightness: number;
  brightnessBy: 'multiply' | 'add';
  contrast: number;
  saturation: number;
  /** Largest turn of the hue, as a share of the colour circle. */
  hue: number;
  /** Chance of losing all colour. */
  greyscale: number;
  /** Chance of a Gaussian blur. */
  blur: number;
  /** Chance of inverting what is bright. */
  solarise: number;
  /** Standard deviation of normal noise on every pixel. */
  noise: number;
}

/** σ of the blur is uniform between these, in pixels (SimCLR, appendix A). */
const blurSigma = [0.1, 2] as const;

/** Uniform numbers that one view of one picture takes, whatever is done with them: by name, their places. */
const names = [
  ...['area', 'ratio', 'left', 'top', 'flip', 'jitter', 'order', 'brightness', 'contrast', 'saturation', 'hue'],
  ...['greyscale', 'blur', 'sigma', 'solarise'],
] as const;
const place = Object.fromEntries(names.map((name, at) => [name, at])) as Record<string, number>;

/** Chance of one picture: `of('flip')` is uniform on [0, 1). */
type Chance = (name: string) => number;

/** One view of each picture. x: [N, C, H, W] → [N, C, H, W]; `layout` tells C, H and W. */
export function augmented(x: Float32Array, layout: Layout, how: Augmentation, random: Stream): Float32Array {
  const size = layout.channels * layout.height * layout.width;
  const count = x.length / size;
  const u = random.split('choices').uniform(count * names.length);
  const views = new Float32Array(x.length);
  const taps: [Taps, Taps] = [tapsOf(layout.width), tapsOf(layout.height)];
  for (let i = 0; i < count; i++) {
    const chance: Chance = (name) => u[i * names.length + place[name]!]!;
    crop(x, views, i * size, layout, how, chance, taps);
    const view = views.subarray(i * size, (i + 1) * size);
    if (chance('jitter') < how.jitter) jitter(view, layout, how, chance);
    if (layout.channels === 3 && chance('greyscale') < how.greyscale) grey(view);
    if (chance('blur') < how.blur) blur(view, layout, between(...blurSigma, chance('sigma')));
    if (chance('solarise') < how.solarise) solarise(view);
  }
  if (how.noise > 0) addNoise(views, how.noise, random.split('noise'));
  return views;
}

const between = (low: number, high: number, u: number): number => low + (high - low) * u;

function crop(
  x: Float32Array,
  views: Float32Array,
  at: number,
  layout: Layout,
  how: Augmentation,
  chance: Chance,
  [columns, rows]: [Taps, Taps],
): void {
  const box = boxOf(how, layout, [chance('area'), chance('ratio'), chance('left'), chance('top')]);
  fillTaps(columns, box.left, box.width, chance('flip') < how.flip);
  fillTaps(rows, box.top, box.height);
  stretch(x, at, views, at, layout, columns, rows);
}

/** Brightness, contrast, saturation and hue in an order of chance, as torchvision has it. */
function jitter(view: Float32Array, { channels }: Layout, how: Augmentation, chance: Chance): void {
  const factor = (strength: number, u: number) => between(Math.max(0, 1 - strength), 1 + strength, u);
  const changes = [
    how.brightness > 0 &&
      (how.brightnessBy === 'add'
        ? () => lighten(view, between(-how.brightness, how.brightness, chance('brightness')))
        : () => brighten(view, factor(how.brightness, chance('brightness')))),
    how.contrast > 0 && (() => contrast(view, factor(how.contrast, chance('contrast')))),
    channels === 3 && how.saturation > 0 && (() => saturate(view, factor(how.saturation, chance('saturation')))),
    channels === 3 && how.hue > 0 && (() => turnHue(view, between(-how.hue, how.hue, chance('hue')))),
  ].filter((change) => change !== false);
  for (const change of shuffled(changes, chance('order'))) change();
}

/** The order of at most four things that one number of [0, 1) stands for (Lehmer's code). */
function shuffled<T>(things: readonly T[], u: number): T[] {
  const left = [...things];
  let rest = u;
  return things.map((_, i) => {
    const scaled = rest * (things.length - i);
    rest = scaled - Math.floor(scaled);
    return left.splice(Math.floor(scaled), 1)[0]!;
  });
}

function addNoise(views: Float32Array, sigma: number, random: Stream): void {
  const noise = random.normal(views.length);
  for (let i = 0; i < views.length; i++) views[i]! += sigma * noise[i]!;
}

/** Each block of factor × factor pixels as its mean. x: [N, C, H, W] → [N, C, H / factor, W / factor] */
export function pooled(x: Float32Array, { height, width }: Layout, factor: number): Float32Array {
  if (factor === 1) return x;
  const [h, w] = [height / factor, width / factor];
  const out = new Float32Array(x.length / factor ** 2);
  for (let at = 0; at < out.length; at++) {
    const [plane, row, column] = [Math.floor(at / (h * w)), Math.floor(at / w) % h, at % w];
    const corner = plane * height * width + row * factor * width + column * factor;
    let sum = 0;
    for (let p = 0; p < factor; p++) for (let q = 0; q < factor; q++) sum += x[corner + p * width + q]!;
    out[at] = sum / factor ** 2;
  }
  return out;
}

/** Each pixel as a block of factor × factor, which `pooled` makes one of again. x: [N, C, H, W] → [N, C, factor·H, factor·W] */
export function enlarged(x: Float32Array, { height, width }: Layout, factor: number): Float32Array {
  if (factor === 1) return x;
  const [h, w] = [height * factor, width * factor];
  return Float32Array.from({ length: x.length * factor ** 2 }, (_, at) => {
    const [plane, row, column] = [Math.floor(at / (h * w)), Math.floor(at / w) % h, at % w];
    return x[plane * height * width + Math.floor(row / factor) * width + Math.floor(column / factor)]!;
  });
}
