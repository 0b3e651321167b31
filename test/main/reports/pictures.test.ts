import { describe, expect, it } from 'vitest';
import { sheet } from '#main/reports/pictures';
import { pictures } from './facts';

describe('a sheet of pictures', () => {
  it('enlarges by a whole factor, lays out in rows and leaves white between', () => {
    const made = sheet(pictures(5, 4), { columns: 3, side: 8, gap: 2 });
    expect([made.width, made.height]).toEqual([3 * 8 + 2 * 2, 2 * 8 + 2]);
    expect(made.pixels[8]).toBe(255); // the gap after the first picture
    expect(made.pixels[0]).toBe(made.pixels[1]); // one pixel is two wide
  });

  it('keeps the order that is asked for', () => {
    const source = pictures(3, 2);
    const made = sheet(source, { order: [2, 0], side: 2, gap: 0 });
    expect(Array.from(made.pixels.subarray(0, 4))).toEqual([
      source.pixels[8],
      source.pixels[9],
      source.pixels[0],
      source.pixels[1],
    ]);
  });

  it('draws errors in colour: none is black, the largest is light', () => {
    const made = sheet(
      { count: 2, height: 1, width: 1, channels: 1, pixels: Uint8Array.of(0, 255) },
      { side: 1, gap: 0, heat: true },
    );
    expect(made.channels).toBe(3);
    expect(Array.from(made.pixels)).toEqual([0, 0, 0, 255, 255, 204]);
  });
});
