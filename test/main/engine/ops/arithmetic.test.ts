import { describe, expect, it } from 'vitest';
import type { Tensor } from '#main/engine/tensor';
import {
  between,
  distinct,
  evaluate,
  expectGradient,
  expectSameOnWebgpu,
  expectValue,
  normal,
  numbers,
  sample,
} from '#test/numeric';

const shapes = [
  { a: [3, 5], b: [3, 5] },
  { a: [2, 3, 5], b: [5] },
  { a: [3, 1], b: [1, 4] },
  { a: [1], b: [3, 1, 2] },
  { a: [], b: [2, 3] },
];

describe.each(shapes)('$a with $b', ({ a, b }) => {
  const away = between(0.5, 2, b, 2); // divisors far from zero

  it.each<[string, (x: Tensor, y: Tensor) => Tensor, (x: number, y: number) => number]>([
    ['add', (x, y) => x.add(y), (x, y) => x + y],
    ['sub', (x, y) => x.sub(y), (x, y) => x - y],
    ['mul', (x, y) => x.mul(y), (x, y) => x * y],
    ['div', (x, y) => x.div(y), (x, y) => x / y],
  ])('%s agrees with JavaScript and with its central differences', async (_, compute, reference) => {
    const x = normal(a);
    const [left, right] = [await spread(x), await spread(away)];
    await expectValue(
      compute,
      [x, away],
      left.map((value, i) => reference(value, right[i]!)),
    );
    await expectGradient(compute, x, away);
  });

  /** Both operands stretched to the common shape, as numbers. */
  async function spread(part: typeof away): Promise<number[]> {
    const { shape } = await evaluate((x, y) => x.add(y), normal(a), away);
    return numbers((x) => x.broadcastTo(shape), part);
  }
});

it('minimum and maximum send the gradient to the chosen operand', async () => {
  const [a, b] = [distinct([4, 3], 1), distinct([4, 3], 2)];
  const apart = { ...b, data: (b.data as Float32Array).map((value) => value + 0.05) };
  await expectGradient((x, y) => x.minimum(y), a, apart);
  await expectGradient((x, y) => x.maximum(y), a, apart);
  await expectGradient((x, y) => x.maximum(y), a, sample([3], [0.01, 0.51, -0.71]));
});

it('comparisons give booleans', async () => {
  const x = sample([3], [-1, 0, 2]);
  expect(await numbers((a) => a.greater(0).cast('float32'), x)).toEqual([0, 0, 1]);
  expect(await numbers((a) => a.less(0).cast('float32'), x)).toEqual([1, 0, 0]);
  expect(await numbers((a) => a.equal(0).cast('float32'), x)).toEqual([0, 1, 0]);
  await expectSameOnWebgpu((a) => a.greater(0).cast('float32').add(a.equal(2).cast('float32')), x);
});

it('logic follows its truth tables, and any and all fold it', async () => {
  const bool = (...data: number[]) => ({ shape: [2, 2], dtype: 'bool', data: Uint8Array.from(data) }) as const;
  const [a, b] = [bool(0, 0, 1, 1), bool(0, 1, 0, 1)];
  const table = (f: (x: Tensor, y: Tensor) => Tensor) => numbers((x, y) => f(x, y).cast('int32'), a, b);
  expect(await table((x, y) => x.and(y))).toEqual([0, 0, 0, 1]);
  expect(await table((x, y) => x.or(y))).toEqual([0, 1, 1, 1]);
  expect(await table((x) => x.not())).toEqual([1, 1, 0, 0]);
  expect(await table((_, y) => y.any(1))).toEqual([1, 1]);
  expect(await table((x) => x.all(1))).toEqual([0, 1]);
  expect(await table((x) => x.any())).toEqual([1]);
  await expect(table((x) => x.cast('int32').and(x.cast('int32')))).rejects.toThrow('and: needs bool, got int32');
});

it('comparisons at a tie', async () => {
  const x = sample([3], [-1, 0, 2]);
  expect(await numbers((t) => t.greaterEqual(0).cast('int32'), x)).toEqual([0, 1, 1]);
  expect(await numbers((t) => t.lessEqual(0).cast('int32'), x)).toEqual([1, 1, 0]);
  expect(await numbers((t) => t.notEqual(0).cast('int32'), x)).toEqual([1, 0, 1]);
});

it('a factor moves into the product, the sum or past the reshape behind it', async () => {
  const [x, w] = [normal([2, 6], 1), normal([6, 3], 2)];
  const plain = await numbers((a, b) => a.matmul(b), x, w);
  const twelvefold = plain.map((value) => 12 * value);
  await expectValue((a, b) => a.scale(3).matmul(b.scale(4)), [x, w], twelvefold);
  await expectValue((a, b) => a.reshape([6, 2]).scale(12).reshape([2, 6]).linear(b), [x, w], twelvefold);
  await evaluate(
    (a, b) => {
      expect(a.scale(3).matmul(b).node.inputs[0]).toBe(a.node);
      expect(a.scale(3).sum(0).node.op).toBe('scale');
      return a.linear(b);
    },
    x,
    w,
  );
  const biased = (a: Tensor, b: Tensor, c: Tensor) => a.scale(3).linear(b, c); // the bias is not multiplied
  const sums = await numbers((a, b, c) => a.matmul(b).scale(3).add(c), x, w, normal([3], 3));
  await expectValue(biased, [x, w, normal([3], 3)], sums);
});

it('a constant operand becomes an attribute, and a stretched one is not stored', async () => {
  await evaluate(
    (x) => {
      expect(x.mul(x.constant(3)).node.op).toBe('scale');
      expect(x.scale(2).scale(3).node.attributes).toEqual({ factor: 6 });
      expect(x.add(x.constant(1).broadcastTo(x.shape)).node.op).toBe('plus');
      expect(x.scale(1)).toBe(x);
      return x;
    },
    normal([2, 2]),
  );
});

it('names both shapes when they do not broadcast', async () => {
  await expect(evaluate((x, y) => x.add(y), normal([2, 3]), normal([2, 4]))).rejects.toThrow(
    'add: shapes [2, 3] and [2, 4] do not broadcast (sizes must be equal or 1)',
  );
});
