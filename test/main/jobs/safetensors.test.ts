import { describe, expect, it } from 'vitest';
import { PretextError } from '#app/contract';
import { decodeSafetensors, encodeSafetensors } from '#main/jobs/safetensors';
import type { Values } from '#main/recipes/recipe';

const values: Values = new Map([
  [
    'encoder.weight',
    { dtype: 'float32', shape: [2, 3], data: Float32Array.of(1, -0, Number.NaN, 1e-45, Infinity, 0.1) },
  ],
  ['code.count', { dtype: 'int32', shape: [2], data: Int32Array.of(-(2 ** 31), 7) }],
  ['step', { dtype: 'int32', shape: [], data: Int32Array.of(12) }],
  ['nothing', { dtype: 'float32', shape: [0, 4], data: new Float32Array(0) }],
]);
const joined = (pieces: Uint8Array[]) => new Uint8Array(Buffer.concat(pieces));
const file = (header: unknown, data = new Uint8Array(0), length?: bigint) => {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(json.length));
  return joined([size, json, data]);
};
const entry = (begin: number, end: number, shape = [(end - begin) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

describe('a safetensors file', () => {
  it('gives back every value bit for bit, with shapes, types and metadata', () => {
    const bytes = Buffer.concat(encodeSafetensors(values, { run: 'r-1' })); // as a file is read: maybe a part of a pool
    const { values: read, metadata } = decodeSafetensors(bytes, 'x');
    bytes.fill(0xff);
    expect(metadata).toEqual({ run: 'r-1' });
    expect([...read.keys()].sort()).toEqual([...values.keys()].sort());
    for (const [name, { dtype, shape, data }] of values) {
      expect(read.get(name)).toMatchObject({ dtype, shape });
      expect(Buffer.from(read.get(name)!.data.buffer)).toEqual(Buffer.from(data.buffer));
    }
  });

  it('is laid out as the format says: length, header, numbers at their offsets, aligned to 8 bytes', () => {
    const bytes = Buffer.from(joined(encodeSafetensors(values)));
    const length = Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length));
    const [begin, end] = header['code.count'].data_offsets;
    expect(length % 8).toBe(0);
    expect(header['code.count']).toMatchObject({ dtype: 'I32', shape: [2] });
    expect(bytes.readInt32LE(8 + length + begin + 4)).toBe(7);
    expect(end - begin).toBe(8);
  });

  it('does not depend on the order in which the values came', () => {
    const reversed: Values = new Map([...values].reverse());
    expect(joined(encodeSafetensors(reversed))).toEqual(joined(encodeSafetensors(values)));
  });

  it('keeps a part of a larger buffer apart from the rest', () => {
    const whole = Float32Array.of(1, 2, 3, 4);
    const part: Values = new Map([['p', { dtype: 'float32', shape: [2], data: whole.subarray(1, 3) }]]);
    expect(decodeSafetensors(joined(encodeSafetensors(part)), 'x').values.get('p')!.data).toEqual(
      Float32Array.of(2, 3),
    );
  });
});

describe('a hostile file is refused with its name and the cause', () => {
  const data = new Uint8Array(16);
  it.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(0), 'it has 0 bytes'],
    ['a header longer than the file', file('{}', undefined, 2n ** 20n), 'only 2 follow'],
    ['a header longer than memory', file('{}', undefined, 2n ** 63n), 'more than the 100000000 allowed'],
    ['a header that is no JSON', file('{"a":'), 'its header is not JSON'],
    ['a header of invalid UTF-8', joined([file('{"a"'), Uint8Array.of(0xff)]).subarray(0, 12), 'not JSON'],
    ['a header that is a list', file('[]'), 'not a JSON object'],
    ['a thousand brackets', file('['.repeat(100_000)), 'not JSON'],
    ['an unknown type', file({ a: { ...entry(0, 4), dtype: 'F31' } }, data), 'unknown type "F31"'],
    ['a type from the prototype', file({ a: { ...entry(0, 4), dtype: 'toString' } }, data), 'unknown type'],
    ['a null tensor', file({ a: null }), 'unknown type'],
    [
      'a type that is not for training',
      file({ a: { dtype: 'F64', shape: [2], data_offsets: [0, 16] } }, data),
      'is F64',
    ],
    ['a negative shape', file({ a: { ...entry(0, 4), shape: [-1] } }, data), 'not a list of counts'],
    ['a shape whose product overflows', file({ a: { ...entry(0, 16), shape: [2 ** 40, 2 ** 40] } }, data), 'takes'],
    [
      'a place that ends before it begins',
      file({ a: { ...entry(4, 8), data_offsets: [8, 4] } }, data),
      'takes 4 bytes',
    ],
    ['a place outside the file', file({ a: entry(0, 32) }, data), 'it is cut short'],
    ['two tensors in one place', file({ a: entry(0, 16), b: entry(8, 16) }, data), '"b" overlaps'],
    ['a hole', file({ a: entry(0, 4), b: entry(8, 16) }, data), 'a hole of 4 bytes before tensor "b"'],
    ['bytes that no tensor claims', file({ a: entry(0, 8) }, data), '8 bytes follow'],
    ['metadata that are numbers', file({ __metadata__: { a: 1 } }), '__metadata__'],
  ])('%s', (_, bytes, cause) => {
    expect(() => decodeSafetensors(bytes, 'model.safetensors')).toThrow(PretextError);
    expect(() => decodeSafetensors(bytes, 'model.safetensors')).toThrow(cause);
    expect(() => decodeSafetensors(bytes, 'model.safetensors')).toThrow('model.safetensors');
  });

  it('every truncation of a good file', () => {
    const whole = joined(encodeSafetensors(values));
    for (let length = 0; length < whole.length; length++)
      expect(() => decodeSafetensors(whole.subarray(0, length), 'x')).toThrow(PretextError);
  });

  it('any of 400 random mutations: read whole or refused in words, never anything else', () => {
    const whole = joined(encodeSafetensors(values, { run: 'r-1' }));
    let state = 7;
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % below;
    };
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      let bytes = whole.slice();
      for (let change = 0; change <= random(4); change++) bytes[random(Math.min(bytes.length, 300))] = random(256);
      if (round % 5 === 0) bytes = bytes.slice(0, random(bytes.length));
      try {
        for (const { shape, data } of decodeSafetensors(bytes, 'x').values.values())
          expect(data.length).toBe(shape.reduce((product, n) => product * n, 1));
      } catch (error) {
        expect(error).toBeInstanceOf(PretextError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(200);
  });
});
