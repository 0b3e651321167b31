import { describe, expect, it } from 'vitest';
import { gradients } from '#main/engine/gradient';
import type { Tensor } from '#main/engine/tensor';
import { between, distinct, evaluate, expectGradient, expectValue, integers, numbers, sample } from '#test/numeric';

const smooth = between(-2.5, 2.5, [3, 7]);
const kinked = distinct([3, 7]); // no value nearer than 2.5 steps to 0
const positive = between(0.8, 3, [3, 7]);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
/** erf by its series, which converges for every x; 40 terms give double precision for |x| ≤ 2. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; n < 40; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

interface Case {
  name: string;
  compute: (x: Tensor) => Tensor;
  reference: (x: number) => number;
  at: typeof smooth;
}

describe.each<Case>([
  { name: 'scale', compute: (x) => x.scale(-1.7), reference: (x) => -1.7 * x, at: smooth },
  { name: 'neg', compute: (x) => x.neg(), reference: (x) => -x, at: smooth },
  { name: 'plus', compute: (x) => x.plus(0.3), reference: (x) => x + 0.3, at: smooth },
  { name: 'square', compute: (x) => x.square(), reference: (x) => x * x, at: smooth },
  { name: 'sqrt', compute: (x) => x.sqrt(), reference: Math.sqrt, at: positive },
  { name: 'exp', compute: (x) => x.exp(), reference: Math.exp, at: smooth },
  { name: 'log', compute: (x) => x.log(), reference: Math.log, at: positive },
  { name: 'abs', compute: (x) => x.abs(), reference: Math.abs, at: kinked },
  { name: 'erf', compute: (x) => x.erf(), reference: erf, at: smooth },
  { name: 'relu', compute: (x) => x.relu(), reference: (x) => Math.max(x, 0), at: kinked },
  { name: 'leakyRelu', compute: (x) => x.leakyRelu(0.2), reference: (x) => (x > 0 ? x : 0.2 * x), at: kinked },
  { name: 'sigmoid', compute: (x) => x.sigmoid(), reference: sigmoid, at: smooth },
  { name: 'tanh', compute: (x) => x.tanh(), reference: Math.tanh, at: smooth },
  { name: 'gelu', compute: (x) => x.gelu(), reference: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)), at: smooth },
  { name: 'softplus', compute: (x) => x.softplus(), reference: (x) => Math.log1p(Math.exp(x)), at: smooth },
  { name: 'clip', compute: (x) => x.clip(-0.5, 0.6), reference: (x) => Math.min(Math.max(x, -0.5), 0.6), at: kinked },
])('$name', ({ compute, reference, at }) => {
  it('agrees with JavaScript', () => expectValue(compute, [at], Array.from(at.data, Number).map(reference)));
  it('has the gradient that central differences predict', () => expectGradient(compute, at));
  it('has a gradient that itself has one', () => expectGradient((x) => gradients(compute(x).sum(), [x])[0]!, at));
});

it('softplus and sigmoid stay finite at ±100', async () => {
  const y = await numbers((x) => x.softplus().concat([x.sigmoid()]), sample([2], [-100, 100]));
  expect(y.every(Number.isFinite)).toBe(true);
  expect(y[1]).toBeCloseTo(100, 4);
});

it('asks for float32 where the mathematics needs it', async () => {
  await expect(evaluate((x) => x.exp(), integers([3], 4))).rejects.toThrow(
    "exp: needs float32, got int32 [3]; cast('float32') first",
  );
});
