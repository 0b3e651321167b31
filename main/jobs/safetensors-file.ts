/**
 * Weights of others, a tensor at a time: only the header is read when a file is opened, and of the numbers what is asked
 * for. All element types of the format are understood.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { PretextError } from '#app/contract';
import { type Entry, entriesOf, headerLength, parseHeader } from './safetensors-header';

export type Numbers =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

export interface FileTensor {
  /** The format's own word: F32, BF16, I64, … */
  dtype: string;
  shape: number[];
  /** In the type of the file; half floats widened to float32, which changes none of them. */
  data: Numbers;
}

export interface SafetensorsFile {
  readonly metadata: Record<string, string>;
  readonly tensors: ReadonlyMap<string, { dtype: string; shape: readonly number[] }>;
  read(name: string): Promise<FileTensor>;
  /** float32, whatever float type the file has. */
  floats(name: string): Promise<{ shape: number[]; data: Float32Array<ArrayBuffer> }>;
  close(): Promise<void>;
}

/** @throws PretextError that names the file and what is wrong with it */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const refuse = (cause: string): never => {
    throw new PretextError(`${path}: not a valid safetensors file: ${cause}`, {
      advice: 'Check that the file is whole, or download it again.',
    });
  };
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw new PretextError(`${path}: cannot be read: ${why}`, { advice: 'Check the path.', cause: error });
  });
  try {
    const { size } = await file.stat();
    const length = headerLength(await bytesAt(file, 0, Math.min(8, size)), size, refuse);
    const start = 8 + length;
    const { entries, metadata } = entriesOf(parseHeader(await bytesAt(file, 8, length), refuse), size - start, refuse);
    return opened(path, file, start, new Map(entries.map((entry) => [entry.name, entry])), metadata);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function opened(
  path: string,
  file: FileHandle,
  start: number,
  entries: ReadonlyMap<string, Entry>,
  metadata: Record<string, string>,
): SafetensorsFile {
  async function read(name: string): Promise<FileTensor> {
    const entry = entries.get(name);
    if (!entry) throw new PretextError(`${path}: has no tensor “${name}”`, { kind: 'usage' });
    const { dtype, shape, begin, end } = entry;
    return { dtype, shape, data: numbersOf(dtype, await bytesAt(file, start + begin, end - begin)) };
  }
  return {
    metadata,
    tensors: entries,
    read,
    async floats(name) {
      const { dtype, shape, data } = await read(name);
      if (data instanceof Float32Array) return { shape, data: data as Float32Array<ArrayBuffer> };
      if (data instanceof Float64Array) return { shape, data: Float32Array.from(data) };
      throw new PretextError(`${path}: tensor “${name}” must be of floats, got ${dtype}`);
    },
    close: () => file.close(),
  };
}

/** Exactly these bytes. @throws PretextError where the file ends before: it has been changed since it was opened */
async function bytesAt(file: FileHandle, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw new PretextError('the file was cut short while it was read', { advice: 'Try again.' });
    done += bytesRead;
  }
  return bytes;
}

const arrays: Record<string, new (buffer: ArrayBuffer) => Numbers> = {
  F64: Float64Array,
  F32: Float32Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  I32: Int32Array,
  U32: Uint32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
};

function numbersOf(dtype: string, { buffer }: Uint8Array<ArrayBuffer>): Numbers {
  if (dtype === 'BF16') return widened(new Uint16Array(buffer), (half) => half << 16);
  if (dtype === 'F16') return widened(new Uint16Array(buffer), bitsOfHalf);
  return new arrays[dtype]!(buffer);
}

/** Each half float as the bits of the float32 of the same value. */
function widened(halves: Uint16Array, bits: (half: number) => number): Float32Array {
  return new Float32Array(Int32Array.from(halves, bits).buffer);
}

/** IEEE 754 binary16 (1 sign, 5 exponent, 10 fraction bits) → binary32 (1, 8, 23). */
function bitsOfHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13); // infinite, or not a number
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13); // bias 127 in place of 15
  if (fraction === 0) return sign;
  const shift = Math.clz32(fraction) - 21; // subnormal: the leading one moves to where it is not written
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}
