/** Laws of the files that all engines start from. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { permuted } from '../../bench/engines/ops';
import { readFixture } from '../../bench/fixture';
import { entryOf } from '../../bench/workloads';
import { writeFixture } from '../../bench/write-fixture';

const folder = mkdtempSync(join(tmpdir(), 'pretext-fixture-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a fixture', () => {
  const written = writeFixture(folder, 'dense', 2);
  const read = readFixture(folder);

  it('holds every parameter by name and shape, and no moment of the optimizer', () => {
    expect(written.weights.map(({ name }) => name).slice(0, 2)).toEqual(['0.weight', '0.bias']);
    expect(written.weights).toHaveLength(8);
    expect(written.weights[0]!.shape).toEqual([784, 512]);
  });

  it('gives back the data bit for bit', () => {
    expect(read.data(read.feeds[0]!)).toEqual(entryOf('dense').make(2).feeds()['x']);
  });

  it('is the same each time: start weights come from a seed', () => {
    const again = join(folder, 'again');
    writeFixture(again, 'dense', 2);
    const other = readFixture(again);
    for (const weight of read.weights) expect(other.data(weight)).toEqual(read.data(weight));
  });

  it('refuses an unknown workload, naming the known ones', () => {
    expect(() => entryOf('lstm')).toThrow(/must be one of dense.*got lstm/);
  });
});

describe('permuted', () => {
  it('moves a kernel [out, in, kh, kw] to [kh, kw, in, out]', () => {
    const shape = [2, 3, 4, 5];
    const at = (o: number, i: number, y: number, x: number) => ((o * 3 + i) * 4 + y) * 5 + x;
    const data = Float32Array.from({ length: 120 }, (_, place) => place);
    const moved = permuted(data, shape, [2, 3, 1, 0]);
    expect(moved.shape).toEqual([4, 5, 3, 2]);
    for (const [o, i, y, x] of [
      [0, 0, 0, 0],
      [1, 2, 3, 4],
      [1, 0, 2, 1],
    ] as const) {
      expect(moved.data[((y * 5 + x) * 3 + i) * 2 + o]).toBe(at(o, i, y, x));
    }
  });

  it('and back again is the same', () => {
    const data = Float32Array.from({ length: 60 }, (_, place) => place);
    const there = permuted(data, [3, 4, 5], [2, 0, 1]);
    expect(permuted(there.data, there.shape, [1, 2, 0]).data).toEqual(data);
  });
});
