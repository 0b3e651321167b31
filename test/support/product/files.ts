/** Files as users bring them: good ones, and each kind of bad one. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import sharp from 'sharp';

/** A grey PNG of 16 × 16 that differs from that of every other number below 65,536. */
export function picture(number: number): Promise<Buffer> {
  const pixels = Buffer.from(
    Uint8Array.from({ length: 256 }, (_, at) => (at * (1 + (number % 7)) + 31 * number) % 256),
  );
  pixels.writeUInt16BE(number);
  return sharp(pixels, { raw: { width: 16, height: 16, channels: 1 } })
    .png()
    .toBuffer();
}

/** `count` pictures in two folders, one for each class; `cut`: the number of one that ends in the middle. */
export async function pictures(folder: string, count: number, cut?: number): Promise<string> {
  for (const name of ['even', 'odd']) mkdirSync(join(folder, name), { recursive: true });
  for (let number = 0; number < count; number++) {
    const png = await picture(number);
    const path = join(folder, number % 2 ? 'odd' : 'even', `${String(number).padStart(4, '0')}.png`);
    writeFileSync(path, number === cut ? png.subarray(0, png.length >> 1) : png);
  }
  return folder;
}

/** An IDX file of `there` pictures of 8 × 8 whose header says `claimed`. */
export function idx(path: string, claimed: number, there: number): string {
  const bytes = Buffer.from(Uint8Array.from({ length: 16 + 64 * there }, (_, at) => (at * at) % 251));
  for (const [at, value] of [0x803, claimed, 8, 8].entries()) bytes.writeUInt32BE(value, 4 * at);
  writeFileSync(path, bytes);
  return path;
}

/** An archive of one good picture and one that unpacks to 200 MB of zeros. */
export async function zipBomb(path: string): Promise<string> {
  const zip = new AdmZip();
  zip.addFile('bomb.png', Buffer.alloc(200_000_000));
  zip.addFile('good.png', await picture(1));
  zip.writeZip(path);
  return path;
}
