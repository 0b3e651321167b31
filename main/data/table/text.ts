/** Text out of a file, in pieces: unpacked where it is gzip, decoded by its byte order mark or by what fits. */
import { createGunzip } from 'node:zlib';
import type { Entry } from '../source';

/** Bytes of the file used so far, told as they are read. */
export type BytesRead = (bytes: number) => void;

const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;

async function* counted(stream: AsyncIterable<Buffer>, read: BytesRead): AsyncGenerator<Buffer> {
  let sum = 0;
  for await (const chunk of stream) {
    sum += chunk.length;
    read(sum);
    yield chunk;
  }
}

/** The entry's bytes, unpacked where they are gzip (told by the first two bytes, not by the name). */
async function* unpacked(entry: Entry, read: BytesRead): AsyncGenerator<Buffer> {
  const stream = counted((await entry.open()) as AsyncIterable<Buffer>, read);
  const first = await stream.next();
  if (first.done) return;
  if (!isGzip(first.value)) {
    yield first.value;
    yield* stream;
    return;
  }
  const gunzip = createGunzip();
  const feeding = feed(gunzip, first.value, stream);
  try {
    yield* gunzip as AsyncIterable<Buffer>;
    await feeding;
  } finally {
    gunzip.destroy();
    await feeding.catch(() => undefined); // told to the reader already
  }
}

async function feed(
  gunzip: ReturnType<typeof createGunzip>,
  first: Buffer,
  rest: AsyncIterable<Buffer>,
): Promise<void> {
  const write = (chunk: Buffer): Promise<void> =>
    new Promise((resolve, reject) => {
      if (gunzip.destroyed) return resolve();
      gunzip.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
  try {
    await write(first);
    for await (const chunk of rest) {
      if (gunzip.destroyed) return;
      await write(chunk);
    }
    gunzip.end();
  } catch (error) {
    gunzip.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Which encoding these first bytes are written in. What is not valid UTF-8 is read as Windows-1252, which takes all. */
export function encodingOf(head: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true }); // may end in mid-character
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

/** Whether its first bytes are those of a text: no zeros, unless a byte order mark says that they are wide. */
export async function looksLikeText(entry: Entry): Promise<boolean> {
  try {
    const { text, encoding } = await firstText(entry, 4096);
    return text.length > 0 && (encoding.startsWith('utf-16') || !text.includes('\0'));
  } catch {
    return false;
  }
}

/** The entry's text. `encoding` is asked for once by `firstText`, so that all passes read alike. */
export async function* textOf(
  entry: Entry,
  encoding: string,
  read: BytesRead = () => undefined,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const bytes of unpacked(entry, read)) yield decoder.decode(bytes, { stream: true });
  const rest = decoder.decode();
  if (rest) yield rest;
}

/** About the first `length` bytes as text, with the encoding that all of the file is read by. */
export async function firstText(
  entry: Entry,
  length: number,
): Promise<{ text: string; encoding: string; whole: boolean }> {
  const parts: Buffer[] = [];
  let have = 0;
  let whole = true;
  for await (const part of unpacked(entry, () => undefined)) {
    parts.push(part);
    have += part.length;
    if (have >= length) {
      whole = false;
      break;
    }
  }
  const head = Buffer.concat(parts, have);
  const encoding = encodingOf(head);
  return { text: new TextDecoder(encoding).decode(head, { stream: true }), encoding, whole };
}

/** Lines of a text that comes in pieces, without their ends. */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split(/\r\n|\n/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest) yield rest;
}
