/** Laws of the points' pixels: every point is drawn, in its colour, in the order that the selection asks for. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { faded, hidden, type Looks, plain, rgbOf, selected } from '#renderer/explorers/projector/looks';
import { coverageOf, distanceOf, places, stampOf } from '#renderer/explorers/projector/marks';
import { openPixelPainter } from '#renderer/explorers/projector/pixel-painter';
import { shapes } from '#renderer/explorers/projector/shapes';

const size = { width: 60, height: 40 };
const paper: [number, number, number] = [255, 255, 255];
let shown: { data: Uint8ClampedArray; width: number };

beforeEach(() => {
  vi.stubGlobal('devicePixelRatio', 1);
  vi.stubGlobal(
    'ImageData',
    class {
      width: number;
      height: number;
      data: Uint8ClampedArray;
      constructor(width: number, height: number) {
        this.width = width;
        this.height = height;
        this.data = new Uint8ClampedArray(width * height * 4);
      }
    },
  );
});

/** Points of pixels from the middle, each with its colour's place and state. */
function draw(points: [number, number, number, number][], options: { mark?: number; morph?: number } = {}) {
  const canvas = {
    width: 0,
    height: 0,
    getContext: () => ({ putImageData: (image: typeof shown) => (shown = image) }),
  };
  const painter = openPixelPainter(canvas as unknown as HTMLCanvasElement)!;
  const palette = new Uint8Array(1024);
  palette.set([200, 0, 0, 255, 0, 0, 180, 255]);
  painter.palette(palette, paper);
  painter.positions(Float32Array.from({ length: 2 * points.length }, (_, at) => points[at >> 1]![at % 2]!));
  const looks: Looks = Uint8Array.from(points.flatMap(([, , colour, state]) => [colour, 0, state, 0]));
  painter.looks(looks);
  painter.draw({ x: 0, y: 0, scale: 1 }, size, options.mark ?? 8, options.morph ?? 1);
  return painter;
}
const pixel = (x: number, y: number) => {
  const at = 4 * ((size.height / 2 - y) * size.width + size.width / 2 + x);
  return [...shown.data.slice(at, at + 3)];
};
const inked = () => {
  let count = 0;
  for (let at = 0; at < shown.data.length; at += 4) if (shown.data[at + 1] !== 255) count++;
  return count;
};

describe('marks', () => {
  it('are solid in the middle where they have one, and end within their box', () => {
    shapes.forEach((shape, place) => {
      if (shape !== 'ring') expect(distanceOf(place, 0, 0), shape).toBeLessThan(0);
      else expect(distanceOf(place, 0, 0)).toBeGreaterThan(0);
      for (const [x, y] of [
        [1, 1],
        [-1, 1],
        [1, -1],
        [-1, -1],
      ] as const)
        expect(coverageOf(place, x, y, 24), shape).toBe(0);
    });
  });
  it('hide about as much wherever they lie within a pixel', () => {
    for (const size of [3.5, 7, 12])
      for (const shape of shapes.keys()) {
        const all = Array.from({ length: places * places }, (_, at) => {
          const { hides } = stampOf(shape, size, at % places, Math.floor(at / places), 1);
          return hides.reduce((sum, one) => sum + one, 0);
        });
        expect(Math.max(...all), `${shapes[shape]} of ${size}`).toBeLessThan(1.6 * Math.min(...all));
      }
  });
});

it('colours of the theme are read in their short form too', () => {
  expect(rgbOf(' #0b6b68')).toEqual([0x0b, 0x6b, 0x68]);
  expect(rgbOf('#fff')).toEqual([255, 255, 255]);
  expect(rgbOf('#1a9')).toEqual(rgbOf('#11aa99'));
});

describe('pixels', () => {
  it('lie where the point is, in its colour, on the paper', () => {
    draw([[10, 5, 0, selected]]);
    expect(pixel(10, 5)).toEqual([200, 0, 0]);
    expect(pixel(-10, 5)).toEqual([255, 255, 255]);
  });
  it('of plain points let the paper through, of faded ones more of it', () => {
    draw([[0, 0, 0, plain]]);
    const [, half] = pixel(0, 0);
    draw([[0, 0, 0, faded]]);
    const [, most] = pixel(0, 0);
    expect(half).toBeCloseTo(255 * (1 - 0.72), -1);
    expect(most).toBeCloseTo(255 * (1 - 0.16), -1);
  });
  it('of selected points lie above all others, whichever comes first', () => {
    draw([
      [0, 0, 0, selected],
      [0, 0, 1, plain],
    ]);
    expect(pixel(0, 0)).toEqual([200, 0, 0]);
  });
  it('of hidden points and of points out of sight are none; at the edge what is in sight is there', () => {
    draw([
      [0, 0, 0, hidden],
      [500, 0, 0, plain],
    ]);
    expect(inked()).toBe(0);
    draw([[-size.width / 2, 0, 0, plain]]);
    expect(inked()).toBeGreaterThan(0);
  });
  it('are there for each of many points, however small they are', () => {
    const apart = Array.from({ length: 50 }, (_, i): [number, number, number, number] => {
      return [6 * (i % 10) - 27 + 0.013 * i, 8 * Math.floor(i / 10) - 15.5, 0, plain];
    });
    draw(apart, { mark: 1 });
    for (const [x, y] of apart) {
      const near = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => pixel(Math.floor(x) + dx, Math.ceil(y) + dy)[1]!));
      expect(Math.min(...near)).toBeLessThan(255);
    }
  });
  it('move from where the points were to where they are', () => {
    const painter = draw([[-20, 0, 0, selected]]);
    painter.positions(Float32Array.of(20, 0), Float32Array.of(-20, 0));
    painter.draw({ x: 0, y: 0, scale: 1 }, size, 8, 0.5);
    expect(pixel(0, 0)).toEqual([200, 0, 0]);
    painter.draw({ x: 0, y: 0, scale: 1 }, size, 8, 1);
    expect(pixel(20, 0)).toEqual([200, 0, 0]);
    expect(pixel(0, 0)).toEqual([255, 255, 255]);
  });
});
