/** Results of a head as PNG files: one for each item in a folder, or all of them as one sheet. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import sharp from 'sharp';
import type { Pictures } from '#app/records/common';
import { picturesOf } from '#main/recipes/pictures';
import { diskError } from '../disk';
import { pieceFile, type Writer } from './writer';

/** Pictures in one sheet: beyond this it is no longer one to look at, and a folder is the better place. */
export const mostOnSheet = 1024;

type Size = Parameters<typeof picturesOf>[1];

export async function pngFolderWriter(folder: string, size: Size): Promise<Writer> {
  const files: string[] = [];
  const failed = (error: unknown) => diskError(error, `pictures in ${folder}`, `${files.length} of them are written`);
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw failed(error);
  });
  const taken = new Set<string>();
  return {
    async add({ data, names }) {
      const pictures = picturesOf(data as Float32Array, size);
      for (const [i, name] of names.entries()) {
        const path = join(folder, `${unique(parse(name).name || 'item', taken)}.png`);
        const png = await pngOf(pictures, i, 1, 1);
        await writeFile(path, png).catch((error: unknown) => {
          throw failed(error);
        });
        files.push(path);
      }
    },
    finish: async () => files,
    abandon: async () => {}, // pictures that are done are whole
  };
}

/** All pictures beside and below each other, about as wide as high. */
export async function pngSheetWriter(path: string, count: number, size: Size): Promise<Writer> {
  const file = await pieceFile(path);
  const parts: Float32Array[] = [];
  return {
    ...file,
    add: async ({ data }) => void parts.push(data as Float32Array),
    async finish() {
      const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      await file.write(await pngOf(picturesOf(all, size), 0, count, Math.ceil(Math.sqrt(count))));
      return file.finish();
    },
  };
}

function unique(name: string, taken: Set<string>): string {
  let free = name;
  for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${name}-${n}`;
  taken.add(free.toLowerCase());
  return free;
}

/** `count` pictures from `first`, in rows of `columns`, on black. */
export function pngOf(pictures: Pictures, first: number, count: number, columns: number): Promise<Buffer> {
  const { height, width, channels, pixels } = pictures;
  const rows = Math.ceil(count / columns);
  const sheet = new Uint8Array(rows * height * columns * width * channels);
  for (let i = 0; i < count; i++)
    for (let y = 0; y < height; y++) {
      const from = ((first + i) * height + y) * width * channels;
      const to = ((Math.floor(i / columns) * height + y) * columns + (i % columns)) * width * channels;
      sheet.set(pixels.subarray(from, from + width * channels), to);
    }
  return sharp(sheet, { raw: { width: columns * width, height: rows * height, channels } })
    .png()
    .toBuffer();
}
