import { describe, expect, it } from 'vitest';
import {
  binaryCrossEntropy,
  cosineSimilarity,
  crossEntropy,
  crossEntropyOfEach,
  gaussianDivergence,
  ntXent,
  softCrossEntropy,
  squaredError,
} from '#main/engine/functions/losses';
import { gradients } from '#main/engine/gradient';
import {
  between,
  evaluate,
  expectClose,
  expectGradient,
  expectStaysOnWebgpu,
  expectValue,
  integers,
  normal,
  numbers,
  type Sample,
  sample,
} from '#test/numeric';

const labelsOf = (...labels: number[]): Sample => ({
  shape: [labels.length],
  dtype: 'int32',
  data: Int32Array.from(labels),
});

/** log softmax of each row, in double precision. */
function logProbabilities({ data, shape }: Sample): number[][] {
  const classes = shape.at(-1)!;
  const x = Array.from(data as Float32Array);
  return Array.from({ length: x.length / classes }, (_, r) => {
    const row = x.slice(r * classes, (r + 1) * classes);
    const top = Math.max(...row);
    const total = top + Math.log(row.reduce((sum, value) => sum + Math.exp(value - top), 0));
    return row.map((value) => value - total);
  });
}

describe('squared error and binary cross-entropy', () => {
  it('squared error is a mean over all elements', () =>
    expectValue(squaredError, [sample([2, 2], [1, 2, 3, 4]), sample([2, 2], [1, 0, 3, 0])], [5]));

  it('cross-entropy of logits is −x log σ(l) − (1 − x) log(1 − σ(l)), finite at the ends', async () => {
    const [l, x] = [normal([20], 1), between(0, 1, [20], 2)];
    const byHand = Array.from(l.data, Number).reduce((sum, logit, i) => {
      const p = 1 / (1 + Math.exp(-logit));
      return sum - Number(x.data[i]) * Math.log(p) - (1 - Number(x.data[i])) * Math.log(1 - p);
    }, 0);
    await expectValue(binaryCrossEntropy, [l, x], [byHand / 20]);
    await expectValue(binaryCrossEntropy, [sample([2], [80, -80]), sample([2], [1, 0])], [0]);
  });

  it('has the gradient that central differences predict', () =>
    expectGradient(binaryCrossEntropy, normal([6], 1), between(0.1, 0.9, [6], 2)));
});

describe('cross-entropy of labels', () => {
  const logits = normal([4, 5], 3);
  const labels = labelsOf(2, 0, 4, 2);
  const logP = logProbabilities(logits);
  const each = [2, 0, 4, 2].map((label, row) => -logP[row]![label]!);

  it('is the mean of −log p(label)', async () => {
    await expectValue((x, t) => crossEntropyOfEach(x, t), [logits, labels], each);
    await expectValue((x, t) => crossEntropy(x, t), [logits, labels], [each.reduce((a, b) => a + b) / 4]);
  });

  it('is ln C where all logits are equal, and its gradient softmax − target', async () => {
    const flat = sample([1, 4], [3, 3, 3, 3]);
    await expectValue((x, t) => crossEntropy(x, t), [flat, labelsOf(1)], [Math.log(4)]);
    const slope = (t: Sample) => numbers((x, l) => gradients(crossEntropy(x, l), [x])[0]!, flat, t);
    expectClose(await slope(labelsOf(1)), [0.25, -0.75, 0.25, 0.25]);
  });

  it('leaves ignored labels out, in the value and in the gradient', async () => {
    const some = labelsOf(2, -100, 4, -100);
    const ignoring = { ignoreIndex: -100 };
    await expectValue((x, t) => crossEntropy(x, t, ignoring), [logits, some], [(each[0]! + each[2]!) / 2]);
    await expectGradient((x, t) => crossEntropy(x, t, ignoring), logits, some);
    const found = await numbers((x, t) => gradients(crossEntropy(x, t, ignoring), [x])[0]!, logits, some);
    expect([...found.slice(5, 10), ...found.slice(15)].every((value) => value === 0)).toBe(true);
  });

  it('is 0 with a gradient of 0 where every label is ignored', async () => {
    const none = labelsOf(-1, -1, -1, -1);
    await expectValue((x, t) => crossEntropy(x, t, { ignoreIndex: -1 }), [logits, none], [0]);
    const slope = await numbers((x, t) => gradients(crossEntropy(x, t, { ignoreIndex: -1 }), [x])[0]!, logits, none);
    expect(slope.every((value) => value === 0)).toBe(true);
  });

  it('with smoothing ε is (1 − ε) ℓ(label) + ε · mean of ℓ over classes', async () => {
    const smooth = each.map((loss, row) => 0.9 * loss - (0.1 * logP[row]!.reduce((a, b) => a + b)) / 5);
    const options = { labelSmoothing: 0.1 };
    await expectValue((x, t) => crossEntropy(x, t, options), [logits, labels], [smooth.reduce((a, b) => a + b) / 4]);
    await expectGradient((x, t) => crossEntropy(x, t, options), logits, labels);
  });

  it('weighs labels: Σ w·ℓ / Σ w', async () => {
    const weights = sample([4], [1, 0.5, 2, 0]);
    const wanted = (each[0]! + 0.5 * each[1]! + 2 * each[2]!) / 3.5;
    await expectValue((x, t, w) => crossEntropy(x, t, { weights: w }), [logits, labels, weights], [wanted]);
    await expectGradient((x, t, w) => crossEntropy(x, t, { weights: w, ignoreIndex: 4 }), logits, labels, weights);
  });

  it('takes any leading axes', async () => {
    await expectGradient((x, t) => crossEntropy(x, t), normal([2, 3, 7]), integers([2, 3], 7));
    await expectGradient((x, t) => crossEntropy(x, t), normal([1, 1, 3]), integers([1, 1], 3));
  });

  it('is finite and exact at logits of ±1000', () =>
    expectValue(
      (x, t) => crossEntropyOfEach(x, t),
      [sample([2, 3], [1000, 0, -1000, 1000, 0, -1000]), labelsOf(0, 2)],
      [0, 2000],
    ));

  it('has a gradient that itself has one', () =>
    expectGradient((x, t) => gradients(crossEntropy(x, t, { labelSmoothing: 0.2 }), [x])[0]!, logits, labels));

  it('stays on WebGPU', () =>
    expectStaysOnWebgpu([
      { compute: (x, t) => crossEntropy(x, t, { ignoreIndex: 0, labelSmoothing: 0.1 }), samples: [logits, labels] },
    ]));

  it('says which labels it wants', async () => {
    await expect(evaluate((x, t) => crossEntropy(x, t), logits, labelsOf(1, 2))).rejects.toThrow(
      'crossEntropy: logits [4, 5] need a label for each row, [4], got [2]',
    );
    await expect(evaluate((x, t) => crossEntropy(x, t, { labelSmoothing: 1 }), logits, labels)).rejects.toThrow(
      'crossEntropy: labelSmoothing must lie in [0, 1), got 1',
    );
  });
});

describe('cross-entropy of soft targets', () => {
  const logits = normal([3, 4], 5);

  it('of a one-hot target is that of its label, and at the softmax itself the entropy', async () => {
    const labels = labelsOf(3, 1, 0);
    const [hard] = await numbers((x, t) => crossEntropy(x, t), logits, labels);
    await expectValue((x, t) => softCrossEntropy(x, t.oneHot(4)), [logits, labels], [hard!]);
    const [entropy] = await numbers((x) => x.softmax().mul(x.logSoftmax()).sum(-1).mean().neg(), logits);
    await expectValue((x) => softCrossEntropy(x, x.softmax()), [logits], [entropy!]);
  });

  it('has the gradients that central differences predict', () =>
    expectGradient((x, t) => softCrossEntropy(x, t.softmax()), logits, normal([3, 4], 6)));
});

describe('the divergence of Gaussians', () => {
  const [m, v] = [normal([2, 3], 1), normal([2, 3], 2)];

  it('is ½ Σ (σ² + μ² − 1 − log σ²) to the standard one, 0 to itself, and never below', async () => {
    const wanted = [0, 1].map((row) =>
      [0, 1, 2].reduce((sum, i) => {
        const [mean, log] = [Number(m.data[3 * row + i]), Number(v.data[3 * row + i])];
        return sum + 0.5 * (Math.exp(log) + mean * mean - 1 - log);
      }, 0),
    );
    await expectValue((mean, logVariance) => gaussianDivergence({ mean, logVariance }), [m, v], wanted);
    await expectValue(
      (mean, logVariance) => gaussianDivergence({ mean, logVariance }, { mean, logVariance }),
      [m, v],
      [0, 0],
    );
    expect(Math.min(...wanted)).toBeGreaterThan(0);
  });

  it('to any other is the integral of q log q/p', async () => {
    const [q, p] = [
      { mean: 0.3, log: -0.4 },
      { mean: -0.5, log: 0.6 },
    ];
    const density = (x: number, { mean, log }: typeof q) =>
      Math.exp(-((x - mean) ** 2) / (2 * Math.exp(log))) / Math.sqrt(2 * Math.PI * Math.exp(log));
    let integral = 0;
    for (let x = -8; x < 8; x += 1e-3) integral += 1e-3 * density(x, q) * Math.log(density(x, q) / density(x, p));
    const at = (value: number) => sample([1, 1], [value]);
    await expectValue(
      (a, b, c, d) => gaussianDivergence({ mean: a, logVariance: b }, { mean: c, logVariance: d }),
      [at(q.mean), at(q.log), at(p.mean), at(p.log)],
      [integral],
    );
  });

  it('has the gradients that central differences predict', async () => {
    await expectGradient((a, b) => gaussianDivergence({ mean: a, logVariance: b }), m, v);
    await expectGradient(
      (a, b, c, d) => gaussianDivergence({ mean: a, logVariance: b }, { mean: c, logVariance: d }),
      m,
      v,
      normal([2, 3], 3),
      between(-0.5, 0.5, [2, 3], 4),
    );
  });
});

describe('NT-Xent', () => {
  it('is ln(2N − 1) where all views are alike', async () => {
    for (const items of [1, 3, 8]) {
      const same = sample(
        [items, 2],
        Array.from({ length: 2 * items }, (_, i) => (i % 2 === 0 ? 3 : 4)),
      );
      await expectValue((a, b) => ntXent(a, b, 0.5), [same, same], [Math.log(2 * items - 1)]);
    }
  });

  it('agrees with its equation, written out', async () => {
    const [a, b] = [normal([3, 4], 1), normal([3, 4], 2)];
    const rows = [a, b].flatMap(({ data }) =>
      [0, 1, 2].map((r) => Array.from(data as Float32Array).slice(4 * r, 4 * r + 4)),
    );
    const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0);
    const cosine = (x: number[], y: number[]) => dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
    const losses = rows.map((row, i) => {
      const scores = rows.map((other) => Math.exp(cosine(row, other) / 0.5));
      const others = scores.reduce((sum, score, j) => (j === i ? sum : sum + score), 0);
      return -Math.log(scores[(i + 3) % 6]! / others);
    });
    await expectValue((x, y) => ntXent(x, y, 0.5), [a, b], [losses.reduce((p, q) => p + q) / 6]);
  });

  it('is symmetric, does not see lengths, and falls when pairs agree', async () => {
    const [a, b] = [normal([4, 3], 1), normal([4, 3], 2)];
    const [there] = await numbers((x, y) => ntXent(x, y, 0.1), a, b);
    await expectValue((x, y) => ntXent(y, x.scale(7), 0.1), [a, b], [there!]);
    const [agreeing] = await numbers((x) => ntXent(x, x, 0.1), a);
    expect(agreeing).toBeLessThan(there!);
  });

  it('has the gradients that central differences predict, on WebGPU too', async () => {
    await expectGradient((x, y) => ntXent(x, y, 0.5), normal([3, 5], 1), normal([3, 5], 2));
    await expectStaysOnWebgpu([{ compute: (x, y) => ntXent(x, y, 0.5), samples: [normal([3, 5]), normal([3, 5], 2)] }]);
  });
});

it('cosine similarity is that of the angle, and 0 with a vector of zeros', async () => {
  await expectValue(
    (a, b) => cosineSimilarity(a, b),
    [sample([2, 2], [1, 0, 0, 0]), sample([2, 2], [3, 3, 1, 2])],
    [Math.SQRT1_2, 0],
  );
  await expectGradient((a, b) => cosineSimilarity(a, b), normal([3, 5], 1), normal([3, 5], 2));
  await expectGradient((a, b) => cosineSimilarity(a, b, 0), normal([3, 1], 1), normal([3, 1], 2));
});
