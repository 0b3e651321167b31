import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodePng } from '#main/reports/png';

describe('the PNG writer', () => {
  it.each([1, 2, 3, 4] as const)('gives back every pixel of a picture of %i channels', async (channels) => {
    const pixels = Uint8Array.from({ length: 7 * 5 * channels }, (_, i) => (i * 53 + 11) % 256);
    const file = encodePng({ width: 7, height: 5, channels, pixels });
    const image = sharp(file);
    const { width, height, format } = await image.metadata();
    expect({ width, height, format }).toEqual({ width: 7, height: 5, format: 'png' });
    const raw = await image
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer();
    // sharp gives grey with alpha back as RGB with alpha.
    const seen = channels === 2 ? raw.filter((_, i) => i % 4 === 0 || i % 4 === 3) : raw;
    expect(Uint8Array.from(seen)).toEqual(pixels);
  });

  it('refuses pixels that do not fill the picture', () => {
    expect(() => encodePng({ width: 2, height: 2, channels: 1, pixels: new Uint8Array(3) })).toThrow(
      'internal: png: 2×2×1',
    );
  });
});
