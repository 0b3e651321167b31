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

/** The header of 100 MB that the reference reader allows; a longer one is an attack or a damaged file. */
const longestHeader = 100_000_000;

const bytesOf: Record<string, number> = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

interface Entry {
  name: string;
  dtype: string;
  shape: number[];
  begin: number;
  end: number;
}
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
  const { header, start } = headerOf(bytes, refuse);
  const { entries, metadata } = entriesOf(header, bytes.length - start, refuse);
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

type Refuse = (cause: string) => never;

function headerOf(bytes: Uint8Array, refuse: Refuse): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8) refuse(`it has ${bytes.length} bytes, the length of the header alone takes 8`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(longestHeader))
    refuse(`its header claims ${length} bytes, more than the ${longestHeader} allowed`);
  const start = 8 + Number(length);
  if (start > bytes.length) refuse(`its header claims ${length} bytes, but only ${bytes.length - 8} follow`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, start)));
  } catch {
    refuse('its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) refuse('its header is not a JSON object');
  return { header: header as Record<string, unknown>, start };
}

function entriesOf(
  header: Record<string, unknown>,
  size: number,
  refuse: Refuse,
): { entries: Entry[]; metadata: Record<string, string> } {
  const entries: Entry[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header))
    if (name === '__metadata__') metadata = metadataOf(entry, refuse);
    else entries.push(entryOf(name, entry, refuse));
  // The reference reader wants the numbers without overlap and without holes: each begins where the last one ended.
  let expected = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < expected) refuse(`tensor "${name}" overlaps another one`);
    if (begin > expected) refuse(`there is a hole of ${begin - expected} bytes before tensor "${name}"`);
    expected = end;
  }
  if (expected > size) refuse(`it is cut short: its tensors take ${expected} bytes, ${size} are there`);
  if (expected < size) refuse(`${size - expected} bytes follow its last tensor`);
  return { entries, metadata };
}

function metadataOf(entry: unknown, refuse: Refuse): Record<string, string> {
  if (typeof entry !== 'object' || entry === null || Object.values(entry).some((value) => typeof value !== 'string'))
    refuse('its __metadata__ is not a map of texts');
  return entry as Record<string, string>;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function entryOf(name: string, entry: unknown, refuse: Refuse): Entry {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const size = typeof dtype === 'string' && Object.hasOwn(bytesOf, dtype) ? bytesOf[dtype]! : 0;
  if (size === 0) refuse(`tensor "${name}" has the unknown type ${JSON.stringify(dtype)}`);
  if (!Array.isArray(shape) || !shape.every(isCount)) refuse(`the shape of tensor "${name}" is not a list of counts`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    refuse(`the place of tensor "${name}" is not given as two counts`);
  const [begin, end] = offsets as [number, number];
  const wanted = (shape as number[]).reduce((product, n) => product * n, size);
  if (wanted !== end - begin)
    refuse(`tensor "${name}" of shape [${shape}] takes ${wanted} bytes, its place has ${end - begin}`);
  return { name, dtype: dtype as string, shape: shape as number[], begin, end };
}
