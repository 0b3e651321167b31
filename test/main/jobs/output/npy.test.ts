import { describe, expect, it } from 'vitest';
import { npyHeader, readNpy } from '#main/jobs/output/npy';

const file = (header: Uint8Array, ...numbers: Uint8Array[]) => new Uint8Array(Buffer.concat([header, ...numbers]));
const bytesOf = (data: Float32Array | Int32Array) => new Uint8Array(data.buffer);

describe('an .npy file', () => {
  it('starts with the magic and a header whose end is a multiple of 64', () => {
    for (const shape of [[], [3], [2, 7, 7], [60_000, 64]]) {
      const header = npyHeader('int32', shape);
      expect(header.length % 64).toBe(0);
      expect(Buffer.from(header).toString('latin1', 0, 8)).toBe('\x93NUMPY\x01\x00');
      expect(header.at(-1)).toBe(10);
    }
    expect(Buffer.from(npyHeader('float32', [3])).toString('latin1')).toContain("'shape': (3,)");
  });

  it.each([
    ['float32', Float32Array.of(1.5, -2, 3e-30, 4, 5, 6)],
    ['int32', Int32Array.of(1, -2, 3, 2 ** 31 - 1, 5, 6)],
  ] as const)('gives back %s numbers and their shape', (dtype, data) => {
    expect(readNpy(file(npyHeader(dtype, [2, 3]), bytesOf(data)), 'x')).toEqual({ shape: [2, 3], values: [...data] });
  });

  it.each([
    ['no NumPy file', new Uint8Array(100)],
    ['cut short', file(npyHeader('float32', [4]), new Uint8Array(15))],
    [
      'of objects',
      Buffer.from(
        Buffer.from(npyHeader('float32', [0]))
          .toString('latin1')
          .replace('<f4', '|O8'),
        'latin1',
      ),
    ],
  ])('that is %s is refused by name', (_, bytes) => {
    expect(() => readNpy(bytes, 'codes.npy')).toThrow('codes.npy: not a NumPy array');
  });
});
