/** Decodes picture files and fits pictures into the one shape of a data set. The only file that knows `sharp`. */
import sharp, { type Sharp } from 'sharp';
import type { Shape } from './source';

sharp.cache(false); // every picture is read once
sharp.concurrency(1); // parallel across pictures (see ordered.ts), not inside one

const largestPixels = 120e6; // a decoded 12,000 × 10,000 picture is 360 MB; more is refused
/** A picture file larger than this is not read into memory, bytes. */
export const largestFile = 256e6;

/** Pixels 0–255 laid out [height, width, channels]. */
export interface Raster extends Shape {
  pixels: Uint8Array;
}

/** A picture in the data set's shape. `low` and `high` bound the values of the picture itself, without the border. */
export interface Prepared {
  pixels: Uint8Array;
  colour: boolean;
  low: number;
  high: number;
}

/** What cannot be decoded, as the end of a report: the message is a sentence for the user. */
export class Undecodable extends Error {
  readonly kind: 'unreadable' | 'empty' | 'skipped';
  constructor(kind: 'unreadable' | 'empty' | 'skipped', message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Throws Undecodable where the first bytes are not those of a PNG, JPEG or WebP file, whatever its name says. */
function requirePicture(bytes: Buffer): void {
  if (bytes.length === 0) throw new Undecodable('empty', 'The file is empty (0 bytes).');
  const ascii = bytes.toString('latin1', 0, 12);
  const known =
    ascii.startsWith('\x89PNG\r\n\x1a\n') || ascii.startsWith('\xff\xd8\xff') || /^RIFF....WEBP/s.test(ascii);
  if (known) return;
  const start = ascii.replace(/[^\x20-\x7e]/g, '·').slice(0, 8);
  throw new Undecodable(
    'skipped',
    `Not a PNG, JPEG or WebP picture: the file starts with “${start}”. Convert it first.`,
  );
}

const undecodable = (error: unknown): Undecodable => {
  const message = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
  if (message.includes('pixel limit'))
    return new Undecodable(
      'skipped',
      `The picture has more than ${largestPixels / 1e6} million pixels; make it smaller first.`,
    );
  return new Undecodable('unreadable', `The picture is cut short or damaged (${message}).`);
};

// `error` also reports a truncated file; `warning` would refuse sound pictures for odd metadata.
const open = (bytes: Buffer): Sharp => sharp(bytes, { failOn: 'error', limitInputPixels: largestPixels });

/** Size as it is shown (after EXIF rotation) and channels, from the header alone. Throws Undecodable. */
export async function pictureSize(bytes: Buffer): Promise<{ height: number; width: number; channels: number }> {
  requirePicture(bytes);
  try {
    const { autoOrient, channels, hasAlpha } = await open(bytes).metadata();
    return { height: autoOrient.height, width: autoOrient.width, channels: channels - (hasAlpha ? 1 : 0) };
  } catch (error) {
    throw undecodable(error);
  }
}

/** Decodes a file and fits it inside `shape`, upright, transparency on black. Throws Undecodable. */
export async function decodePicture(bytes: Buffer, shape: Shape): Promise<Prepared> {
  requirePicture(bytes);
  try {
    return await rendered(open(bytes).autoOrient().flatten({ background: '#000' }), shape);
  } catch (error) {
    throw undecodable(error);
  }
}

/** Fits decoded pixels inside `shape`. Returns at once, without a copy, when they have it already. */
export function fitRaster(raster: Raster, shape: Shape): Prepared | Promise<Prepared> {
  const { height, width, channels, pixels } = raster;
  if (height === shape.height && width === shape.width && channels === shape.channels)
    return { pixels, colour: false, ...bounds(pixels) };
  return rendered(sharp(pixels, { raw: { height, width, channels } }), shape);
}

async function rendered(picture: Sharp, shape: Shape): Promise<Prepared> {
  const { data, info } = await picture
    .resize(shape.width, shape.height, { fit: 'inside' }) // Lanczos 3; pixel for pixel where the size is right already
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const rgb = info.channels === 1 ? repeated(data) : data;
  const own = shape.channels === 3 ? rgb : luma(rgb);
  const picked = { pixels: own, height: info.height, width: info.width, channels: shape.channels };
  return { pixels: centred(picked, shape), colour: isColour(rgb), ...bounds(own) };
}

function repeated(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = grey[Math.floor(i / 3)] as number;
  return rgb;
}

// Y = 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), rounded; exact where R = G = B
function luma(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let i = 0, j = 0; i < grey.length; i++, j += 3)
    grey[i] = (299 * rgb[j]! + 587 * rgb[j + 1]! + 114 * rgb[j + 2]! + 500) / 1000;
  return grey;
}

const greyTolerance = 4; // of 255: JPEG stores grey as three channels that differ by rounding

function isColour(rgb: Uint8Array): boolean {
  for (let i = 0; i < rgb.length; i += 3) {
    const [r, g, b] = [rgb[i]!, rgb[i + 1]!, rgb[i + 2]!];
    if (Math.max(r, g, b) - Math.min(r, g, b) > greyTolerance) return true;
  }
  return false;
}

function bounds(pixels: Uint8Array): { low: number; high: number } {
  let [low, high] = [255, 0];
  for (const value of pixels) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** The picture in the middle of a black one of the wanted size. */
function centred(raster: Raster, { height, width, channels }: Shape): Uint8Array {
  if (raster.height === height && raster.width === width) return raster.pixels;
  const whole = new Uint8Array(height * width * channels);
  const top = Math.floor((height - raster.height) / 2);
  const left = Math.floor((width - raster.width) / 2);
  const row = raster.width * channels;
  for (let y = 0; y < raster.height; y++)
    whole.set(raster.pixels.subarray(y * row, (y + 1) * row), ((top + y) * width + left) * channels);
  return whole;
}
