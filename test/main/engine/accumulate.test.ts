import { describe, expect, it } from 'vitest';
import { gradients } from '#main/engine/gradient';
import { reachable } from '#main/engine/graph';
import type { OpName } from '#main/engine/ops/attributes';
import type { Tensor } from '#main/engine/tensor';
import { evaluate, expectGradient, integers, normal, type Sample } from '#test/numeric';

/** How often an op stands in the gradient of Σ y². */
async function count(op: OpName, compute: (...inputs: Tensor[]) => Tensor, ...samples: Sample[]): Promise<number> {
  let found = 0;
  await evaluate(
    (...inputs) => {
      const [g] = gradients(
        compute(...inputs)
          .square()
          .sum(),
        [inputs[0]!],
      );
      found = reachable([g!.node]).filter((node) => node.op === op).length;
      return g!;
    },
    ...samples,
  );
  return found;
}

/** Uses each part of a split in another way. */
const woven = (x: Tensor, parts: number | readonly number[], axis: number): Tensor =>
  x
    .split(parts, axis)
    .map((part, i) => part.scale(i + 1).tanh())
    .reduce((sum, part) => sum.add(part.sum(axis, true)), x.sum(axis, true).scale(0));

describe('parts of a split', () => {
  it('come together in one concat, without padded copies', async () => {
    const parts = (x: Tensor) => x.split(3, 1).reduce((product, part) => product.mul(part.tanh()), x.slice(1, 0, 2));
    expect(
      await count('pad', (x) => x.split([2, 1, 4], 1)[0]!.concat([x.split([2, 1, 4], 1)[2]!], 1), normal([3, 7])),
    ).toBeGreaterThan(0);
    const all = (x: Tensor) => {
      const [a, b, c] = x.split([2, 1, 4], 1) as [Tensor, Tensor, Tensor];
      return a.exp().concat([b.tanh(), c.scale(2)], 1);
    };
    expect(await count('pad', all, normal([3, 7]))).toBe(0);
    await expectGradient(all, normal([3, 7]));
    await expectGradient(parts, normal([3, 6]));
  });

  it.each([
    [[3, 6], 3, 1],
    [[7, 2], [1, 5, 1], 0],
    [[2, 5, 3], [2, 3], 1],
    [[1, 4], 4, 1],
  ] as const)(
    'of %j into %j along axis %i have the right gradient, with the whole used too',
    async (shape, parts, axis) => {
      await expectGradient((x) => woven(x, parts, axis), normal([...shape]));
      await expectGradient((x) => woven(x, parts, axis).add(x.square()), normal([...shape]));
    },
  );

  it('that overlap or leave a gap still add up', async () => {
    const overlapping = (x: Tensor) =>
      x
        .slice(1, 0, 3)
        .mul(x.slice(1, 2, 5))
        .add(x.slice(1, 4, 7).exp());
    await expectGradient(overlapping, normal([2, 7]));
    await expectGradient((x) => x.slice(1, 0, 2).mul(x.slice(1, 5, 7)), normal([2, 7]));
    await expectGradient(
      (x) =>
        x
          .slice(0, 0, 2)
          .sum(0, true)
          .mul(x.slice(1, 1, 3).sum(1, true)),
      normal([3, 3]),
    );
  });
});

describe('rows that are read', () => {
  const table = normal([5, 3]);
  const tied = (x: Tensor, i: Tensor) => x.gather(i).matmul(x, { transB: true }); // embedding and output share weights

  it('are added into the gradient that is there already', async () => {
    await expectGradient(tied, table, integers([4], 5));
    expect(await count('add', tied, table, integers([4], 5))).toBe(0);
    expect(await count('scatterAdd', tied, table, integers([4], 5))).toBe(1);
  });

  it('twice, and single elements, add up as well', async () => {
    await expectGradient((x, i, j) => x.gather(i).mul(x.gather(j)), table, integers([4], 5), integers([4], 5, 2));
    await expectGradient((x, i) => x.takeAlong(i).mul(x.sum(1, true)), table, integers([5, 2], 3));
    await expectGradient((x, i) => x.gather(i, 1).add(x.slice(1, 0, 2)), table, integers([2], 3));
  });
});
