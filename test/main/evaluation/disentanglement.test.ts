import { describe, expect, it } from 'vitest';
import { type Coded, dci, mig, sap } from '#main/evaluation/disentanglement';
import { betaVaeScore, factorVaeScore } from '#main/evaluation/factor-votes';
import { uniform } from './clusters';

const sizes = [4, 5, 6];
const names = ['shape', 'x', 'y'];
const n = 3000;

/** Each combination of factors equally often, and codes made from them. */
function coded(seed: number, codeOf: (factors: number[], random: () => number) => number[]): Coded {
  const random = uniform(seed);
  const values = Int32Array.from(
    { length: n * 3 },
    (_, at) => Math.floor(Math.floor(at / 3) / [1, 4, 20][at % 3]!) % sizes[at % 3]!,
  );
  const codes = Array.from({ length: n }, (_, i) => codeOf([...values.subarray(3 * i, 3 * i + 3)], random));
  const columns = codes[0]!.length;
  return { codes: { rows: n, columns, data: Float32Array.from(codes.flat()) }, factors: { names, sizes, values } };
}
/** Each dimension is one factor, in another order and scale, and one dimension is dead. */
const oracle = (seed: number) => coded(seed, ([a, b, c]) => [b! * 2, -a!, c! / 3, 0]);
const chance = (seed: number) => coded(seed, (_, random) => [random(), random(), random(), random()]);
/** Two of the factors turned by 45° into each other. */
const turned = (seed: number) => coded(seed, ([a, b, c]) => [a! / 4 + b! / 5, a! / 4 - b! / 5, c!]);

describe('DIS-1: of codes that are the factors', () => {
  it('MIG, DCI and SAP see it', async () => {
    expect(mig(oracle(1))).toBeGreaterThan(0.999);
    const { disentanglement, completeness, informativeness } = dci(oracle(1), oracle(2));
    expect(disentanglement).toBeGreaterThan(0.999);
    expect(completeness).toBeGreaterThan(0.999);
    expect(informativeness).toBeGreaterThan(0.999);
    expect(sap(oracle(1), oracle(2))).toBeGreaterThan(0.2); // a line through one number tells only the outer values
  });

  it('the votes of β-VAE and FactorVAE find the factor each time', async () => {
    expect(await betaVaeScore(oracle(1), { random: uniform(1), train: 600, test: 300 })).toBeGreaterThan(0.99);
    expect(factorVaeScore(oracle(1), { random: uniform(1), train: 600, test: 300 })).toBe(1);
  });
});

describe('of codes drawn by chance', () => {
  it('all measures are near nothing', async () => {
    expect(mig(chance(3))).toBeLessThan(0.03);
    const { informativeness } = dci(chance(3), chance(4));
    expect(informativeness).toBeLessThan(0.3);
    expect(sap(chance(3), chance(4))).toBeLessThan(0.05);
    expect(await betaVaeScore(chance(3), { random: uniform(1), train: 600, test: 300 })).toBeLessThan(0.5);
    expect(factorVaeScore(chance(3), { random: uniform(1), train: 600, test: 300 })).toBeLessThan(0.5);
  });
});

it('two factors turned into each other count as entangled', () => {
  expect(mig(turned(5))).toBeLessThan(mig(oracle(1)) - 0.4);
  const { disentanglement } = dci(turned(5), turned(6));
  expect(disentanglement).toBeLessThan(0.8);
});
