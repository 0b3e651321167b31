/**
 * NumPy's .npy (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), read in a stream: a short
 * header, then the values in C order. Libraries for it take the whole array at once, which an import must not.
 */
import type { ByteReader } from '../bytes';

/** The first bytes of an array file, read and checked. Throws a sentence where it cannot be read. */
export interface NpyHeader {
  shape: number[];
  /** How one value is stored: kind (f, i, u, b, U, S) and bytes. */
  kind: 'f' | 'i' | 'u' | 'b' | 'U' | 'S';
  bytes: number;
  /** The first index runs fastest, as Fortran and NumPy's columns have it. */
  fortran: boolean;
}

const largestHeader = 1 << 20; // bytes

/** Reads the header and leaves `reader` at the first value. */
export async function readNpyHeader(reader: ByteReader): Promise<NpyHeader> {
  const magic = await reader.take(8);
  if (magic.length < 8 || magic.toString('latin1', 0, 6) !== '\x93NUMPY') throw new Error('it is not a NumPy array');
  const wide = magic[6]! >= 2;
  const lengthBytes = await reader.take(wide ? 4 : 2);
  if (lengthBytes.length < (wide ? 4 : 2)) throw new Error('it is cut short');
  const length = wide ? lengthBytes.readUInt32LE() : lengthBytes.readUInt16LE();
  if (length > largestHeader) throw new Error(`its header claims ${length} bytes`);
  const header = (await reader.take(length)).toString('latin1');
  const type = /'descr':\s*'([<>|=])([fiubUS])(\d+)'/.exec(header);
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (!type || shape === undefined)
    throw new Error(
      header.includes("'|O'")
        ? 'it holds Python objects, which are not read (they may run code)'
        : 'its type is unknown',
    );
  const [, order, kind, bytes] = type as unknown as [string, string, NpyHeader['kind'], string];
  if (order === '>') throw new Error('its numbers are big-endian, which is not read');
  const dims = shape.split(',').flatMap((dim) => (dim.trim() === '' ? [] : [Number(dim)]));
  if (dims.some((dim) => !Number.isSafeInteger(dim) || dim < 0)) throw new Error(`its shape (${shape}) is impossible`);
  const fortran = /'fortran_order':\s*True/.test(header) && dims.filter((dim) => dim > 1).length > 1;
  return { shape: dims, kind, bytes: Number(bytes) * (kind === 'U' ? 4 : 1), fortran }; // U counts letters of 4 bytes
}

/** How to read one value at a byte position; `undefined` for kinds that are no numbers. */
export function valueReader({ kind, bytes }: NpyHeader): ((from: Buffer, at: number) => number) | undefined {
  switch (`${kind}${bytes}`) {
    case 'f4':
      return (from, at) => from.readFloatLE(at);
    case 'f8':
      return (from, at) => from.readDoubleLE(at);
    case 'u1':
    case 'b1':
      return (from, at) => from[at]!;
    case 'i1':
      return (from, at) => from.readInt8(at);
    case 'u2':
      return (from, at) => from.readUInt16LE(at);
    case 'i2':
      return (from, at) => from.readInt16LE(at);
    case 'u4':
      return (from, at) => from.readUInt32LE(at);
    case 'i4':
      return (from, at) => from.readInt32LE(at);
    case 'u8':
      return (from, at) => Number(from.readBigUInt64LE(at));
    case 'i8':
      return (from, at) => Number(from.readBigInt64LE(at));
    default:
      return undefined;
  }
}

/** NumPy stores text as UTF-32 (U) or as bytes (S), padded with zeros. */
export function textAt(from: Buffer, at: number, { kind, bytes }: NpyHeader): string {
  if (kind === 'S') return from.toString('latin1', at, at + bytes).replace(/\0+$/, '');
  let text = '';
  for (let i = at; i < at + bytes; i += 4) {
    const code = from.readUInt32LE(i);
    if (code === 0) break;
    text += String.fromCodePoint(Math.min(code, 0x10ffff));
  }
  return text;
}

/** The array's rows (along its first axis), `count` at a time, as bytes. Throws where it ends too early. */
export async function* npyRows(
  reader: ByteReader,
  { shape, bytes, fortran }: NpyHeader,
  count: number,
): AsyncGenerator<{ bytes: Buffer; rows: number }> {
  if (fortran) return yield* turnedRows(reader, shape, bytes, count);
  const [total = 1, ...rest] = shape;
  const rowBytes = rest.reduce((size, dim) => size * dim, 1) * bytes;
  for (let row = 0; row < total; row += count) {
    const rows = Math.min(count, total - row);
    const piece = await reader.take(rows * rowBytes);
    if (piece.length < rows * rowBytes)
      throw new Error(`it ends after ${row + Math.floor(piece.length / Math.max(1, rowBytes))} of ${total} rows`);
    yield { bytes: piece, rows };
  }
}

const largestTurned = 1 << 30; // bytes

/** Rows of an array whose first index runs fastest: no row is whole before the end, so all of it must be in memory. */
async function* turnedRows(
  reader: ByteReader,
  [total = 1, ...rest]: readonly number[],
  bytes: number,
  count: number,
): AsyncGenerator<{ bytes: Buffer; rows: number }> {
  const size = rest.reduce((product, dim) => product * dim, 1);
  if (total * size * bytes > largestTurned)
    throw new Error(
      'it is stored column by column (Fortran order) and too large for that; save numpy.ascontiguousarray(X)',
    );
  const all = await reader.take(total * size * bytes);
  if (all.length < total * size * bytes) throw new Error('it ends too early');
  const places = Array.from({ length: size }, (_, j) => placeOf(j, total, rest));
  for (let row = 0; row < total; row += count) {
    const rows = Math.min(count, total - row);
    const piece = Buffer.allocUnsafe(rows * size * bytes);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < size; j++) {
        const from = (row + i + places[j]!) * bytes;
        all.copy(piece, (i * size + j) * bytes, from, from + bytes);
      }
    yield { bytes: piece, rows };
  }
}

/** Where the j-th value of the first row (the last index runs fastest) lies when the first index runs fastest. */
function placeOf(j: number, total: number, rest: readonly number[]): number {
  let place = 0;
  let stride = total * rest.reduce((product, dim) => product * dim, 1);
  let left = j;
  for (const dim of [...rest].reverse()) {
    stride /= dim;
    place += (left % dim) * stride;
    left = Math.floor(left / dim);
  }
  return place;
}

/** A whole small array of numbers or words. */
export async function readNpy(reader: ByteReader): Promise<{ header: NpyHeader; values: (number | string)[] }> {
  const header = await readNpyHeader(reader);
  const value = valueReader(header);
  const values: (number | string)[] = [];
  for await (const { bytes } of npyRows(reader, header, 4096))
    for (let at = 0; at < bytes.length; at += header.bytes)
      values.push(value ? value(bytes, at) : textAt(bytes, at, header));
  return { header, values };
}
