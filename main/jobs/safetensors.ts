/**
 * Checkpoints are written in a format that other programs read: safetensors, by Hugging Face.
 *
 *     u64 n · n bytes of JSON { name: { dtype, shape, data_offsets: [begin, end] }, __metadata__ } · the numbers
 *
 * Source: https://github.com/huggingface/safetensors (format section of its README). A file may come from anywhere, so
 * nothing in it is believed before it is checked.
 */
import { PretextError } from '#app/contract';
import type { Values } from '#main/recipes/recipe';
import { entriesOf, headerLength, parseHeader } from './safetensors-header';

export interface Tensors {
  values: Values;
  metadata: Record<string, string>;
}

/**
 * The file as pieces to be written one after the other: the header, then each tensor's own memory, not copied.
 * Tensors are laid out by name, so equal values give equal bytes.
 */
export function encodeSafetensors(values: Values, metadata: Record<string, string> = {}): Uint8Array[] {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const pieces: Uint8Array[] = [];
  let offset = 0;
  for (const name of [...values.keys()].sort()) {
    const { data, shape } = values.get(name)!;
    const end = offset + data.byteLength;
    header[name] = {
      dtype: data instanceof Int32Array ? 'I32' : 'F32',
      shape: [...shape],
      data_offsets: [offset, end],
    };
    pieces.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(json.length / 8) * 8; // padded, so that the numbers are aligned in memory
  const head = new Uint8Array(8 + length).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true);
  head.set(json, 8);
  return [head, ...pieces];
}

/**
 * Reads a whole file. Only float32 and int32 tensors are taken, which is all that a training session holds.
 *
 * @throws PretextError that names `file` and what is wrong with it
 */
export function decodeSafetensors(bytes: Uint8Array, file: string): Tensors {
  const refuse = (cause: string): never => {
    throw new PretextError(`${file}: not a valid safetensors file: ${cause}`, {
      advice: 'The file is damaged or was written by another program; use an older checkpoint or export it again.',
    });
  };
  const start = 8 + headerLength(bytes, bytes.length, refuse);
  const { entries, metadata } = entriesOf(parseHeader(bytes.subarray(8, start), refuse), bytes.length - start, refuse);
  const values: Values = new Map();
  for (const { name, dtype, shape, begin, end } of entries) {
    if (dtype !== 'F32' && dtype !== 'I32') refuse(`tensor "${name}" is ${dtype}; F32 or I32 is needed here`);
    const raw = new Uint8Array(bytes.subarray(start + begin, start + end)).buffer; // a Buffer's own slice would alias
    values.set(
      name,
      dtype === 'I32'
        ? { dtype: 'int32', shape, data: new Int32Array(raw) }
        : { dtype: 'float32', shape, data: new Float32Array(raw) },
    );
  }
  return { values, metadata };
}
