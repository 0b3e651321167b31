/** VQ-VAE built for one configuration and one kind of picture: what a job trains, validates and shows. */
import type { Config } from '#app/records/recipe';
import { compileTrainStep, type TrainProgram } from '#main/engine/compile';
import type { Stream } from '#main/engine/random';
import { countCodes, usageOf } from '#main/evaluation';
import { blueprint } from '../blueprint';
import { headsOf } from '../head';
import { optimizerOf } from '../optimizers';
import { errorPictures, picturesOf, squaredDistance } from '../pictures';
import type { Forward, ImageSpec, System } from '../recipe';
import { expectEnough, trainingOf } from '../training';
import { expectDivisible } from './networks';
import { VqVaeNetwork } from './vq-vae-network';
import type { VqVaeConfig } from './vq-vae-settings';

/** Below these shares of the codebook a run is not doing what it is for. */
const collapsedPerplexityShare = 0.1;
const wastedUsedShare = 0.5;

export function vqVaeSystem(config: VqVaeConfig, data: ImageSpec): System {
  expectDivisible('vq-vae', data);
  expectEnough('vq-vae', config, data);
  const network = new VqVaeNetwork(config, data);
  return {
    config: config as Config,
    ...trainingOf(config),
    heads: headsFor(network),
    get plan() {
      return planOf(network, this.program('cpu'));
    },
    program: (device, { microBatches = 1, ...tweaks } = {}) =>
      compileTrainStep({
        inputs: {
          x: { dtype: 'float32', shape: [config.batchSize / microBatches, data.channels, data.height, data.width] },
          restartRows: { dtype: 'int32', shape: [config.codebookSize] },
        },
        objective: (scope, { x, restartRows }) => network.objective(scope, x!, restartRows!),
        optimizer: optimizerOf(config),
        device,
        microBatches,
        ...tweaks,
      }),
    feeds: (x, random) => {
      const items = x.length / (data.channels * data.height * data.width);
      return { x, restartRows: Int32Array.from(random.integers(config.codebookSize, items * network.places)) };
    },
    ...(config.codebookInit === 'data' && { initialise: (context) => startAtData(network, context) }),
    inside: { codes: { head: 'codes', output: 'codes', size: config.codebookSize } },
    encoder: (scope, x) => network.encode(scope, x).reshape([x.shape[0]!, network.places * config.codeLength]),
    validate: (context) => validate(network, context),
    preview: (context) => preview(network, context),
    warnings,
  };
}

function headsFor(network: VqVaeNetwork): System['heads'] {
  const { data, map, config, places } = network;
  const picture = { dtype: 'float32', shape: [data.channels, data.height, data.width] } as const;
  const flat = places * config.codeLength;
  return headsOf({
    embed: {
      title: 'The vectors of an item’s codes, place after place',
      inputs: { x: picture },
      outputs: (scope, { x }) => ({ embedding: network.reconstruct(scope, x!).e.reshape([-1, flat]) }),
    },
    reconstruct: {
      title: 'The picture drawn from its own codes',
      inputs: { x: picture },
      outputs: (scope, { x }) => ({ y: network.reconstruct(scope, x!).y }),
    },
    codes: {
      title: 'The map of code numbers of a picture',
      inputs: { x: picture },
      outputs: (scope, { x }) => ({ codes: network.mapped(network.reconstruct(scope, x!).codes) }),
    },
    decode: {
      title: 'The picture drawn from a map of code numbers',
      inputs: { codes: { dtype: 'int32', shape: [map.height, map.width] } },
      outputs: (scope, { codes }) => ({
        y: network.decode(scope, network.codes(scope).gather(codes!.reshape([-1]))),
      }),
    },
    sample: {
      title:
        'Pictures from codes drawn place by place, each as often as training met it there; no prior joins them yet',
      inputs: { u: { dtype: 'float32', shape: [places, config.codebookSize] } },
      outputs: (scope, { u }) => {
        const codes = network.draw(scope, u!);
        return { y: network.decode(scope, network.codes(scope).gather(codes)), codes: network.mapped(codes) };
      },
      draw: (count, random) => ({ u: random.uniform(count * places * config.codebookSize) }),
    },
    vectors: {
      title: 'The vectors of single codes: the codebook itself',
      inputs: { code: { dtype: 'int32', shape: [] } },
      outputs: (scope, { code }) => ({ vector: network.codes(scope).gather(code!) }),
    },
    encode: {
      title: 'The encoder’s vectors before the nearest codes take their place',
      inputs: { x: picture },
      outputs: (scope, { x }) => ({ z: network.mapped(network.encode(scope, x!)) }),
    },
    measure: {
      title: 'All that validation needs, in one pass',
      inputs: { x: picture },
      outputs: (scope, { x }) => {
        const { z, e, y, codes } = network.reconstruct(scope, x!);
        const distances = network.mapped(z.sub(e).square()).mean([1, 2, 3]); // [N]
        return { y, codes: network.mapped(codes), commitment: distances };
      },
    },
  });
}

function planOf(network: VqVaeNetwork, { flops }: TrainProgram): System['plan'] {
  const { data, config, places } = network;
  const shape = [data.channels, data.height, data.width];
  return {
    ...blueprint(shape, (scope, x, mark) => network.reconstruct(scope, x, mark).y),
    flopsPerItem: flops / config.batchSize,
    bits: { input: 8 * shape.reduce((size, dim) => size * dim, 1), code: places * Math.log2(config.codebookSize) },
  };
}

/** Every code at a vector that the untrained encoder gives for some item: codebook before step 1. */
async function startAtData(
  { config, places }: VqVaeNetwork,
  { forward, values, batch, random }: Parameters<NonNullable<System['initialise']>>[0],
): ReturnType<NonNullable<System['initialise']>> {
  const { codebookSize: size, codeLength: length } = config;
  const count = config.batchSize;
  const z = (await forward('encode', { x: await batch(count) }, count))['z'] as Float32Array;
  const data = new Float32Array(size * length);
  // Different places as long as there are enough of them.
  const order = random.permutation(count * places);
  for (let k = 0; k < size; k++) {
    const row = order[k % order.length]!;
    data.set(z.subarray(row * length, (row + 1) * length), k * length);
  }
  const name = config.codebookLearning === 'ema' ? 'codebook.sums' : 'codebook.vectors';
  return new Map([[name, { ...values.get(name)!, data }]]);
}

async function validate(
  { config, data }: VqVaeNetwork,
  { forward, batches }: { forward: Forward; batches: AsyncIterable<Float32Array> },
): Promise<Record<string, number>> {
  const size = data.channels * data.height * data.width;
  const counts = new Float64Array(config.codebookSize);
  let [items, squares, distances] = [0, 0, 0];
  for await (const x of batches) {
    const n = x.length / size;
    const { y, codes, commitment } = await forward('measure', { x }, n);
    items += n;
    squares += squaredDistance(x, y as Float32Array);
    for (const distance of commitment!) distances += distance;
    countCodes(counts, codes!);
  }
  const mse = squares / (items * size);
  const commitment = distances / items;
  const { perplexity, perplexityShare, usedShare } = usageOf(counts);
  // By gradient, the codebook's own term has the same value as the commitment: only where gradients go differs.
  const weight = config.commitment + (config.codebookLearning === 'gradient' ? 1 : 0);
  return {
    'validation/loss': mse / data.variance + weight * commitment,
    'validation/mse': mse,
    'validation/codebook_perplexity': perplexity,
    'validation/codebook_perplexity_share': perplexityShare,
    'validation/codebook_used_share': usedShare,
  };
}

async function preview(
  network: VqVaeNetwork,
  { forward, x, count, random }: { forward: Forward; x: Float32Array; count: number; random: Stream },
): ReturnType<System['preview']> {
  const { data, config, places } = network;
  const y = (await forward('reconstruct', { x }, count))['y'] as Float32Array;
  const u = random.uniform(count * places * config.codebookSize);
  const drawn = (await forward('sample', { u }, count))['y'] as Float32Array;
  return [
    { name: 'input', pictures: picturesOf(x, data) },
    { name: 'output', pictures: picturesOf(y, data) },
    { name: 'error', pictures: errorPictures(x, y, data) },
    { name: 'sample', pictures: picturesOf(drawn, data) },
  ];
}

const percent = (share: number) => `${Math.round(100 * share)} %`;

function warnings(figures: Record<string, number>): string[] {
  const perplexity = figures['validation/codebook_perplexity_share'] ?? 1;
  const used = figures['validation/codebook_used_share'] ?? 1;
  if (used < wastedUsedShare)
    return [
      `Only ${percent(used)} of the codes are used. Start the codebook at encoded items, restart dead codes, or make it smaller.`,
    ];
  if (perplexity < collapsedPerplexityShare)
    return [
      `The codes are chosen very unevenly: perplexity is ${percent(perplexity)} of the codebook size. Restart dead codes, or lower the learning rate.`,
    ];
  return [];
}
