/** Reads streams in pieces of known length, so that neither a lying header nor a huge file fills the memory. */
import { pipeline } from 'node:stream/promises';
import { createGunzip, constants as zlib } from 'node:zlib';
import type { Entry } from './source';

/** Takes exactly as many bytes as asked for, fewer only at the end. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** The piece may share memory with the stream's chunk; it stays valid, since chunks are never reused. */
  async take(length: number): Promise<Buffer> {
    if (this.#chunk.length >= length) return this.#cut(length);
    const parts = [this.#chunk];
    let have = this.#chunk.length;
    while (have < length) {
      const { value, done } = await this.#chunks.next();
      if (done) break;
      parts.push(value);
      have += value.length;
    }
    this.#chunk = Buffer.concat(parts, have);
    return this.#cut(Math.min(length, have));
  }

  /** Ends the stream: files and archive entries are closed. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  #cut(length: number): Buffer {
    const piece = this.#chunk.subarray(0, length);
    this.#chunk = this.#chunk.subarray(length);
    return piece;
  }
}

/** A reader over an entry's bytes, unpacked when they are gzip (told by the first two bytes, not by the name). */
export async function openBytes(entry: Entry): Promise<ByteReader> {
  const head = new ByteReader(await entry.open());
  const magic = await head.take(2);
  await head.close();
  const raw = await entry.open();
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) return new ByteReader(raw);
  // A cut-off gzip then gives all that is there instead of an error; the IDX header tells how much is missing.
  const gunzip = createGunzip({ finishFlush: zlib.Z_SYNC_FLUSH });
  pipeline(raw, gunzip).catch(() => undefined); // the error also reaches whoever reads from gunzip
  return new ByteReader(gunzip);
}

/** A whole entry. Throws when it holds more than `limit` bytes. */
export async function readAll(entry: Entry, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let have = 0;
  for await (const part of (await entry.open()) as AsyncIterable<Buffer>) {
    have += part.length;
    if (have > limit) throw new Error(`it holds more than ${Math.round(limit / 1e6)} MB`);
    parts.push(part);
  }
  return Buffer.concat(parts, have);
}
