/** Makes small pictures, IDX files and archives for the tests of the data room, and imports them. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import { ZipFile } from 'yazl';
import type { ImageDataset, ImportOptions, Item, NewDataset, Problem } from '#app/records/dataset';
import { type ImportContext, importDataset } from '#main/data';

/** A folder that is gone after the test. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pretext-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files by relative name, with the folders they need. */
export function fill(folder: string, files: Record<string, Uint8Array | string>): string {
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  return folder;
}

/** Grey pixels that differ for each seed: [height · width]. */
export const grey = (seed: number, height = 8, width = 8): Uint8Array =>
  Uint8Array.from({ length: height * width }, (_, i) => (seed * 37 + i * 11 + (i % 7) * seed * 3) % 256);

export const png = (pixels: Uint8Array, height = 8, width = 8): Promise<Buffer> =>
  sharp(pixels, { raw: { height, width, channels: pixels.length === height * width ? 1 : 3 } })
    .toColourspace(pixels.length === height * width ? 'b-w' : 'srgb')
    .png()
    .toBuffer();

export const greyPng = (seed: number, height = 8, width = 8): Promise<Buffer> =>
  png(grey(seed, height, width), height, width);

export const flat = (background: string, height = 8, width = 8): Promise<Buffer> =>
  sharp({ create: { height, width, channels: 3, background } })
    .png()
    .toBuffer();

/** `count` grey PNG files named `class/number.png`, in `classes` classes in turn. */
export async function pictures(
  count: number,
  classes: readonly string[],
  firstSeed = 1,
): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for (let i = 0; i < count; i++) files[`${classes[i % classes.length]}/${i}.png`] = await greyPng(firstSeed + i);
  return files;
}

/** An IDX file of unsigned bytes; `dims` may lie. */
export function idx(dims: readonly number[], values: Uint8Array, type = 8): Buffer {
  const header = Buffer.alloc(4 + 4 * dims.length);
  header.set([0, 0, type, dims.length]);
  dims.forEach((length, i) => header.writeUInt32BE(length, 4 + 4 * i));
  return Buffer.concat([header, values]);
}

/** Pixels of `count` different grey items, [count, height, width]. */
export const greys = (count: number, height = 8, width = 8): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, i) => grey(i + 1, height, width)));

export async function zip(files: Record<string, Uint8Array | string>): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [name, bytes] of Object.entries(files)) archive.addBuffer(Buffer.from(bytes), name);
  archive.end();
  const parts: Buffer[] = [];
  for await (const part of archive.outputStream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

export interface Outcome {
  imported: Extract<NewDataset, { modality: 'image' }>;
  dataset: ImageDataset;
  items: Item[];
  problems: Problem[];
  objects: string;
  progress: [number, number][];
}

export async function importing(
  sources: string | string[],
  options: ImportOptions = {},
  context: Partial<ImportContext> = {},
): Promise<Outcome> {
  const objects = context.objects ?? join(temporary(), 'objects');
  const items: Item[] = [];
  const problems: Problem[] = [];
  const progress: [number, number][] = [];
  const imported = await importDataset([sources].flat(), options, {
    objects,
    progress: (done, total) => progress.push([done, total]),
    check: () => undefined,
    items: (batch) => items.push(...batch),
    problems: (batch) => problems.push(...batch),
    ...context,
  });
  if (imported.modality !== 'image') throw new Error('these are no pictures');
  const dataset = { ...imported, id: 'd-test', version: 1, createdAt: 0, archived: false };
  return { imported, dataset, items, problems, objects, progress };
}

/** Names in a folder; empty where there is none. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
