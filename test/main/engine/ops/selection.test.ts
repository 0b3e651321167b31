import { describe, expect, it } from 'vitest';
import type { DType } from '#main/engine/shape';
import {
  expectGradient,
  expectSameOnWebgpu,
  expectStaysOnWebgpu,
  expectValue,
  integers,
  normal,
  numbers,
  sample,
} from '#test/numeric';

const types: DType[] = ['float32', 'int32', 'int64', 'bool'];
const values = [-2, 0, 1, 3];

describe.each(types)('cast from %s', (from) => {
  it.each(types)('to %s keeps what the type can hold', async (to) => {
    const x = sample([4], values);
    const as = (type: DType) => (value: number) => (type === 'bool' ? Number(value !== 0) : value);
    const wanted = values.map(as(from)).map(as(to));
    expect(await numbers((t) => t.cast(from).cast(to).cast('float32'), x)).toEqual(wanted);
    await expectSameOnWebgpu((t) => t.cast(from).cast(to).cast('float32'), x);
  });
});

it('casts stay on WebGPU, but for those from int64', () => {
  const narrow = types.filter((type) => type !== 'int64');
  const pairs = narrow.flatMap((from) => narrow.map((to) => [from, to] as const));
  const samples = [sample([4], values)];
  return expectStaysOnWebgpu(
    pairs.map(([from, to]) => ({ compute: (t) => t.cast(from).cast(to).cast('float32'), samples })),
  );
});

it('fractions are cut off towards 0', async () => {
  expect(await numbers((t) => t.cast('int32'), sample([4], [-1.7, -0.2, 0.9, 2.5]))).toEqual([-1, 0, 0, 2]);
});

it('where chooses among integers too, and stretches all three', async () => {
  const choose = sample([2, 1], [-1, 1]);
  const [a, b] = [integers([3], 9, 1), integers([1], 9, 2)];
  const [x, y] = [Array.from(a.data, Number), Array.from(b.data, Number)];
  await expectValue((c, p, q) => c.greater(0).where(p, q), [choose, a, b], [...[0, 1, 2].map(() => y[0]!), ...x]);
  await expectGradient((c, p, q) => c.stopGradient().greater(0).where(p, q), choose, normal([1, 3]), normal([2, 3], 2));
  await expectStaysOnWebgpu([{ compute: (c, p, q) => c.greater(0).where(p, q), samples: [choose, a, b] }]);
});
