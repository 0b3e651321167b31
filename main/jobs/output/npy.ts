/**
 * Arrays as NumPy reads them (format 1.0): magic, version, header length, a Python dict as text, then the numbers.
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { PretextError } from '#app/contract';

/** The bytes before the numbers, a multiple of 64 long. */
export function npyHeader(dtype: 'float32' | 'int32', shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dict = `{'descr': '${dtype === 'float32' ? '<f4' : '<i4'}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + dict.length + 1) / 64) * 64 - 10;
  const bytes = Buffer.alloc(10 + length, ' ');
  bytes.write('\x93NUMPY\x01\x00', 0, 'latin1');
  bytes.writeUInt16LE(length, 8);
  bytes.write(dict, 10, 'latin1');
  bytes.write('\n', 10 + length - 1, 'latin1');
  return bytes;
}

const kinds: Record<string, (bytes: DataView, at: number) => number> = {
  '<f4': (bytes, at) => bytes.getFloat32(at, true),
  '<f8': (bytes, at) => bytes.getFloat64(at, true),
  '<i4': (bytes, at) => bytes.getInt32(at, true),
  '<i8': (bytes, at) => Number(bytes.getBigInt64(at, true)),
  '<u2': (bytes, at) => bytes.getUint16(at, true),
  '|u1': (bytes, at) => bytes.getUint8(at),
};
const widthOf = (kind: string) => Number(kind.at(-1));

/** Reads an array of numbers in row-major order. Throws PretextError naming `file` where it is none. */
export function readNpy(bytes: Uint8Array, file: string): { shape: number[]; values: number[] } {
  const refuse = (cause: string) =>
    new PretextError(`${file}: not a NumPy array that can be read here: ${cause}`, {
      kind: 'usage',
      advice: 'Save it with numpy.save as int32 or float32, in C order.',
    });
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!text.startsWith('\x93NUMPY') || bytes.length < 12) throw refuse('it does not start as one');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = view.getUint8(6) === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  const header = text.slice(10, Math.min(start, 65_536));
  const kind = /'descr': *'([^']*)'/.exec(header)?.[1] ?? '';
  const read = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  const tuple = /'shape': *\(([\d, ]*)\)/.exec(header)?.[1];
  if (!read || tuple === undefined) throw refuse(`its numbers are ${kind || 'of no known type'}`);
  if (!/'fortran_order': *False/.test(header)) throw refuse('its order is that of Fortran');
  const shape = tuple
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  const count = shape.reduce((product, n) => product * n, 1);
  if (start + count * widthOf(kind) !== bytes.length) throw refuse('its length does not fit its shape');
  return { shape, values: Array.from({ length: count }, (_, i) => read(view, start + i * widthOf(kind))) };
}
