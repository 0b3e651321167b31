/** Writes NumPy's .npy files for tests: a header that says type, order and shape, padded to 64 bytes, then the values. */
type Values = Float32Array | Float64Array | Int32Array | Uint8Array | BigInt64Array | string[];

const types: [new (n: number) => Exclude<Values, string[]>, string][] = [
  [Float32Array, '<f4'],
  [Float64Array, '<f8'],
  [Int32Array, '<i4'],
  [Uint8Array, '|u1'],
  [BigInt64Array, '<i8'],
];

export function npy(values: Values, shape: number[], fortran = false): Buffer {
  const text = Array.isArray(values) ? utf32(values) : undefined;
  const type = text?.type ?? types.find(([kind]) => values instanceof kind)![1];
  const order = fortran ? 'True' : 'False';
  const header = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${shape.join(', ')},), }`;
  const padded = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const begin = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0, 0]);
  begin.writeUInt16LE(padded.length, 8);
  const numbers = values as Exclude<Values, string[]>;
  const bytes = text?.bytes ?? Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return Buffer.concat([begin, Buffer.from(padded, 'latin1'), bytes]);
}

function utf32(words: string[]): { type: string; bytes: Buffer } {
  const longest = Math.max(...words.map((word) => word.length));
  const bytes = Buffer.alloc(4 * longest * words.length);
  words.forEach((word, i) => {
    for (let at = 0; at < word.length; at++) bytes.writeUInt32LE(word.charCodeAt(at), 4 * (i * longest + at));
  });
  return { type: `<U${longest}`, bytes };
}
