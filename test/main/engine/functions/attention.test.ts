import { describe, expect, it } from 'vitest';
import { compileTrainStep, ones, sgdMomentum } from '#main/engine';
import type { AttentionOptions } from '#main/engine/functions/attention';
import { attention, joinHeads, splitHeads } from '#main/engine/functions/attention';
import { alibiBias, relativeBias, relativeBucket, rotary } from '#main/engine/functions/attention-bias';
import { bigBird, blockBias } from '#main/engine/functions/block-sparse';
import type { Tensor } from '#main/engine/tensor';
import { evaluate, expectClose, expectGradient, normal, numbers, type Sample, sample } from '#test/numeric';

const N = 2;
const HEADS = 3;

const qkv = (tq: number, tk: number, d = 4, e = 5): [Sample, Sample, Sample] => [
  normal([N, HEADS, tq, d], 1),
  normal([N, HEADS, tk, d], 2),
  normal([N, HEADS, tk, e], 3),
];

/** The definition, in double precision. */
function reference([q, k, v]: Sample[], seen: (n: number, head: number, i: number, j: number) => number): number[] {
  const [, , tq, d] = q!.shape as [number, number, number, number];
  const [, , tk, e] = v!.shape as [number, number, number, number];
  const y: number[] = [];
  for (let b = 0; b < N * HEADS; b++) {
    for (let i = 0; i < tq; i++) {
      const scores = Array.from({ length: tk }, (_, j) => {
        let dot = 0;
        for (let c = 0; c < d; c++)
          dot += Number(q!.data[(b * tq + i) * d + c]) * Number(k!.data[(b * tk + j) * d + c]);
        return dot / Math.sqrt(d) + seen(Math.floor(b / HEADS), b % HEADS, i, j);
      });
      const top = Math.max(...scores);
      const weights = scores.map((score) => Math.exp(score - top));
      const total = weights.reduce((sum, weight) => sum + weight);
      for (let c = 0; c < e; c++) {
        y.push(weights.reduce((sum, weight, j) => sum + (weight / total) * Number(v!.data[(b * tk + j) * e + c]), 0));
      }
    }
  }
  return y;
}

const attend =
  (options: AttentionOptions = {}) =>
  (q: Tensor, k: Tensor, v: Tensor) =>
    attention(q, k, v, options);

describe('attention', () => {
  it('is softmax(q·kᵀ/√d)·v for each head, also across two sequences', async () => {
    for (const samples of [qkv(3, 3), qkv(2, 5), qkv(1, 1), qkv(4, 1, 1, 1)]) {
      expectClose(
        await numbers(attend(), ...samples),
        reference(samples, () => 0),
      );
      await expectGradient(attend(), ...samples);
    }
  });

  it('causal: a query sees no later key, and the last queries of a longer sequence see what came before', async () => {
    for (const [tq, tk] of [
      [4, 4],
      [2, 5],
    ] as const) {
      const samples = qkv(tq, tk);
      const expected = reference(samples, (_n, _h, i, j) => (j > i + tk - tq ? Number.NEGATIVE_INFINITY : 0));
      expectClose(await numbers(attend({ causal: true }), ...samples), expected);
    }
    await expectGradient(attend({ causal: true }), ...qkv(3, 3));
  });

  it('mask: padding has no weight; where all is padding the values are averaged', async () => {
    const samples = qkv(2, 3);
    const mask = sample([N, 3], [1, 1, 0, 0, 0, 0]);
    const masked = (q: Tensor, k: Tensor, v: Tensor, m: Tensor) => attention(q, k, v, { mask: m.stopGradient() });
    const found = await numbers(masked, ...samples, mask);
    const expected = reference(samples, (n, _h, _i, j) => (n === 0 && j === 2 ? Number.NEGATIVE_INFINITY : 0));
    expectClose(found.slice(0, 30), expected.slice(0, 30));
    const mean = (c: number) => [0, 1, 2].reduce((sum, j) => sum + Number(samples[2].data[45 + j * 5 + c]) / 3, 0);
    expectClose(found.slice(30, 35), [0, 1, 2, 3, 4].map(mean));
    const constant = (q: Tensor, k: Tensor, v: Tensor) =>
      attention(q, k, v, { mask: q.constant(new Float32Array([1, 1, 0, 0, 1, 0]), [N, 3]) });
    await expectGradient(constant, ...samples);
  });

  it('bias: a learned table of relative positions has a gradient, shared by the batch', async () => {
    const table = normal([8, HEADS], 4);
    const biased = (q: Tensor, k: Tensor, v: Tensor, t: Tensor) => attention(q, k, v, { bias: relativeBias(t, 3, 4) });
    const samples = qkv(3, 4);
    const at = (head: number, i: number, j: number) =>
      Number(table.data[relativeBucket(j - i, { buckets: 8 }) * HEADS + head]);
    expectClose(
      await numbers(biased, ...samples, table),
      reference(samples, (_n, h, i, j) => at(h, i, j)),
    );
    await expectGradient(biased, ...samples, table);
  });

  it('splitHeads and joinHeads undo each other', async () => {
    const x = normal([2, 3, 12], 5);
    expect(await numbers((t) => joinHeads(splitHeads(t, 4)), x)).toEqual(Array.from(x.data, Number));
    await expect(evaluate((t) => splitHeads(t, 5), x)).rejects.toThrow('a width that 5 heads divide, got [2, 3, 12]');
  });
});

describe('relative positions', () => {
  it('buckets are exact when near, logarithmic when far, and tell before from after', () => {
    // The values of the T5 code for 32 buckets and a largest distance of 128.
    const both = [-200, -127, -64, -16, -8, -7, -1, 0, 1, 7, 8, 16, 64, 127, 200];
    expect(both.map((distance) => relativeBucket(distance))).toEqual([
      15, 15, 14, 10, 8, 7, 1, 0, 17, 23, 24, 26, 30, 31, 31,
    ]);
    const causal = [-200, -64, -16, -15, -1, 0, 1, 50].map((d) => relativeBucket(d, { bidirectional: false }));
    expect(causal).toEqual([31, 26, 16, 15, 1, 0, 0, 0]);
  });

  it('ALiBi falls linearly with the distance, with a slope for each head', async () => {
    const y = await numbers((x) => alibiBias(x, 2, 2, 3).add(x), sample([], [0]));
    expectClose(y, [0, -1 / 16, -2 / 16, -1 / 16, 0, -1 / 16, 0, -1 / 256, -2 / 256, -1 / 256, 0, -1 / 256]);
  });

  it('rotary: scores depend on the distance only, and lengths stay', async () => {
    const [q, k] = [normal([1, 1, 1, 6], 1), normal([1, 1, 1, 6], 2)];
    const score = (a: number, b: number) =>
      numbers(
        (x, y) =>
          rotary(x, { from: a })
            .mul(rotary(y, { from: b }))
            .sum(),
        q,
        k,
      );
    expectClose(await score(9, 4), await score(5, 0));
    expectClose(await numbers((x) => rotary(x, { from: 7 }).sumSquares(), q), await numbers((x) => x.sumSquares(), q));
    await expectGradient((x) => rotary(x), normal([2, 1, 3, 4], 3));
  });
});

describe('block-sparse attention', () => {
  const pattern = bigBird(24, { size: 3, window: 1, global: 1, random: 1, seed: 2 });
  const samples = [normal([N, HEADS, 24, 4], 1), normal([N, HEADS, 24, 4], 2), normal([N, HEADS, 24, 5], 3)] as const;
  const full = (q: Tensor, k: Tensor, v: Tensor, mask?: Tensor) =>
    attention(q, k, v, { bias: q.constant(blockBias(pattern), [24, 24]), ...(mask ? { mask } : {}) });
  const sparse = (q: Tensor, k: Tensor, v: Tensor, mask?: Tensor) =>
    attention(q, k, v, { blocks: pattern, ...(mask ? { mask } : {}) });

  it('sees global, neighbouring and random blocks, each once', () => {
    expect(pattern.sees[0]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const [row, blocks] of pattern.sees.slice(1).entries()) {
      expect(blocks).toEqual([...new Set(blocks)].sort((a, b) => a - b));
      expect(blocks).toEqual(expect.arrayContaining([0, row, row + 1]));
      expect(blocks.length).toBeLessThanOrEqual(5);
    }
  });

  it('equals full attention under the same mask', async () => {
    expectClose(await numbers(sparse, ...samples), await numbers(full, ...samples));
    const mask = sample(
      [N, 24],
      Array.from({ length: 2 * 24 }, (_, i) => Number(i % 24 < (i < 24 ? 24 : 17))),
    );
    expectClose(await numbers(sparse, ...samples, mask), await numbers(full, ...samples, mask));
  });

  it('has the gradient of full attention', async () => {
    const small = bigBird(8, { size: 2, window: 0, global: 1, random: 1, seed: 1 });
    const inputs = [normal([1, 1, 8, 2], 1), normal([1, 1, 8, 2], 2), normal([1, 1, 8, 2], 3)];
    await expectGradient((q, k, v) => attention(q, k, v, { blocks: small }), ...inputs);
  });

  it('costs twice as much for a text twice as long, where full attention costs four times as much', () => {
    const flops = (length: number, blocks: boolean) =>
      compileTrainStep({
        inputs: { x: { dtype: 'float32', shape: [1, 1, length, 8] } },
        objective(scope, { x }) {
          const q = x!.mul(scope.parameter('w', [8], ones));
          const blocksOf = bigBird(length, { size: 8, window: 1, global: 0, random: 1 });
          return {
            loss: attention(q, q, q, blocks ? { blocks: blocksOf } : {})
              .square()
              .sum(),
          };
        },
        optimizer: sgdMomentum(),
        device: 'cpu',
      }).flops;
    expect(flops(512, true) / flops(256, true)).toBeCloseTo(2, 5);
    expect(flops(512, false) / flops(256, false)).toBe(4);
  });

  it('refuses a length that the pattern does not have', async () => {
    await expect(evaluate(attend({ blocks: pattern }), ...qkv(3, 3))).rejects.toThrow(
      'attention: 8 blocks of 3 need 24 positions, got q [2, 3, 3, 4] and k [2, 3, 3, 4]',
    );
  });
});
