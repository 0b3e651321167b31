import { describe, expect, it } from 'vitest';
import { compileForward } from '#main/engine/compile';
import {
  gradientPenalty,
  gradientReversal,
  gumbelSigmoid,
  gumbelSoftmax,
  reinforce,
  straightThroughBernoulli,
  straightThroughRound,
  straightThroughSign,
} from '#main/engine/functions/estimators';
import { avgPool2d, conv2d, maxPool2d } from '#main/engine/functions/image';
import { layerNorm } from '#main/engine/functions/normalization';
import { gradients } from '#main/engine/gradient';
import type { Scope } from '#main/engine/scope';
import { openForwardSession } from '#main/engine/session/open-forward';
import type { Tensor } from '#main/engine/tensor';
import {
  between,
  distinct,
  evaluate,
  expectClose,
  expectGradient,
  expectValue,
  normal,
  numbers,
  type Sample,
  sample,
} from '#test/numeric';

/** Outputs of a function that draws, for given inputs and draw. */
async function sampled(
  outputs: (scope: Scope, x: Tensor) => Record<string, Tensor>,
  { shape, dtype, data }: Sample,
  draw = 0,
): Promise<Record<string, Float32Array>> {
  const program = compileForward({
    inputs: { x: { shape, dtype } },
    outputs: (scope, { x }) => outputs(scope, x!),
    device: 'cpu',
  });
  const values = new Map([['random.key', Float32Array.of(12, 34, draw, 0)]]);
  const session = await openForwardSession(program, { device: 'cpu', threads: 1, values });
  const results = await session.run({ x: data });
  await session.close();
  return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, value.data as Float32Array]));
}

const FAIR = 4.5; // standard deviations
/** The same row many times. */
const rows = (count: number, row: readonly number[]): Sample =>
  sample([count, row.length], Array.from({ length: count }, () => row).flat());

describe('gradient reversal', () => {
  const x = normal([3, 4]);

  it('is the identity forwards and −λ times the gradient backwards', async () => {
    await expectValue((a) => gradientReversal(a, 0.3), [x], Array.from(x.data, Number));
    const plain = await numbers((a) => gradients(a.square().sum(), [a])[0]!, x);
    const turned = plain.map((value) => -0.3 * value);
    await expectValue((a) => gradients(gradientReversal(a, 0.3).square().sum(), [a])[0]!, [x], turned);
  });

  it('takes a scale that is fed', async () => {
    const plain = await numbers((a) => gradients(a.square().sum(), [a])[0]!, x);
    const slope = (a: Tensor, lambda: Tensor) => gradients(gradientReversal(a, lambda).square().sum(), [a])[0]!;
    await expectValue(
      slope,
      [x, sample([], [2])],
      plain.map((value) => -2 * value),
    );
  });
});

describe('straight through', () => {
  const x = sample([6], [-2.6, -0.4, 0, 0.5, 0.9, 1.5]);
  const slope = (f: (x: Tensor) => Tensor) => numbers((a) => gradients(f(a).sum(), [a])[0]!, x);

  it('rounds, to even numbers at halves, with the gradient of the identity', async () => {
    await expectValue(straightThroughRound, [x], [-3, -0, 0, 0, 1, 2]);
    expect(await slope(straightThroughRound)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('takes signs, with a gradient where |x| ≤ 1 only', async () => {
    await expectValue(straightThroughSign, [x], [-1, -1, 1, 1, 1, 1]);
    expect(await slope(straightThroughSign)).toEqual([0, 1, 1, 1, 1, 0]);
  });

  it('draws 0 and 1 with chance p, with the gradient of p', async () => {
    const p = [0.1, 0.5, 0.8];
    const { y, g } = await sampled(
      (scope, a) => {
        const drawn = straightThroughBernoulli(scope, 'b', a);
        return { y: drawn, g: gradients(drawn.scale(3).sum(), [a])[0]! };
      },
      rows(4000, p),
    );
    expect(new Set(y)).toEqual(new Set([0, 1]));
    expect(new Set(g)).toEqual(new Set([3]));
    p.forEach((chance, c) => {
      const share = y!.filter((_, i) => i % 3 === c).reduce((a, b) => a + b) / 4000;
      expect(Math.abs(share - chance)).toBeLessThan(FAIR * Math.sqrt((chance * (1 - chance)) / 4000));
    });
  });
});

describe('Gumbel-softmax', () => {
  const logits = [0.5, -1, 1.5, 0];
  const total = logits.reduce((sum, value) => sum + Math.exp(value), 0);
  const p = logits.map((value) => Math.exp(value) / total);
  const COUNT = 4000;

  it('chooses each class with the probability softmax(logits)', async () => {
    const { y } = await sampled(
      (scope, x) => ({ y: gumbelSoftmax(scope, 'g', x, { hard: true }) }),
      rows(COUNT, logits),
    );
    p.forEach((chance, c) => {
      const share = y!.filter((_, i) => i % 4 === c).reduce((a, b) => a + b) / COUNT;
      expect(Math.abs(share - chance), `class ${c}`).toBeLessThan(FAIR * Math.sqrt((chance * (1 - chance)) / COUNT));
    });
  });

  it('soft samples sum to 1 and sharpen as the temperature falls', async () => {
    const largest = async (temperature: number) => {
      const { y } = await sampled(
        (scope, x) => ({ y: gumbelSoftmax(scope, 'g', x, { temperature }), sum: x }),
        rows(200, logits),
      );
      const each = Array.from({ length: 200 }, (_, r) => Array.from(y!.slice(4 * r, 4 * r + 4)));
      for (const row of each) expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      return each.reduce((sum, row) => sum + Math.max(...row), 0) / 200;
    };
    const [cold, warm, hot] = [await largest(0.1), await largest(1), await largest(10)];
    expect(cold).toBeGreaterThan(0.9);
    expect(warm).toBeLessThan(cold);
    expect(hot).toBeLessThan(warm);
  });

  it('a hard sample is the largest of the soft one, and has its gradient', async () => {
    const weights = [1, -2, 3, 0.5];
    const outputs = (hard: boolean) => (scope: Scope, x: Tensor) => {
      const y = gumbelSoftmax(scope, 'g', x, { hard, temperature: 0.7 });
      const w = x.constant(Float32Array.from(weights));
      return { y, g: gradients(y.mul(w).sum(), [x])[0]! };
    };
    const [soft, hard] = [
      await sampled(outputs(false), rows(50, logits)),
      await sampled(outputs(true), rows(50, logits)),
    ];
    expect(hard['g']).toEqual(soft['g']);
    for (let r = 0; r < 50; r++) {
      const [s, h] = [soft['y']!.slice(4 * r, 4 * r + 4), hard['y']!.slice(4 * r, 4 * r + 4)];
      expect([...h].sort()).toEqual([0, 0, 0, 1]);
      expect(h.indexOf(1)).toBe(s.indexOf(Math.max(...s)));
    }
  });

  it('has the gradient that differences under the same noise predict, along any axis, temperatures fed', async () => {
    const temperature = 0.8;
    const x = normal([3, 2, 5], 4);
    for (const axis of [0, 1, -1]) {
      const w = normal([3, 2, 5], 6);
      const loss = (scope: Scope, a: Tensor) =>
        gumbelSoftmax(scope, 'g', a, { temperature: a.constant(temperature), axis })
          .mul(a.constant(w.data as Float32Array, w.shape))
          .sum();
      const { g } = await sampled((scope, a) => ({ g: gradients(loss(scope, a), [a])[0]! }), x);
      const at = async (i: number, by: number) => {
        const data = (x.data as Float32Array).map((value, j) => (j === i ? value + by : value));
        return (await sampled((scope, a) => ({ l: loss(scope, a) }), { ...x, data }))['l']![0]!;
      };
      for (const i of [0, 7, 29]) {
        const slope =
          (8 * ((await at(i, 0.02)) - (await at(i, -0.02))) - ((await at(i, 0.04)) - (await at(i, -0.04)))) / 0.24;
        expectClose([g![i]!], [slope], `axis ${axis}, element ${i}`, { relative: 1e-3, absolute: 1e-3 });
      }
      const hard = await sampled(
        (scope, a) => ({ y: gumbelSoftmax(scope, 'g', a, { hard: true, axis }).sum(axis) }),
        x,
      );
      expect(new Set(hard['y'])).toEqual(new Set([1]));
    }
  });

  it('says which temperatures there are', async () => {
    const cold = sampled((scope, x) => ({ y: gumbelSoftmax(scope, 'g', x, { temperature: 0 }) }), rows(1, logits));
    await expect(cold).rejects.toThrow('gumbel: the temperature must be above 0, got 0');
  });
});

it('Gumbel-sigmoid draws a 1 with chance σ(logit), and a hard sample has the gradient of the soft one', async () => {
  const logits = [-2, 0, 1];
  const outputs = (hard: boolean) => (scope: Scope, x: Tensor) => {
    const y = gumbelSigmoid(scope, 'g', x, { hard, temperature: 0.5 });
    return { y, g: gradients(y.sum(), [x])[0]! };
  };
  const [soft, hard] = [
    await sampled(outputs(false), rows(4000, logits)),
    await sampled(outputs(true), rows(4000, logits)),
  ];
  expect(hard['g']).toEqual(soft['g']);
  expect(hard['y']).toEqual(soft['y']!.map((value) => Number(value > 0.5)));
  logits.forEach((logit, c) => {
    const chance = 1 / (1 + Math.exp(-logit));
    const share = hard['y']!.filter((_, i) => i % 3 === c).reduce((a, b) => a + b) / 4000;
    expect(Math.abs(share - chance)).toBeLessThan(FAIR * Math.sqrt((chance * (1 - chance)) / 4000));
  });
});

describe('REINFORCE', () => {
  const logits = [0.3, -0.7, 1.1];
  const reward = [1, 4, -2];
  const total = logits.reduce((sum, value) => sum + Math.exp(value), 0);
  const p = logits.map((value) => Math.exp(value) / total);
  const expected = p.reduce((sum, chance, c) => sum + chance * reward[c]!, 0);
  /** d −E[reward] / d logits: what can be counted out for three classes. */
  const exact = p.map((chance, c) => -chance * (reward[c]! - expected));

  /** The gradient of the surrogate for given choices. */
  const slope = (choices: Sample, baseline: number) =>
    numbers(
      (x, c, r) => {
        const rowsOf = x.reshape([1, 3]).broadcastTo([choices.shape[0]!, 3]);
        const logP = rowsOf
          .logSoftmax()
          .takeAlong(c.reshape([-1, 1]))
          .reshape([-1]);
        return gradients(reinforce(logP, r.gather(c), baseline), [x])[0]!;
      },
      sample([3], logits),
      choices,
      sample([3], reward),
    );

  it.each([0, 0.5, expected])(
    'weighted by their chance, all choices give the exact gradient (baseline %f)',
    async (b) => {
      const each = await Promise.all(
        [0, 1, 2].map((c) => slope({ shape: [1], dtype: 'int32', data: Int32Array.of(c) }, b)),
      );
      const mean = [0, 1, 2].map((i) => each.reduce((sum, part, c) => sum + p[c]! * part[i]!, 0));
      expectClose(mean, exact, 'gradient', { relative: 1e-4, absolute: 1e-5 });
    },
  );

  it('is unbiased over draws, and a good baseline narrows its spread', async () => {
    const COUNT = 3000;
    const { y } = await sampled(
      (scope, x) => ({ y: gumbelSoftmax(scope, 'c', x, { hard: true }) }),
      rows(COUNT, logits),
    );
    const choices = Int32Array.from({ length: COUNT }, (_, r) => y!.slice(3 * r, 3 * r + 3).indexOf(1));
    const found = await slope({ shape: [COUNT], dtype: 'int32', data: choices }, expected);
    const spread = (baseline: number, i: number) => {
      const variance = p.reduce((sum, chance, c) => {
        const part = -(reward[c]! - baseline) * (Number(c === i) - p[i]!);
        return sum + chance * (part - exact[i]!) ** 2;
      }, 0);
      return Math.sqrt(variance / COUNT);
    };
    found.forEach((value, i) => expect(Math.abs(value - exact[i]!)).toBeLessThan(FAIR * spread(expected, i)));
    expect(spread(expected, 0)).toBeLessThan(spread(-5, 0));
  });

  it('stops the gradient of the reward, and wants one for each choice', async () => {
    const [a, b] = [normal([4], 1), normal([4], 2)];
    expect(await numbers((x, r) => gradients(reinforce(x, r, r.mean()), [r])[0]!, a, b)).toEqual([0, 0, 0, 0]);
    await expect(evaluate((x, r) => reinforce(x, r), a, normal([3]))).rejects.toThrow(
      'reinforce: needs a reward for each choice, [4], got [3]',
    );
  });
});

describe('the gradient penalty', () => {
  it('of a linear critic is (‖w‖ − 1)² wherever it is asked', async () => {
    const w = sample([2, 1], [3, 4]);
    await expectValue((x, v) => gradientPenalty((t) => t.matmul(v), x), [normal([5, 2]), w], [16]);
  });

  it('agrees with first derivatives by central differences', async () => {
    const [x, w, v] = [normal([3, 4], 1), normal([4, 5], 2), normal([5, 1], 3)];
    const critic = (t: Tensor, a: Tensor, b: Tensor) => t.matmul(a).tanh().matmul(b);
    const at = (data: Float32Array) => numbers((t, a, b) => critic(t, a, b).reshape([-1]), { ...x, data }, w, v);
    const h = 0.01;
    const lengths = [0, 0, 0];
    for (let j = 0; j < 4; j++) {
      const moved = (by: number) => (x.data as Float32Array).map((value, i) => (i % 4 === j ? value + by : value));
      const [up, down, up2, down2] = [
        await at(moved(h)),
        await at(moved(-h)),
        await at(moved(2 * h)),
        await at(moved(-2 * h)),
      ];
      for (let i = 0; i < 3; i++) {
        lengths[i]! += ((8 * (up[i]! - down[i]!) - (up2[i]! - down2[i]!)) / (12 * h)) ** 2;
      }
    }
    const wanted = lengths.reduce((sum, square) => sum + (Math.sqrt(square) - 1) ** 2, 0) / 3;
    const [found] = await numbers((t, a, b) => gradientPenalty((u) => critic(u, a, b), t), x, w, v);
    expectClose([found!], [wanted], 'penalty', { relative: 1e-3, absolute: 1e-4 });
  });

  it('has a gradient for the weights of a dense critic, by central differences', () =>
    expectGradient(
      (w, b, v, x) => gradientPenalty((t) => t.linear(w, b).tanh().matmul(v), x),
      normal([3, 5], 1),
      normal([5], 2),
      normal([5, 1], 3),
      normal([4, 3], 4),
    ));

  it('and for those of a convolutional critic with pooling and layer norm', async () => {
    await expectGradient(
      (w, gain, v, x) =>
        gradientPenalty((t) => {
          const h = avgPool2d(conv2d(t, w, undefined, { pad: 1 })).reshape([2, -1]); // [2, 8]
          return layerNorm(h, gain).silu().matmul(v);
        }, x),
      between(0.2, 1, [2, 1, 3, 3], 1),
      between(0.5, 1.5, [8], 2),
      normal([8, 1], 3),
      normal([2, 1, 4, 4], 4),
    );
    // One positive weight a channel keeps the largest pixels the largest while the weights are moved.
    await expectGradient(
      (w, v, x) => gradientPenalty((t) => maxPool2d(conv2d(t, w)).reshape([2, -1]).tanh().matmul(v), x),
      between(0.5, 1, [2, 1, 1, 1], 1),
      normal([8, 1], 3),
      distinct([2, 1, 4, 4], 4),
    );
  });

  it('is finite where the critic is flat', async () => {
    const flat = (x: Tensor) => gradientPenalty((t) => t.scale(0).sum(1), x);
    await expectValue(flat, [normal([2, 3])], [1]);
    const slope = await numbers((x) => gradients(flat(x), [x])[0]!, normal([2, 3]));
    expect(slope.every(Number.isFinite)).toBe(true);
  });

  it('uses whole items, whatever their axes', async () => {
    const [images, w] = [normal([2, 1, 3, 3], 1), normal([9, 1], 2)];
    const [flat] = await numbers((x, v) => gradientPenalty((t) => t.reshape([2, 9]).sigmoid().matmul(v), x), images, w);
    const rowsOf = { ...images, shape: [2, 9] };
    await expectValue((x, v) => gradientPenalty((t) => t.sigmoid().matmul(v), x), [rowsOf, w], [flat!]);
  });
});
