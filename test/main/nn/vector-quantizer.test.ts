import { describe, expect, it } from 'vitest';
import {
  compileForward,
  compileTrainStep,
  gradients,
  type Init,
  openForwardSession,
  openTrainSession,
  type Scope,
  sgdMomentum,
  type Tensor,
} from '#main/engine';
import { squaredError } from '#main/engine/functions/losses';
import { averageCodes, codebook, nearestCodes, perplexityOf, quantize } from '#main/nn';
import { smoothed } from '#main/nn/vector-quantizer';
import { evaluate, expectClose, normal, numbers, sample } from '#test/numeric';

const epsilon = 1e-5;
const given = (...values: number[]): Init => ({ name: 'given', fill: () => Float32Array.from(values) });

describe('straight-through', () => {
  const [m, d, k, out] = [6, 3, 4, 5];
  const beta = 0.25;
  const inputs = [normal([m, d], 1), normal([k, d], 2), normal([d, out], 3), normal([m, out], 4)];
  const encoderGradient = (straightThrough: boolean) => (z: Tensor, e: Tensor, v: Tensor, x: Tensor) => {
    const { quantized, commitment } = quantize(z, e, { straightThrough });
    return gradients(squaredError(quantized.matmul(v), x).add(commitment.scale(beta)), [z])[0]!;
  };
  /** 2β (z − e) / MD, by hand. */
  const commitmentGradient = async () => {
    const codes = await numbers((z, e) => nearestCodes(z!, e!).cast('float32'), inputs[0]!, inputs[1]!);
    return Array.from(inputs[0]!.data, Number).map((z, i) => {
      const e = Number(inputs[1]!.data[codes[Math.floor(i / d)]! * d + (i % d)]);
      return (2 * beta * (z - e)) / (m * d);
    });
  };

  it('gives the encoder the gradient of the decoder’s input, plus the commitment', async () => {
    const atDecoder = await numbers(
      (z, e, v, x) => {
        const q = e!.gather(nearestCodes(z!, e!));
        return gradients(squaredError(q.matmul(v!), x!), [q])[0]!;
      },
      ...inputs,
    );
    const commitment = await commitmentGradient();
    const found = await evaluate(encoderGradient(true) as never, ...inputs);
    expectClose(
      found.data,
      atDecoder.map((g, i) => g + commitment[i]!),
    );
    expect(Math.max(...atDecoder.map(Math.abs))).toBeGreaterThan(0.01); // so that the next law says something
  });

  it('without it the encoder gets the commitment alone', async () => {
    const found = await evaluate(encoderGradient(false) as never, ...inputs);
    expectClose(found.data, await commitmentGradient());
  });

  it('the decoder sees the codes themselves, not the vectors', async () => {
    const shown = await numbers(
      (z, e) => quantize(z!, e!, { straightThrough: true }).quantized,
      inputs[0]!,
      inputs[1]!,
    );
    const codes = await numbers((z, e) => e!.gather(nearestCodes(z!, e!)), inputs[0]!, inputs[1]!);
    expect(shown).toEqual(codes);
  });

  it('no gradient of the picture reaches the codebook', async () => {
    const found = await numbers(
      (z, e, v, x) => {
        const { quantized } = quantize(z!, e!, { straightThrough: true });
        return gradients(squaredError(quantized.matmul(v!), x!), [e!])[0]!;
      },
      ...inputs,
    );
    expect(found.every((g) => g === 0)).toBe(true);
  });
});

it('the nearest code is the one at the smallest Euclidean distance', async () => {
  const [z, e] = [normal([50, 4], 5), normal([9, 4], 6)];
  const found = await numbers((a, b) => nearestCodes(a!, b!).cast('float32'), z, e);
  const square = (i: number, k: number) =>
    [0, 1, 2, 3].reduce((sum, j) => sum + (Number(z.data[i * 4 + j]) - Number(e.data[k * 4 + j])) ** 2, 0);
  for (let i = 0; i < 50; i++) {
    const least = [...Array(9).keys()].sort((a, b) => square(i, a) - square(i, b))[0];
    expect(found[i]).toBe(least);
  }
});

it('smoothing moves counts towards their mean and keeps their sum', async () => {
  const found = await numbers((n) => smoothed(n!, 0.1), sample([2], [0, 3]));
  expectClose(found, [0.09375, 2.90625]); // (0 + .1) / 3.2 · 3, (3 + .1) / 3.2 · 3
});

describe('perplexity', () => {
  it('is K for codes chosen evenly', async () => {
    expectClose(await numbers((p) => perplexityOf(p!), sample([4], [0.25, 0.25, 0.25, 0.25])), [4]);
  });
  it('is 1 for one code alone', async () => {
    expectClose(await numbers((p) => perplexityOf(p!), sample([3], [0, 1, 0])), [1]);
  });
});

/** A codebook of two numbers that averages what it is fed, three vectors a step. */
async function averaging(restartBelow: number) {
  const size = 2;
  const options = { size, length: 1, learning: 'ema', init: given(0, 10), epsilon } as const;
  const program = compileTrainStep({
    inputs: { z: { dtype: 'float32', shape: [3, 1] }, rows: { dtype: 'int32', shape: [size] } },
    objective(scope: Scope, { z, rows }) {
      const codes = nearestCodes(z!, codebook(scope, options));
      const restarted = averageCodes(scope, z!, codes.oneHot(size), rows!, { decay: 0.5, restartBelow });
      return { loss: scope.parameter('unused', [1], given(1)).square().sum(), terms: { restarted } };
    },
    optimizer: sgdMomentum(),
    device: 'cpu',
  });
  const session = await openTrainSession(program, { device: 'cpu', threads: 1 });
  const vectors = compileForward({ inputs: {}, outputs: (scope) => ({ e: codebook(scope, options) }), device: 'cpu' });
  return {
    step: (z: number[], rows = [0, 0]) => session.step({ z: Float32Array.from(z), rows: Int32Array.from(rows) }, 0.1),
    async state() {
      const values = new Map([...(await session.read())].map(([name, { data }]) => [name, data]));
      const forward = await openForwardSession(vectors, { device: 'cpu', values });
      const e = Array.from((await forward.run({}))['e']!.data, Number);
      await forward.close();
      return { counts: [...values.get('counts')!], sums: [...values.get('sums')!], e };
    },
    close: () => session.close(),
  };
}

describe('running averages', () => {
  it('follow three steps computed by hand', async () => {
    // γ = ½, so N ← (N + n) / 2 and m ← (m + Σz) / 2; at first N = 1, m = e = 0 and 10.
    const codes = await averaging(0);
    const expectState = async (counts: number[], sums: number[], e: number[]) => {
      const found = await codes.state();
      expectClose(found.counts, counts, 'N');
      expectClose(found.sums, sums, 'm');
      expectClose(found.e, e, 'e', { relative: 2e-5, absolute: 1e-6 }); // m / N̂, and N̂ is 1e-5 from N
    };
    await codes.step([1, 2, 9]); // 1 and 2 choose 0; 9 chooses 10
    await expectState([1.5, 1], [1.5, 9.5], [1, 9.5]);
    await codes.step([3, 8, 10]); // 3 chooses 1; 8 and 10 choose 9.5
    await expectState([1.25, 1.5], [2.25, 13.75], [1.8, 9.166667]);
    await codes.step([0, 1, 2]); // all choose 1.8
    await expectState([2.125, 0.75], [2.625, 6.875], [1.235294, 9.166667]);
    await codes.close();
  });

  it('a code that dies starts anew at the vector it was given, as if chosen once; the others go on', async () => {
    const codes = await averaging(0.9);
    const before = await codes.step([1, 2, 9], [0, 1]); // counts 1.5 and 1: both alive
    expect(before['restarted']).toBe(0);
    const { restarted } = await codes.step([0, 1, 2], [0, 1]); // code 1: 0.5 of a choice, dead → the vector 1
    expect(restarted).toBe(1);
    const { counts, sums } = await codes.state();
    expectClose(counts, [2.25, 1]);
    expectClose(sums, [2.25, 1]);
    await codes.close();
  });

  it('without a threshold nothing starts anew, however long it is dead', async () => {
    const codes = await averaging(0);
    for (let i = 0; i < 20; i++) expect((await codes.step([0, 0, 0]))['restarted']).toBe(0);
    expect((await codes.state()).e[1]).toBeGreaterThan(0.5); // fades by the smoothing only, never a jump to 0
    await codes.close();
  });
});

it('by gradient, the codes that are chosen move to their vectors and no other does', async () => {
  const program = compileTrainStep({
    inputs: { z: { dtype: 'float32', shape: [2, 1] } },
    objective(scope, { z }) {
      const e = codebook(scope, { size: 3, length: 1, learning: 'gradient', init: given(0, 10, 50), epsilon });
      return { loss: quantize(z!, e, { straightThrough: true }).learning };
    },
    optimizer: sgdMomentum({ momentum: 0 }),
    device: 'cpu',
  });
  const session = await openTrainSession(program, { device: 'cpu', threads: 1 });
  await session.step({ z: Float32Array.of(1, 12) }, 0.5);
  // dL/de = 2 (e − z) / 2: half of the way at a rate of ½
  expectClose((await session.read()).get('vectors')!.data, [0.5, 11, 50]);
  await session.close();
});
