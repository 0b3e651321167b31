/** Raw pixels as a PNG file: reports carry their pictures inside, and need no image library for it. */
import { crc32, deflateSync } from 'node:zlib';

export interface Raster {
  width: number;
  height: number;
  /** Grey, grey and alpha, RGB, RGB and alpha. */
  channels: 1 | 2 | 3 | 4;
  /** 0–255, laid out [height, width, channels]. */
  pixels: Uint8Array;
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

const colourTypes = { 1: 0, 2: 4, 3: 2, 4: 6 } as const;

/** 8 bits a channel, every row unfiltered (PNG specification, third edition, sections 5 and 9). */
export function encodePng({ width, height, channels, pixels }: Raster): Uint8Array {
  const row = width * channels;
  if (pixels.length !== row * height)
    throw new Error(
      `internal: png: ${width}×${height}×${channels} pixels must be ${row * height} bytes, got ${pixels.length}`,
    );
  const rows = new Uint8Array((row + 1) * height);
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);

  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8; // bits a channel
  header[9] = colourTypes[channels];
  return join([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

function join(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const pngUri = (raster: Raster): string =>
  `data:image/png;base64,${Buffer.from(encodePng(raster)).toString('base64')}`;
