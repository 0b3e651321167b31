/** An ONNX file from disk with the weights that lie beside it, checked but not run. Errors name the file. */
import { lstat, open, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PretextError } from '#app/contract';
import { externalFiles, parseOnnx, type Stretch, takeIn, writeOnnx } from '#main/engine/foreign';

type OnnxFile = ReturnType<typeof parseOnnx>;

export interface ForeignFile {
  path: string;
  /** Its name without the ending. */
  name: string;
  /** One file with all weights inside. */
  bytes: Uint8Array;
  /** Files beside it that were read too. */
  files: string[];
  /** A fresh parse: what is done with it changes it. */
  parse(): OnnxFile;
}

/** 2 GiB: the largest message of the format, weights beside it included. */
const largest = 2 ** 31 - 1;

/** @throws PretextError that names the file and what is wrong with it */
export async function readForeign(path: string): Promise<ForeignFile> {
  const name = basename(path).replace(/\.onnx$/i, '');
  const missing = (error: NodeJS.ErrnoException) =>
    refuse(path, error.code === 'ENOENT' ? 'there is no such file' : error.message, {
      cause: error,
      advice: 'Check the path.',
    });
  const { size } = await stat(path).catch(missing);
  if (size > largest) refuse(path, `it has ${size} bytes; at most ${largest} can be read`);
  const bytes = await readFile(path).catch(missing);
  try {
    const model = parseOnnx(bytes);
    const files = externalFiles(model);
    if (files.length === 0) return { path, name, bytes, files, parse: () => parseOnnx(bytes) };
    await takeIn(model, (stretch) => readBeside(dirname(path), stretch));
    const whole = writeOnnx(model);
    return { path, name, bytes: whole, files, parse: () => parseOnnx(whole) };
  } catch (error) {
    return refuse(path, (error as Error).message, { cause: error });
  }
}

/** Puts the name of the file in front of a sentence about it. */
export function refuse(
  path: string,
  what: string,
  { cause, advice = 'Check that the file is whole, or export it again.' }: { cause?: unknown; advice?: string } = {},
): never {
  if (cause instanceof PretextError) throw cause;
  throw new PretextError(`${path}: the model cannot be imported: ${what}`, { advice, cause });
}

/** Never more than the file has: its size is asked first. */
async function readBeside(folder: string, { file, offset, length }: Stretch): Promise<Uint8Array> {
  const path = join(folder, file);
  const facts = await lstat(path).catch(() => undefined);
  if (!facts?.isFile()) throw new Error(`its weights lie in ${file}, which is not a file beside it`);
  if (offset + length > facts.size)
    throw new Error(`it needs bytes ${offset} to ${offset + length} of ${file}, which has only ${facts.size}`);
  const handle = await open(path, 'r');
  try {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) throw new Error(`${file} ended while it was read`);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}
