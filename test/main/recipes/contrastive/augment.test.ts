import { describe, expect, it } from 'vitest';
import { stream } from '#main/engine/random';
import { type Augmentation, augmented, enlarged, pooled } from '#main/recipes/contrastive/views/augment';
import { blur, kernelOf, radiusOf } from '#main/recipes/contrastive/views/blur';
import { brighten, contrast, grey, lighten, saturate, solarise, turnHue } from '#main/recipes/contrastive/views/colour';
import { boxOf, fillTaps, stretch, tapsOf } from '#main/recipes/contrastive/views/crop';

const colour = { channels: 3, height: 8, width: 6 };
const grey1 = { channels: 1, height: 8, width: 6 };
const nothing: Augmentation = {
  cropArea: 1,
  cropBy: 'area',
  aspect: 1,
  flip: 0,
  jitter: 0,
  brightness: 0.4,
  brightnessBy: 'multiply',
  contrast: 0.4,
  saturation: 0.4,
  hue: 0.1,
  greyscale: 0,
  blur: 0,
  solarise: 0,
  noise: 0,
};
const everything: Augmentation = {
  ...{ ...nothing, cropArea: 0.08, aspect: 4 / 3, flip: 0.5, jitter: 0.8 },
  ...{ greyscale: 0.2, blur: 0.5, solarise: 0.2, noise: 0.05 },
};
const pictures = (count: number, { channels, height, width } = colour) =>
  stream(4).uniform(count * channels * height * width);
const close = (a: ArrayLike<number>, b: ArrayLike<number>, digits = 5) => {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++) expect(a[i], `at ${i}`).toBeCloseTo(b[i]!, digits);
};

describe('views', () => {
  it('are bit for bit the same from the same stream, others from another, and leave the pictures alone', () => {
    const x = pictures(20);
    const before = x.slice();
    const views = augmented(x, colour, everything, stream(1));
    expect(augmented(x, colour, everything, stream(1))).toEqual(views);
    expect(augmented(x, colour, everything, stream(2))).not.toEqual(views);
    expect(x).toEqual(before);
  });

  it('of a picture do not depend on the pictures behind it in the batch', () => {
    const x = pictures(20);
    const size = x.length / 20;
    const { noise: _, ...rest } = everything;
    const views = augmented(x, colour, { ...rest, noise: 0 }, stream(1));
    const fewer = augmented(x.slice(0, 5 * size), colour, { ...rest, noise: 0 }, stream(1));
    expect(fewer).toEqual(views.slice(0, 5 * size));
  });

  it('are the pictures themselves where nothing may happen to them', () => {
    const x = pictures(3);
    expect(augmented(x, colour, nothing, stream(1))).toEqual(x);
  });

  it('stay within [0, 1] unless noise is added, whose deviation is the one asked for', () => {
    const x = pictures(50);
    const views = augmented(x, colour, { ...everything, noise: 0 }, stream(1));
    for (const value of views) expect(value >= 0 && value <= 1).toBe(true);
    const noisy = augmented(x, colour, { ...nothing, noise: 0.05 }, stream(1));
    const squares = noisy.reduce((sum, value, i) => sum + (value - x[i]!) ** 2, 0);
    expect(Math.sqrt(squares / x.length)).toBeCloseTo(0.05, 2);
  });

  it('happen as often as they should', () => {
    const count = 2000;
    const x = pictures(count, grey1);
    const size = x.length / count;
    const share = (how: Partial<Augmentation>) => {
      const views = augmented(x, grey1, { ...nothing, ...how }, stream(3));
      let changed = 0;
      for (let i = 0; i < count; i++)
        if (views.subarray(i * size, (i + 1) * size).some((value, p) => value !== x[i * size + p])) changed++;
      return changed / count;
    };
    for (const name of ['flip', 'blur', 'solarise', 'jitter'] as const)
      expect(share({ [name]: 0.3 }), name).toBeCloseTo(0.3, 1);
    expect(share({ greyscale: 1 })).toBe(0); // it is grey already
  });
});

describe('a crop', () => {
  const chances = Array.from(
    { length: 500 },
    (_, i) => stream(i).uniform(4) as unknown as [number, number, number, number],
  );

  it('lies within the picture, and takes at least the share of the area that it must', () => {
    for (const by of ['area', 'side'] as const)
      for (const u of chances) {
        const box = boxOf({ cropArea: 0.2, cropBy: by, aspect: 1 }, colour, u);
        expect(box.left >= 0 && box.left + box.width <= colour.width + 1e-9).toBe(true);
        expect(box.top >= 0 && box.top + box.height <= colour.height + 1e-9).toBe(true);
        expect((box.width * box.height) / 48).toBeGreaterThanOrEqual(0.2 - 1e-9);
      }
  });

  it('is uniform in the area or in the side, as told', () => {
    const mean = (by: 'area' | 'side', of: (share: number) => number) =>
      chances.reduce((sum, u) => {
        const box = boxOf({ cropArea: 0.25, cropBy: by, aspect: 1 }, colour, u);
        return sum + of((box.width * box.height) / 48) / chances.length;
      }, 0);
    expect(mean('area', (area) => area)).toBeCloseTo(0.625, 1);
    expect(mean('side', Math.sqrt)).toBeCloseTo(0.75, 1);
  });

  it('of a ramp is the ramp between its edges; mirrored it runs backwards', () => {
    const layout = { channels: 1, height: 1, width: 8 };
    const ramp = Float32Array.from({ length: 8 }, (_, i) => i);
    const [columns, rows, y] = [tapsOf(8), tapsOf(1), new Float32Array(8)];
    fillTaps(columns, 2, 4);
    fillTaps(rows, 0, 1);
    stretch(ramp, 0, y, 0, layout, columns, rows);
    close(y, [1.75, 2.25, 2.75, 3.25, 3.75, 4.25, 4.75, 5.25]);
    fillTaps(columns, 2, 4, true);
    stretch(ramp, 0, y, 0, layout, columns, rows);
    close(y, [5.25, 4.75, 4.25, 3.75, 3.25, 2.75, 2.25, 1.75]);
  });

  it('of a picture of one colour has that colour', () => {
    const x = new Float32Array(3 * 48).fill(0.3);
    close(augmented(x, colour, { ...nothing, cropArea: 0.08, aspect: 4 / 3, blur: 1 }, stream(1)), x);
  });
});

describe('colours', () => {
  const picture = () => pictures(1);
  const brightness = (x: Float32Array) => {
    let sum = 0;
    for (let p = 0; p < 48; p++) sum += 0.299 * x[p]! + 0.587 * x[48 + p]! + 0.114 * x[96 + p]!;
    return sum / 48;
  };

  it('brightness multiplies or adds, and is cut off', () => {
    const x = Float32Array.of(0.1, 0.5, 0.9);
    brighten(x, 1.5);
    close(x, [0.15, 0.75, 1]);
    lighten(x, -0.2);
    close(x, [0, 0.55, 0.8]);
  });

  it('contrast keeps the mean brightness, and 0 leaves nothing else', () => {
    const x = picture().map((value) => 0.4 + 0.2 * value);
    const before = brightness(x);
    contrast(x, 1.3);
    expect(brightness(x)).toBeCloseTo(before, 5);
    contrast(x, 0);
    close(x, new Float32Array(x.length).fill(before));
  });

  it('saturation keeps the brightness of each pixel; grey makes the channels one', () => {
    const x = picture().map((value) => 0.4 + 0.2 * value);
    const before = x.slice();
    saturate(x, 1.4);
    expect(brightness(x)).toBeCloseTo(brightness(before), 5);
    grey(x);
    close(x.slice(0, 48), x.slice(48, 96));
    close(x.slice(0, 48), x.slice(96));
  });

  it('hue turns red to green in a third of the circle, comes back after a whole one, and keeps what is grey', () => {
    const red = Float32Array.of(1, 0, 0);
    turnHue(red, 1 / 3);
    close(red, [0, 1, 0]);
    const x = picture();
    for (let i = 0; i < 4; i++) turnHue(x, 0.25);
    close(x, picture());
    const plain = Float32Array.of(0.4, 0.4, 0.4);
    turnHue(plain, 0.2);
    close(plain, [0.4, 0.4, 0.4]);
    const turned = picture();
    turnHue(turned, -0.37);
    for (let p = 0; p < 48; p++) {
      const of = (y: Float32Array) => [y[p]!, y[48 + p]!, y[96 + p]!];
      expect(Math.max(...of(turned))).toBeCloseTo(Math.max(...of(picture())), 5);
      expect(Math.min(...of(turned))).toBeCloseTo(Math.min(...of(picture())), 5);
    }
  });

  it('solarising inverts the bright half', () => {
    const x = Float32Array.of(0.2, 0.5, 0.9);
    solarise(x);
    close(x, [0.2, 0.5, 0.1]);
  });
});

it('a blur keeps the sum of what lies within, spreads a point as its kernel, and its kernel adds up to 1', () => {
  const layout = { channels: 1, height: 32, width: 32 };
  const radius = radiusOf(32);
  expect(radius).toBe(2);
  const kernel = kernelOf(0.8, radius);
  expect(kernel[0]! + 2 * (kernel[1]! + kernel[2]!)).toBeCloseTo(1, 6);
  const x = new Float32Array(1024);
  x[16 * 32 + 16] = 1;
  blur(x, layout, 0.8);
  expect(x.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
  expect(x[16 * 32 + 17]).toBeCloseTo(kernel[0]! * kernel[1]!, 6);
  expect(x[14 * 32 + 16]).toBeCloseTo(kernel[2]! * kernel[0]!, 6);
});

it('pooling takes the mean of blocks, enlarging is what it undoes', () => {
  const x = Float32Array.from({ length: 32 }, (_, i) => i); // two planes of 4 × 4
  const small = pooled(x, { channels: 2, height: 4, width: 4 }, 2);
  close(small, [2.5, 4.5, 10.5, 12.5, 18.5, 20.5, 26.5, 28.5]);
  const large = enlarged(small, { channels: 2, height: 2, width: 2 }, 2);
  expect(large.length).toBe(32);
  expect(pooled(large, { channels: 2, height: 4, width: 4 }, 2)).toEqual(small);
});
