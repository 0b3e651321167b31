import { describe, expect, it } from 'vitest';
import { sheet } from '#main/reports/pictures';
import { pictures } from './facts';

describe('a sheet of pictures', () => {
  it('enlarges by a whole factor, lays out in rows and leaves nothing between', () => {
    const made = sheet(pictures(5, 4), { columns: 3, side: 8, gap: 2 });
    expect([made.width, made.height]).toEqual([3 * 8 + 2 * 2, 2 * 8 + 2]);
    const alpha = (x: number) => made.pixels[x * 2 + 1];
    expect([alpha(7), alpha(8), alpha(9), alpha(10)]).toEqual([255, 0, 0, 255]); // the gap after the first picture
    expect(made.pixels[0]).toBe(made.pixels[2]); // one pixel is two wide
  });

  it('keeps the order that is asked for', () => {
    const source = pictures(3, 2);
    const made = sheet(source, { order: [2, 0], side: 2, gap: 0 });
    expect(Array.from(made.pixels.filter((_, i) => i % 2 === 0).subarray(0, 4))).toEqual([
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
    expect(made.channels).toBe(4);
    expect(Array.from(made.pixels)).toEqual([0, 0, 0, 255, 255, 255, 204, 255]);
  });

  it('has gaps of a grey where the edges of the pictures would be lost', () => {
    const made = sheet(pictures(2, 1), { side: 1, gap: 1, ground: 150 });
    expect(Array.from(made.pixels.subarray(2, 4))).toEqual([150, 255]);
  });

  it('leaves clear what the last row leaves free', () => {
    const made = sheet(pictures(3, 1), { side: 1, gap: 1, columns: 2, ground: 150 });
    const alpha = (x: number, y: number) => made.pixels[(y * made.width + x) * 2 + 1];
    expect([alpha(0, 1), alpha(2, 1)]).toEqual([255, 255]); // the gap between the rows
    expect([alpha(0, 2), alpha(1, 2), alpha(2, 2)]).toEqual([255, 0, 0]);
  });
});
