/**
 * What a safetensors file says of its tensors, believed only once it is checked: they fill the file without overlap and
 * without holes, each once, each with as many bytes as its shape needs.
 */
import { PretextError } from '#app/contract';

/** The header of 100 MB that the reference reader allows; a longer one is an attack or a damaged file. */
const longestHeader = 100_000_000;

export const bytesOf: Record<string, number> = {
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

export interface Entry {
  name: string;
  dtype: string;
  shape: number[];
  begin: number;
  end: number;
}
/** Ends the reading with an error that names the file. */
export type Refuse = (cause: string) => never;

/** Bytes of the header, from the first eight of the file. `size`: of the whole file. */
export function headerLength(first: Uint8Array, size: number, refuse: Refuse): number {
  if (first.length < 8) refuse(`it has ${first.length} bytes, the length of the header alone takes 8`);
  const length = new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(longestHeader))
    refuse(`its header claims ${length} bytes, more than the ${longestHeader} allowed`);
  if (8 + Number(length) > size) refuse(`its header claims ${length} bytes, but only ${size - 8} follow`);
  return Number(length);
}

/** The header's JSON as an object. */
export function parseHeader(json: Uint8Array, refuse: Refuse): Record<string, unknown> {
  let header: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(json);
    header = JSON.parse(text);
    const twice = repeatedName(text);
    if (twice !== undefined) refuse(`it names tensor "${twice}" twice`);
  } catch (error) {
    if (error instanceof PretextError) throw error;
    refuse('its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) refuse('its header is not a JSON object');
  return header as Record<string, unknown>;
}

/** The first name that a valid JSON object has twice at its top level: JSON.parse would keep the last one, unsaid. */
export function repeatedName(json: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  for (const [token, text] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (text !== undefined && depth === 1) {
      const name = JSON.parse(text) as string;
      if (seen.has(name)) return name;
      seen.add(name);
    }
  }
  return undefined;
}

export function entriesOf(
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
