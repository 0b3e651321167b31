/** VQ-VAE-2 built for one configuration and one kind of picture: what a job trains, validates and shows. */
import type { Config } from '#app/records/recipe';
import { compileTrainStep } from '#main/engine/compile';
import { countCodes, usageOf } from '#main/evaluation';
import { expectDivisible } from '../autoencoders/networks';
import { blueprint } from '../blueprint';
import { headsOf } from '../head';
import { optimizerOf } from '../optimizers';
import { errorPictures, picturesOf, squaredDistance } from '../pictures';
import type { Forward, ImageSpec, System } from '../recipe';
import { expectEnough, trainingOf } from '../training';
import { type Level, levels, TwoLevelNetwork } from './vq-vae-2-network';
import type { TwoLevelConfig } from './vq-vae-2-settings';

export function twoLevelSystem(config: TwoLevelConfig, data: ImageSpec): System {
  expectDivisible('vq-vae-2', data);
  expectEnough('vq-vae-2', config, data);
  const network = new TwoLevelNetwork(config, data);
  const shape = [data.channels, data.height, data.width];
  const size = shape.reduce((product, dim) => product * dim, 1);
  const rows = { dtype: 'int32', shape: [config.codebookSize] } as const;
  return {
    config: config as Config,
    ...trainingOf(config),
    heads: headsFor(network),
    inside: { codes: { head: 'codes', output: 'codes', size: config.codebookSize } },
    get plan() {
      const places = network.places('top') + network.places('bottom');
      return {
        ...blueprint(shape, (scope, x, mark) => network.reconstruct(scope, x, mark).y),
        flopsPerItem: this.program('cpu').flops / config.batchSize,
        bits: { input: 8 * size, code: places * Math.log2(config.codebookSize) },
      };
    },
    program: (device, { microBatches = 1, ...tweaks } = {}) =>
      compileTrainStep({
        inputs: {
          x: { dtype: 'float32', shape: [config.batchSize / microBatches, ...shape] },
          restartTop: rows,
          restartBottom: rows,
        },
        objective: (scope, { x, restartTop, restartBottom }) =>
          network.objective(scope, x!, { top: restartTop!, bottom: restartBottom! }),
        optimizer: optimizerOf(config),
        device,
        microBatches,
        ...tweaks,
      }),
    feeds: (x, random) => {
      const drawn = (level: Level) =>
        Int32Array.from(random.split(level).integers(config.codebookSize, (x.length / size) * network.places(level)));
      return { x, restartTop: drawn('top'), restartBottom: drawn('bottom') };
    },
    initialise: (context) => startAtData(network, context),
    validate: (context) => validate(network, context),
    async preview({ forward, x, count }) {
      const y = (await forward('reconstruct', { x }, count))['y'] as Float32Array;
      return [
        { name: 'input', pictures: picturesOf(x, data) },
        { name: 'output', pictures: picturesOf(y, data) },
        { name: 'error', pictures: errorPictures(x, y, data) },
      ];
    },
  };
}

function headsFor(network: TwoLevelNetwork): System['heads'] {
  const { data, maps, config } = network;
  const picture = { dtype: 'float32', shape: [data.channels, data.height, data.width] } as const;
  const map = (level: Level) => ({ dtype: 'int32', shape: [maps[level].height, maps[level].width] }) as const;
  return headsOf({
    embed: {
      title: 'The vectors of an item’s coarse codes, place after place',
      inputs: { x: picture },
      outputs: (scope, { x }) => ({
        embedding: network.reconstruct(scope, x!).e.top.reshape([-1, network.places('top') * config.codeLength]),
      }),
    },
    reconstruct: {
      title: 'The picture drawn from its own codes',
      inputs: { x: picture },
      outputs: (scope, { x }) => ({ y: network.reconstruct(scope, x!).y }),
    },
    codes: {
      title: 'The fine map of code numbers of a picture, and the coarse one',
      inputs: { x: picture },
      outputs: (scope, { x }) => {
        const { codes } = network.reconstruct(scope, x!);
        return { codes: network.mapped(codes.bottom, 'bottom'), top: network.mapped(codes.top, 'top') };
      },
    },
    decode: {
      title: 'The picture drawn from a fine and a coarse map of code numbers',
      inputs: { codes: map('bottom'), top: map('top') },
      outputs: (scope, { codes, top }) => {
        const vectors = (level: Level, numbers: typeof top) =>
          network.codes(scope, level).gather(numbers!.reshape([-1]));
        return { y: network.decode(scope, vectors('top', top), vectors('bottom', codes)) };
      },
    },
    vectors: {
      title: 'The vectors of single codes of both levels: the codebooks themselves',
      inputs: { code: { dtype: 'int32', shape: [] } },
      outputs: (scope, { code }) => ({
        vector: network.codes(scope, 'bottom').gather(code!),
        top: network.codes(scope, 'top').gather(code!),
      }),
    },
    encode: {
      title: 'The encoders’ vectors before the nearest codes take their place',
      inputs: { x: picture },
      outputs: (scope, { x }) => {
        const { z } = network.reconstruct(scope, x!);
        return { top: network.mapped(z.top, 'top'), bottom: network.mapped(z.bottom, 'bottom') };
      },
    },
  });
}

/** Every code of both levels at a vector that the untrained encoders give for some item: codebooks before step 1. */
async function startAtData(
  network: TwoLevelNetwork,
  { forward, values, batch, random }: Parameters<NonNullable<System['initialise']>>[0],
): ReturnType<NonNullable<System['initialise']>> {
  const { codebookSize: size, codeLength: length, batchSize: count } = network.config;
  const encoded = await forward('encode', { x: await batch(count) }, count);
  const starts = levels.map((level) => {
    const z = encoded[level] as Float32Array;
    const order = random.split(level).permutation(count * network.places(level)); // different places while there are any
    const data = new Float32Array(size * length);
    for (let k = 0; k < size; k++) {
      const row = order[k % order.length]!;
      data.set(z.subarray(row * length, (row + 1) * length), k * length);
    }
    const name = `codebook.${level}.sums`;
    return [name, { ...values.get(name)!, data }] as const;
  });
  return new Map(starts);
}

async function validate(
  { config, data }: TwoLevelNetwork,
  { forward, batches }: { forward: Forward; batches: AsyncIterable<Float32Array> },
): Promise<Record<string, number>> {
  const size = data.channels * data.height * data.width;
  const counts = { top: new Float64Array(config.codebookSize), bottom: new Float64Array(config.codebookSize) };
  let [items, squares] = [0, 0];
  for await (const x of batches) {
    const n = x.length / size;
    const { y } = await forward('reconstruct', { x }, n);
    const { codes, top } = await forward('codes', { x }, n);
    items += n;
    squares += squaredDistance(x, y as Float32Array);
    countCodes(counts.bottom, codes!);
    countCodes(counts.top, top!);
  }
  const [fine, coarse] = [usageOf(counts.bottom), usageOf(counts.top)];
  const mse = squares / (items * size);
  return {
    'validation/loss': mse / data.variance,
    'validation/mse': mse,
    'validation/codebook_perplexity': fine.perplexity,
    'validation/codebook_perplexity_share': fine.perplexityShare,
    'validation/codebook_used_share': fine.usedShare,
    'validation/top_perplexity_share': coarse.perplexityShare,
    'validation/top_used_share': coarse.usedShare,
  };
}
