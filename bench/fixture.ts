/** Start weights, data and settings of one workload as two files: engines in any language start from the same. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TypedArray } from '#main/engine/session/runtime';
import type { ModelName } from './workload';

export interface FixtureArray {
  readonly name: string;
  readonly dtype: 'float32' | 'int32' | 'int64' | 'bool';
  readonly shape: readonly number[];
  /** Offset in data.bin, bytes. */
  readonly at: number;
}

/** What fixture.json holds; python/fixture.py reads the same. */
export interface Fixture {
  readonly workload: string;
  readonly model: ModelName;
  readonly settings: Readonly<Record<string, number | boolean>>;
  readonly batch: number;
  readonly learningRate: number;
  readonly weights: readonly FixtureArray[];
  readonly feeds: readonly FixtureArray[];
  /** Floating-point operations of one step, as Pretext's compiler counts them. */
  readonly flops: number;
}

const constructors = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array, bool: Uint8Array } as const;

export interface LoadedFixture extends Fixture {
  data(array: FixtureArray): TypedArray;
}

export function readFixture(folder: string): LoadedFixture {
  const fixture = JSON.parse(readFileSync(join(folder, 'fixture.json'), 'utf8')) as Fixture;
  const file = readFileSync(join(folder, 'data.bin'));
  return {
    ...fixture,
    data({ dtype, shape, at }) {
      const length = shape.reduce((total, size) => total * size, 1);
      return new constructors[dtype](file.buffer as ArrayBuffer, file.byteOffset + at, length);
    },
  };
}
