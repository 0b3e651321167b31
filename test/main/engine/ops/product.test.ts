import { describe, expect, it } from 'vitest';
import type { Tensor } from '#main/engine/tensor';
import { evaluate, expectGradient, expectValue, normal, numbers } from '#test/numeric';

const flags = [false, true];
const settings = flags.flatMap((transA) => flags.map((transB) => ({ transA, transB, alpha: transA ? -0.5 : 1 })));
const turned = ([...dims]: number[], isTurned: boolean) =>
  isTurned ? [...dims.slice(0, -2), dims.at(-1)!, dims.at(-2)!] : dims;

/** In memory of its own: a product would see through a transpose. */
const copied = (x: Tensor): Tensor => x.clip(-1e6, 1e6);

describe.each(settings)('transA $transA, transB $transB, alpha $alpha', (options) => {
  it.each([
    { a: [3, 4], b: [4, 5] },
    { a: [1, 4], b: [4, 1] },
    { a: [2, 3, 4], b: [2, 4, 5] },
    { a: [2, 2, 3, 1], b: [1, 2, 1, 3] },
    { a: [2, 3, 4], b: [4, 5] },
  ])('$a × $b equals the product of transposed copies, and has its gradients', async ({ a, b }) => {
    const samples = [normal(turned(a, options.transA), 1), normal(turned(b, options.transB), 2)];
    const last = (rank: number) => [...Array(rank - 2).keys(), rank - 1, rank - 2];
    const plain = await numbers(
      (x, y) =>
        (options.transA ? copied(x.transpose(last(a.length))) : x)
          .matmul(options.transB ? copied(y.transpose(last(b.length))) : y)
          .scale(options.alpha),
      ...samples,
    );
    await expectValue((x, y) => x.matmul(y, options), samples, plain);
    await expectGradient((x, y) => x.matmul(y, options), ...samples);
  });
});

it('takes a transpose of the last two axes into the product, and no other', async () => {
  const [a, b] = [normal([2, 3, 4], 1), normal([2, 3, 5], 2)];
  const turnedIn = (p: Tensor, q: Tensor) => p.transpose([0, 2, 1]).matmul(q);
  await expectValue(turnedIn, [a, b], await numbers((p, q) => copied(p.transpose([0, 2, 1])).matmul(q), a, b));
  await expectGradient(turnedIn, a, b);
  const ops: string[] = [];
  const other = (p: Tensor, q: Tensor) => {
    const y = p.transpose([1, 0, 2]).matmul(q.transpose([1, 2, 0]).transpose([0, 2, 1]));
    ops.push(y.node.inputs[0]!.op, turnedIn(p, p).node.inputs[0]!.op);
    return y;
  };
  const reference = (p: Tensor, q: Tensor) => copied(p.transpose([1, 0, 2])).matmul(copied(q.transpose([1, 0, 2])));
  const square = [normal([2, 3, 4], 1), normal([4, 3, 5], 2)] as const;
  await expectValue(other, [...square], await numbers(reference, ...square));
  expect(ops).toEqual(['transpose', 'input']);
});

it('multiplies as by hand', async () => {
  const [a, b] = [normal([2, 3], 1), normal([3, 2], 2)];
  const [x, y] = [Array.from(a.data, Number), Array.from(b.data, Number)];
  const at = (i: number, j: number) => [0, 1, 2].reduce((sum, k) => sum + x[3 * i + k]! * y[2 * k + j]!, 0);
  await expectValue((p, q) => p.matmul(q), [a, b], [at(0, 0), at(0, 1), at(1, 0), at(1, 1)]);
});

describe('linear', () => {
  const [x, w, b] = [normal([2, 3, 4], 1), normal([4, 5], 2), normal([5], 3)];

  it('is matmul plus bias, over any leading axes', async () => {
    await expectValue((p, q, r) => p.linear(q, r), [x, w, b], await numbers((p, q, r) => p.matmul(q).add(r), x, w, b));
    await expectGradient((p, q, r) => p.linear(q, r), x, w, b);
    await expectGradient(
      (p, q, r) => p.linear(q, r, { transB: true, alpha: -2 }),
      normal([3, 4]),
      normal([5, 4]),
      normal([1, 5]),
    );
  });
});

it('says which inner sizes differ', async () => {
  await expect(evaluate((x, y) => x.matmul(y), normal([64, 784]), normal([512, 256]))).rejects.toThrow(
    'matmul: inner sizes differ in [64, 784] × [512, 256]',
  );
  await expect(evaluate((x, y, z) => x.linear(y, z), normal([2, 3]), normal([3, 4]), normal([3]))).rejects.toThrow(
    'linear: bias must be [4], got [3]',
  );
});
