/** Bytes to pixels: pictures are shown as they are, none is moved or recoloured. */
import { expect, it, vi } from 'vitest';
import { atlas, toRgba } from '#renderer/widgets/canvas';

const grey = {
  count: 3,
  height: 2,
  width: 2,
  channels: 1 as const,
  pixels: Uint8Array.from({ length: 12 }, (_, i) => i * 20),
};
const colour = { count: 1, height: 1, width: 2, channels: 3 as const, pixels: Uint8Array.of(10, 20, 30, 40, 50, 60) };

it('grey stays grey, and colours keep their order', () => {
  expect([...toRgba(grey, 1)]).toEqual([80, 100, 120, 140].flatMap((value) => [value, value, value, 255]));
  expect([...toRgba(colour)]).toEqual([10, 20, 30, 255, 40, 50, 60, 255]);
});

it('a sheet holds each picture at its place, the same bytes as alone', () => {
  let sheet: { data: Uint8ClampedArray; width: number } | undefined;
  vi.stubGlobal(
    'ImageData',
    class {
      data: Uint8ClampedArray;
      width: number;
      constructor(width: number, height: number) {
        this.width = width;
        this.data = new Uint8ClampedArray(width * height * 4);
        sheet = this;
      }
    },
  );
  for (const pictures of [grey, { ...grey, ...colour }]) {
    const columns = 2;
    const { width, height } = pictures;
    atlas(pictures, columns);
    for (let index = 0; index < pictures.count; index += 1) {
      const alone = toRgba(pictures, index);
      for (let row = 0; row < height; row += 1) {
        const at = ((Math.floor(index / columns) * height + row) * sheet!.width + (index % columns) * width) * 4;
        expect([...sheet!.data.subarray(at, at + width * 4)]).toEqual([
          ...alone.subarray(row * width * 4, (row + 1) * width * 4),
        ]);
      }
    }
  }
});
