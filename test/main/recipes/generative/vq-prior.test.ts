import { describe, expect, it } from 'vitest';
import type { Config } from '#app/records/recipe';
import { compileForward } from '#main/engine/compile';
import { stream } from '#main/engine/random';
import { openForwardSession } from '#main/engine/session/open-forward';
import { openTrainSession } from '#main/engine/session/open-train';
import { batchDim } from '#main/engine/shape';
import { takeStep } from '#main/jobs/training/step';
import { recipeOf } from '#main/recipes';
import { VqPriorNetwork } from '#main/recipes/generative/vq-prior-network';
import type { VqPriorConfig } from '#main/recipes/generative/vq-prior-settings';
import type { System, Values } from '#main/recipes/recipe';
import { shapes, side, varianceOf } from '../generated-pictures';
import { termsOf } from '../resumed';
import { forwardOf, trainSystem } from '../training';

const [vqVae, vqPrior] = [recipeOf('vq-vae'), recipeOf('vq-prior')];
const [train, validation] = [shapes(1500, 1), shapes(300, 2)];
const spec = {
  modality: 'image',
  height: side,
  width: side,
  channels: 1,
  trainCount: 1500,
  validationCount: 300,
  variance: varianceOf(train),
} as const;
const parentConfig = vqVae.configure('tiny', {
  ...{ codebookSize: 32, codeLength: 8, channels: 16, residualChannels: 8, batchSize: 32, steps: 400 },
}).config;
const places = 16;

const systemOf = (changes: Config = {}): System => {
  const own = { layers: 1, width: 32, heads: 2, batchSize: 32, steps: 500, dropout: 0, learningRate: 3e-3, ...changes };
  const { config, issues } = vqPrior.configure('tiny', { ...own, ...vqPrior.settingsFrom!(parentConfig) });
  expect(issues).toEqual([]);
  return vqPrior.build(config, spec);
};

/** The VQ-VAE that priors are trained on, once for all tests here. */
let trainedParent: Promise<Values> | undefined;
function parent(): Promise<Values> {
  trainedParent ??= (async () => {
    const trained = await trainSystem(vqVae.build(parentConfig, spec), { train, seed: 1, threads: 1 });
    await trained.close();
    return trained.values;
  })();
  return trainedParent;
}

/** Trains a prior on the parent's codes, as a run that starts from it does. */
async function priorOf(changes: Config = {}, steps?: number) {
  const system = systemOf(changes);
  const program = system.program('cpu');
  const known = await parent();
  const taken = program.variables.filter(({ name, kind }) => kind !== 'moment' && system.inherited!(name));
  expect(taken.length).toBeGreaterThan(20);
  const values = new Map(taken.map(({ name }) => [name, known.get(name)!.data]));
  const session = await openTrainSession(program, { device: 'cpu', seed: 1, threads: 1, values });
  for (let step = 1; step <= (steps ?? system.steps); step++) {
    const rows = stream(1).split('items').split(step).integers(32, 1500);
    const x = Float32Array.from({ length: 32 * 256 }, (_, i) => train[rows[i >> 8]! * 256 + (i & 255)]!);
    await takeStep(session, system, { x, step, chance: stream(step), learningRate: system.learningRate(step) });
  }
  const forward = forwardOf(system, () => session.read(), 1);
  async function* batches() {
    for (let at = 0; at < validation.length; at += 32 * 256) yield validation.subarray(at, at + 32 * 256);
  }
  const figures = await system.validate({ forward, batches: batches() });
  const close = async () => {
    await forward.close();
    await session.close();
  };
  return { system, forward, figures, values: await session.read(), close };
}

describe('a prior over the codes of generated shapes', () => {
  // The bar: what the faithful recipe clears and the broken twin does not.
  const clears = (figures: Record<string, number>) =>
    figures['validation/bits_per_code']! <= 0.85 * figures['validation/bits_per_code_independent']!;

  it('needs fewer bits for a code than its frequency at each place does', async () => {
    const { figures, close } = await priorOf();
    await close();
    expect(clears(figures), JSON.stringify(figures)).toBe(true);
    expect(figures['validation/bits_per_dim']!).toBeCloseTo((figures['validation/bits_per_code']! * places) / 256, 5);
    expect(figures['validation/loss']!).toBeCloseTo(figures['validation/bits_per_code']! * Math.LN2, 5);
  });

  it('no-context: the twin does not', async () => {
    const { figures, close } = await priorOf({ context: false });
    await close();
    expect(clears(figures), JSON.stringify(figures)).toBe(false);
  });

  it('draws maps that it finds as likely as those of real pictures, which maps of single codes are not', async () => {
    const { system, forward, figures, close } = await priorOf();
    const bitsOf = async (head: 'sample' | 'independent') => {
      const drawn = await forward(head, system.heads[head]!.draw!(200, stream(4)), 200);
      const bits = (await forward('score', { x: drawn['y']! }, 200))['bits'] as Float32Array;
      return bits.reduce((sum, one) => sum + one, 0) / bits.length;
    };
    const [own, apart] = [await bitsOf('sample'), await bitsOf('independent')];
    await close();
    expect(own).toBeLessThan(1.3 * figures['validation/bits_per_code']!);
    expect(apart).toBeGreaterThan(1.15 * own);
  });
});

describe('a system', () => {
  it('leaves the VQ-VAE as it was, in every bit, and keeps all of it', async () => {
    const { values, forward, close } = await priorOf({}, 20);
    for (const [name, { data }] of await parent()) {
      if (!/^(encoder|decoder|codebook|sampler)\./.test(name) || /\.[mv]$/.test(name)) continue;
      expect([...values.get(name)!.data], name).toEqual([...data]);
    }
    const x = validation.subarray(0, 5 * 256);
    const { y } = await forward('reconstruct', { x }, 5);
    const { codes } = await forward('codes', { x }, 5);
    const { y: drawn } = await forward('decode', { codes: codes! }, 5);
    y!.forEach((value: number, i: number) => expect(drawn![i]).toBeCloseTo(value, 5));
    await close();
  });

  it('predicts a code from those before it alone: a later one changes nothing', async () => {
    const network = new VqPriorNetwork(systemOf().config as unknown as VqPriorConfig, spec);
    const program = compileForward({
      inputs: { codes: { dtype: 'int32', shape: [batchDim, places] } },
      outputs: (scope, { codes }) => ({ surprise: network.surprise(scope, codes!) }),
      device: 'cpu',
    });
    const session = await openForwardSession(program, { device: 'cpu', seed: 5 });
    const codes = Int32Array.from(stream(2).integers(places, 32));
    const surpriseOf = async (fed: Int32Array) =>
      [...(await session.run({ codes: fed }, 1))['surprise']!.data].map(Number);
    const first = await surpriseOf(codes);
    for (const changed of [0, 7, places - 1]) {
      const now = await surpriseOf(codes.with(changed, (codes[changed]! + 1) % 32));
      expect(now.slice(0, changed)).toEqual(first.slice(0, changed));
      for (let place = changed; place < places; place++) expect(now[place]).not.toBe(first[place]);
    }
    await session.close();
  });

  it('resumed, its terms are bitwise the same, dropout and all', async () => {
    const system = systemOf({ dropout: 0.2 });
    const whole = await termsOf(system, { train, seed: 2, steps: 8 });
    expect(await termsOf(system, { train, seed: 2, steps: 8, breakAfter: 3 })).toEqual(whole);
  });

  it('refuses widths that its heads do not divide, and maps with too many places', () => {
    expect(() => systemOf({ width: 33 })).toThrow('width must divide by heads');
    const { config } = vqPrior.configure('tiny', {});
    expect(() => vqPrior.build(config, { ...spec, height: 64, width: 64 })).toThrow('at most 144 places, got 256');
  });
});
