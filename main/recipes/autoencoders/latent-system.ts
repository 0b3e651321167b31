/** Builds what a job trains, validates and shows from a network of the form encoder → bottleneck → decoder. */
import type { Config } from '#app/records/recipe';
import type { Device } from '#app/records/run';
import { compileTrainStep, type Inputs, type TrainProgram } from '#main/engine/compile';
import { type Stream, stream } from '#main/engine/random';
import { blueprint } from '../blueprint';
import { type HeadOptions, headsOf } from '../head';
import { optimizerOf } from '../optimizers';
import { errorPictures, picturesOf, squaredDistance } from '../pictures';
import type { Feeds, Forward, Head, System, TrainTweaks } from '../recipe';
import { trainingOf } from '../training';
import type { LatentConfig, LatentNetwork } from './latent-network';

/** What an average over the validation items came to, by the name that `measure` gave it. */
export type Averages = Record<string, Float64Array>;

/** What a recipe adds to what all of them have. */
export interface LatentOptions {
  /** Heads beside embed, reconstruct and decode, or in their place. */
  heads?: Record<string, HeadOptions>;
  /** Inputs of a step beside x; shapes of one micro-batch of n items. */
  inputs?(items: number): Inputs;
  /** What a step is fed beside x. */
  feeds?(items: number, random: Stream, step: number): Feeds;
  /** Inputs of `measure` beside x; shapes without the batch. */
  measureInputs?: Head['inputs'];
  /** Chance for `measure`, the same at every validation, so that its figures can be compared. */
  measureFeeds?(items: number, random: Stream): Feeds;
  /** Figures beside `validation/mse`. mse: per pixel or feature. Left out: the loss is the error itself. */
  figures?(averages: Averages, mse: number): Record<string, number>;
  program?(device: Device, tweaks: TrainTweaks): TrainProgram;
  phases?: System['phases'];
  initialise?: System['initialise'];
  divisible?: boolean;
  encoder?: System['encoder'];
  inside?: System['inside'];
  warnings?: System['warnings'];
  /** Rows of a preview in place of input, output and error. */
  preview?: System['preview'];
}

export function latentSystem<C extends LatentConfig>(network: LatentNetwork<C>, options: LatentOptions = {}): System {
  const { config, size } = network;
  const { feeds, phases, initialise, divisible, encoder, inside, warnings } = options;
  const program = (device: Device, tweaks: TrainTweaks = {}) =>
    options.program?.(device, tweaks) ?? programOf(network, options, device, tweaks);
  return {
    config: config as unknown as Config,
    ...trainingOf(config),
    heads: headsFor(network, options),
    get plan() {
      return planOf(network, program('cpu'));
    },
    program,
    feeds: (x, random, step) => ({ x, ...feeds?.(x.length / size, random, step) }),
    validate: (context) => validate(network, options, context),
    preview: (context) => (options.preview ? options.preview(context) : reconstructions(network, context)),
    ...(phases && { phases }),
    ...(initialise && { initialise }),
    ...(divisible !== undefined && { divisible }),
    ...(encoder && { encoder }),
    ...(inside && { inside }),
    ...(warnings && { warnings }),
  };
}

/** The inputs of a step; x first. */
export function inputsOf(network: LatentNetwork, { inputs }: LatentOptions, microBatches = 1): Inputs {
  const items = network.config.batchSize / microBatches;
  return { x: { dtype: 'float32', shape: [items, ...network.shape] }, ...inputs?.(items) };
}

function programOf(
  network: LatentNetwork,
  options: LatentOptions,
  device: Device,
  { microBatches = 1, ...tweaks }: TrainTweaks,
): TrainProgram {
  return compileTrainStep({
    inputs: inputsOf(network, options, microBatches),
    objective: (scope, fed) => network.objective(scope, fed),
    optimizer: optimizerOf(network.config),
    device,
    microBatches,
    ...tweaks,
  });
}

function headsFor(network: LatentNetwork, { heads, measureInputs }: LatentOptions): System['heads'] {
  const { shape, config } = network;
  const thing = network.data.modality === 'image' ? 'picture' : 'row';
  const item = { dtype: 'float32', shape } as const;
  return headsOf({
    embed: {
      title: 'The numbers in the middle',
      inputs: { x: item },
      outputs: (scope, { x }) => ({ embedding: network.code(network.encode(scope, x!)) }),
    },
    reconstruct: {
      title: `The ${thing} drawn from its own code`,
      inputs: { x: item },
      outputs: (scope, { x }) => ({ y: network.reconstruct(scope, x!) }),
    },
    decode: {
      title: `The ${thing} drawn from a code`,
      inputs: { code: { dtype: 'float32', shape: [config.bottleneck] } },
      outputs: (scope, { code }) => ({ y: network.decode(scope, code!) }),
    },
    measure: {
      title: 'All that validation needs, in one pass',
      inputs: { x: item, ...measureInputs },
      outputs: (scope, fed) => network.measure(scope, fed),
    },
    ...heads,
  });
}

function planOf(network: LatentNetwork, { flops }: TrainProgram): System['plan'] {
  const { shape, size, config, data, codeBits } = network;
  return {
    ...blueprint(shape, (scope, x, mark) => network.outline(scope, x, mark)),
    flopsPerItem: flops / config.batchSize,
    // A pixel is a byte, a number of a table four.
    bits: { input: (data.modality === 'image' ? 8 : 32) * size, code: codeBits },
  };
}

async function validate(
  { size }: LatentNetwork,
  { measureFeeds, figures }: LatentOptions,
  { forward, batches }: { forward: Forward; batches: AsyncIterable<Float32Array> },
): Promise<Record<string, number>> {
  const chance = stream(0).split('validation');
  const sums: Averages = {};
  let [items, squares] = [0, 0];
  for await (const x of batches) {
    const n = x.length / size;
    const { y, ...others } = await forward('measure', { x, ...measureFeeds?.(n, chance) }, n);
    items += n;
    squares += squaredDistance(x, y as Float32Array);
    for (const [name, values] of Object.entries(others)) addRows(sums, name, values, n);
  }
  const mse = squares / (items * size);
  for (const sum of Object.values(sums)) for (let i = 0; i < sum.length; i++) sum[i]! /= items;
  const loss = sums['nats']?.[0] ?? mse;
  return { 'validation/loss': loss, 'validation/mse': mse, ...figures?.(sums, mse) };
}

/** Adds the rows of [n, …] to the sums of that name, in float64. */
function addRows(sums: Averages, name: string, values: ArrayLike<number>, n: number): void {
  const width = values.length / n;
  sums[name] ??= new Float64Array(width);
  const sum = sums[name];
  for (let i = 0; i < values.length; i++) sum[i % width]! += values[i]!;
}

/** Items, what comes back of them and the difference; of pictures only. */
export async function reconstructions(
  { data }: LatentNetwork,
  { forward, x, count }: Parameters<System['preview']>[0],
): ReturnType<System['preview']> {
  if (data.modality !== 'image') return [];
  const y = (await forward('reconstruct', { x }, count))['y'] as Float32Array;
  return [
    { name: 'input', pictures: picturesOf(x, data) },
    { name: 'output', pictures: picturesOf(y, data) },
    { name: 'error', pictures: errorPictures(x, y, data) },
  ];
}

/** A row of samples for a preview, drawn by the head `sample`. */
export async function samplesOf(
  { data }: LatentNetwork,
  { draw }: HeadOptions,
  { forward, count, random }: Parameters<System['preview']>[0],
): ReturnType<System['preview']> {
  if (data.modality !== 'image') return [];
  const y = (await forward('sample', draw!(count, random), count))['y'] as Float32Array;
  return [{ name: 'sample', pictures: picturesOf(y, data) }];
}

/** Codes of independent numbers from N(0, 1), decoded. */
export const gaussianSamples = (network: LatentNetwork, title: string): HeadOptions => ({
  title,
  inputs: { z: { dtype: 'float32', shape: [network.config.bottleneck] } },
  outputs: (scope, { z }) => ({ y: network.decode(scope, z!), code: z! }),
  draw: (count, random) => ({ z: random.normal(count * network.config.bottleneck) }),
});
