/** Contrastive divergence against the likelihood itself, which a machine small enough can be asked for. */
import { describe, expect, it } from 'vitest';
import { compileTrainStep } from '#main/engine/compile';
import { constant, normal } from '#main/engine/init';
import { sgdMomentum } from '#main/engine/optimizers/sgd-momentum';
import { stream } from '#main/engine/random';
import { openTrainSession } from '#main/engine/session/open-train';
import { Machine } from '#main/recipes/rbm/machine';

const [visible, hidden] = [6, 4];
const size = { visible, hidden, kind: 'binary', init: normal(0.5) } as const;

/** Four patterns, all equally frequent: rows of 0 and 1. */
const patterns = [
  [1, 1, 1, 0, 0, 0],
  [0, 0, 0, 1, 1, 1],
  [1, 0, 1, 0, 1, 0],
  [1, 1, 0, 0, 1, 1],
];
/** Many copies of each, so that what is drawn averages out. */
const items = 8192;
const data = Float32Array.from(
  { length: items * visible },
  (_, i) => patterns[Math.floor(i / visible) % 4]![i % visible]!,
);

interface Parameters {
  weight: Float32Array;
  visible: Float32Array;
  hidden: Float32Array;
}
const bits = (n: number, number: number) => Array.from({ length: n }, (_, i) => (number >> i) & 1);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** E[v p(h|v)ᵀ] over visible states with these weights, and E[v], E[p(h|v)]: in a row. */
function statistics(p: Parameters, states: { v: number[]; weight: number }[]): number[] {
  const sums = new Float64Array(visible * hidden + visible + hidden);
  for (const { v, weight } of states) {
    for (let j = 0; j < hidden; j++) {
      const h = sigmoid(v.reduce((sum, on, i) => sum + on * p.weight[i * hidden + j]!, p.hidden[j]!));
      for (let i = 0; i < visible; i++) sums[i * hidden + j]! += weight * v[i]! * h;
      sums[visible * hidden + visible + j]! += weight * h;
    }
    for (let i = 0; i < visible; i++) sums[visible * hidden + i]! += weight * v[i]!;
  }
  return [...sums];
}

/** The gradient of the mean log-likelihood, by adding up all 2⁶ visible states with the hidden ones summed out. */
function exact(p: Parameters): number[] {
  const all = Array.from({ length: 2 ** visible }, (_, state) => bits(visible, state));
  const weights = all.map((v) => {
    const on = v.reduce((sum, one, i) => sum + one * p.visible[i]!, 0);
    let product = Math.exp(on);
    for (let j = 0; j < hidden; j++)
      product *= 1 + Math.exp(v.reduce((sum, one, i) => sum + one * p.weight[i * hidden + j]!, p.hidden[j]!));
    return product;
  });
  const z = weights.reduce((sum, weight) => sum + weight, 0);
  const model = statistics(
    p,
    all.map((v, i) => ({ v, weight: weights[i]! / z })),
  );
  const seen = statistics(
    p,
    patterns.map((v) => ({ v, weight: 1 / 4 })),
  );
  return seen.map((value, i) => value - model[i]!);
}

/** What one step of CD-k adds to the parameters at rate 1, and the parameters before it. */
async function stepOf(steps: number, seed: number): Promise<{ before: Parameters; change: number[] }> {
  const program = compileTrainStep({
    inputs: { v: { dtype: 'float32', shape: [items, visible] } },
    objective: (scope, { v }) => new Machine(scope, size).contrast(v!, { steps }),
    optimizer: sgdMomentum({ momentum: 0 }),
    device: 'cpu',
  });
  const session = await openTrainSession(program, { device: 'cpu', seed });
  const read = async (): Promise<Parameters> => {
    const values = await session.read();
    const of = (name: string) => Float32Array.from(values.get(name)!.data as Float32Array);
    return { weight: of('weight'), visible: of('visible'), hidden: of('hidden') };
  };
  const before = await read();
  await session.step({ v: data }, 1);
  const after = await read();
  await session.close();
  const flat = (p: Parameters) => [...p.weight, ...p.visible, ...p.hidden];
  return { before, change: flat(after).map((value, i) => value - flat(before)[i]!) };
}

const cosine = (a: number[], b: number[]) =>
  a.reduce((sum, x, i) => sum + x * b[i]!, 0) / (Math.hypot(...a) * Math.hypot(...b));

describe('contrastive divergence on 6 visible and 4 hidden units', () => {
  it.each([
    [1, 0.7],
    [50, 0.95],
  ])('CD-%i: its step points where the exact gradient of the likelihood does, cosine ≥ %d', async (steps, least) => {
    for (const seed of [1, 2, 3]) {
      const { before, change } = await stepOf(steps, seed);
      const found = cosine(change, exact(before));
      expect(found, `seed ${seed}`).toBeGreaterThanOrEqual(least);
      expect(found, `seed ${seed}`).toBeLessThanOrEqual(1);
    }
  });
});

describe.each(['binary', 'gaussian'] as const)('a machine with %s hidden units', (kind) => {
  it('learns to give its data less free energy than noise', async () => {
    const program = compileTrainStep({
      inputs: { v: { dtype: 'float32', shape: [64, visible] }, noise: { dtype: 'float32', shape: [64, visible] } },
      objective(scope, { v, noise }) {
        const machine = new Machine(scope, { ...size, kind, init: normal(0.01) });
        const { loss, error } = machine.contrast(v!, { steps: 1 });
        const gap = machine.freeEnergy(noise!).sub(machine.freeEnergy(v!)).mean().stopGradient();
        return { loss, terms: { error, gap } };
      },
      optimizer: sgdMomentum({ momentum: 0.9, early: { momentum: 0.5, steps: 50 } }),
      device: 'cpu',
    });
    const session = await openTrainSession(program, { device: 'cpu', seed: 1 });
    const noise = stream(1)
      .uniform(64 * visible)
      .map(Math.round);
    const feeds = { v: data.subarray(0, 64 * visible), noise };
    const first = await session.step(feeds, 0.02);
    let last = first;
    for (let step = 0; step < 600; step++) last = await session.step(feeds, 0.02);
    await session.close();
    expect(Math.abs(first['gap']!)).toBeLessThan(0.2);
    expect(last['gap']!).toBeGreaterThan(0.5);
    expect(last['error']!).toBeLessThan(0.8 * first['error']!);
  });

  it('draws hidden states with the means that it gives', async () => {
    const program = compileTrainStep({
      inputs: { v: { dtype: 'float32', shape: [items, visible] } },
      objective(scope, { v }) {
        const machine = new Machine(scope, { ...size, kind });
        const means = machine.up(v!);
        const off = machine.drawnHidden(means).sub(means);
        const loss = means.mean().add(scope.parameter('other', [], constant(0)));
        return { loss, terms: { bias: off.mean(), spread: off.square().sub(expected(kind, means)).mean() } };
      },
      optimizer: sgdMomentum(),
      device: 'cpu',
    });
    const session = await openTrainSession(program, { device: 'cpu', seed: 1 });
    const terms = await session.step({ v: data }, 0);
    await session.close();
    expect(Math.abs(terms['bias']!)).toBeLessThan(0.02);
    expect(Math.abs(terms['spread']!)).toBeLessThan(0.03);
  });
});

/** Variance of a unit with this mean. */
const expected = (kind: 'binary' | 'gaussian', means: Units) =>
  kind === 'gaussian' ? means.scale(0).plus(1) : means.mul(means.neg().plus(1));
type Units = ReturnType<Machine['up']>;
