import { describe, expect, it } from 'vitest';
import { gradients } from '#main/engine/gradient';
import type { Tensor } from '#main/engine/tensor';
import {
  between,
  distinct,
  evaluate,
  expectGradientOnCpu,
  expectStaysOnWebgpu,
  expectValue,
  integers,
  numbers,
  sample,
} from '#test/numeric';

const smooth = between(-2.5, 2.5, [3, 7]);
const kinked = distinct([3, 7]); // no value nearer than 2.5 steps to 0
/** Near no multiple of 1/4, where clipping and remainders have their kinks. */
const apart = { ...smooth, data: (smooth.data as Float32Array).map((x) => (Math.round(4 * x) + 0.5) / 4) };
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
  { name: 'reciprocal', compute: (x) => x.reciprocal(), reference: (x) => 1 / x, at: positive },
  { name: 'rsqrt', compute: (x) => x.rsqrt(), reference: (x) => 1 / Math.sqrt(x), at: positive },
  { name: 'pow', compute: (x) => x.pow(2.5), reference: (x) => x ** 2.5, at: positive },
  { name: 'sin', compute: (x) => x.sin(), reference: Math.sin, at: smooth },
  { name: 'cos', compute: (x) => x.cos(), reference: Math.cos, at: smooth },
  { name: 'elu', compute: (x) => x.elu(0.7), reference: (x) => (x > 0 ? x : 0.7 * Math.expm1(x)), at: kinked },
  { name: 'silu', compute: (x) => x.silu(), reference: (x) => x * sigmoid(x), at: smooth },
  { name: 'hardTanh', compute: (x) => x.hardTanh(), reference: (x) => Math.min(Math.max(x, -1), 1), at: apart },
  { name: 'mod', compute: (x) => x.mod(0.75), reference: (x) => x - 0.75 * Math.floor(x / 0.75), at: apart },
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
  it('has a gradient that central differences predict, and that itself has one', async () => {
    await expectGradientOnCpu(compute, at); // on WebGPU: every-op.test.ts
    await expectGradientOnCpu((x) => gradients(compute(x).sum(), [x])[0]!, at);
  });
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

it('whole numbers: down, up, to the nearest, halves to the even one, and signs', async () => {
  const x = [-2.5, -1.5, -0.5, -0.2, 0, 0.3, 0.5, 1.5, 2.5, 2.7, 8388607.5, -3e9];
  const even = (value: number) => {
    const down = Math.floor(value);
    const up = value - down > 0.5 || (value - down === 0.5 && down % 2 !== 0);
    return down + Number(up);
  };
  const at = sample([x.length], x);
  const each: [(x: Tensor) => Tensor, (x: number) => number][] = [
    [(t) => t.floor(), Math.floor],
    [(t) => t.ceil(), Math.ceil],
    [(t) => t.round(), even],
    [(t) => t.sign(), Math.sign],
  ];
  for (const [compute, reference] of each) await expectValue(compute, [at], x.map(Math.fround).map(reference));
  await expectStaysOnWebgpu(each.map(([compute]) => ({ compute, samples: [at] })));
});

it('remainders of integers have the sign of the divisor', async () => {
  const x = { shape: [6], dtype: 'int32', data: Int32Array.of(-7, -3, -1, 0, 5, 9) } as const;
  expect(await numbers((t) => t.mod(3), x)).toEqual([2, 0, 2, 0, 2, 0]);
  expect(await numbers((t) => t.mod(-3), x)).toEqual([-1, 0, -1, 0, -1, 0]);
  await expectStaysOnWebgpu([{ compute: (t) => t.mod(3), samples: [x] }]);
});

it('a first power is the tensor itself, and a square root is not a power', async () => {
  await evaluate((x) => {
    expect(x.pow(1)).toBe(x);
    expect(x.pow(0.5).node.op).toBe('sqrt');
    return x.pow(2);
  }, positive);
});
