/** Generator and critic built for one configuration and one kind of data: who moves when, and how far samples are off. */
import type { Config } from '#app/records/recipe';
import { compileAlternating, type PhaseOptions } from '#main/engine/compile';
import { adam } from '#main/engine/optimizers/adam';
import { clippedWeights } from '#main/engine/optimizers/clipped-weights';
import type { Optimizer } from '#main/engine/optimizers/optimizer';
import { rmsProp } from '#main/engine/optimizers/rms-prop';
import { type Stream, stream } from '#main/engine/random';
import type { Matrix } from '#main/evaluation';
import { coverageOf } from '#main/evaluation/coverage';
import { slicedWasserstein, totalVariance } from '#main/evaluation/sliced-wasserstein';
import { expectDivisible } from '../autoencoders/networks';
import { blueprint } from '../blueprint';
import { type DataSpec, sizeOf } from '../data-spec';
import { headsOf } from '../head';
import { picturesOf } from '../pictures';
import type { Forward, System, TrainTweaks } from '../recipe';
import { expectEnough, trainingOf } from '../training';
import { GanNetwork } from './gan-network';
import type { GanConfig } from './gan-settings';

const [critic, generator] = ['critic', 'generator'];
/** Items that a validation compares at most: sorting them along 64 directions takes well under a second. */
const compared = 2000;
/** The directions along which clouds are compared: the same at each validation. */
const directions = stream(0).split('directions');
/** Items whose neighbours are looked for: all pairs of them are compared. */
const neighbours = 500;
/** Samples that vary less than this share of the data are all much the same. */
const collapsedSpread = 0.3;

export function ganSystem(config: GanConfig, data: DataSpec): System {
  // What the settings of others have and a generator does not need.
  const training = { ...config, optimizer: 'adamw', momentum: 0, weightDecay: 0 } as const;
  if (config.architecture === 'convolutional' && data.modality === 'image') expectDivisible('gan', data);
  expectEnough('gan', training, data);
  const network = new GanNetwork(config, data);
  const order = [...Array.from({ length: config.criticSteps }, () => critic!), generator!];
  return {
    config: config as Config,
    ...trainingOf(training),
    heads: headsFor(network),
    get plan() {
      return planOf(network, this.program('cpu').phases);
    },
    program: (device, tweaks = {}) => compileAlternating({ phases: phasesOf(network, tweaks), device }),
    phases: () => order,
    feeds: (x, _random, _step, phase): Record<string, Float32Array> => (phase === generator ? {} : { x }),
    validate: (context) => validate(network, context),
    preview: (context) => preview(network, context),
    warnings,
  };
}

function optimizerOf({ optimizer, beta1, beta2 }: GanConfig): Optimizer {
  return optimizer === 'adam' ? adam({ beta1, beta2 }) : rmsProp();
}

function phasesOf(network: GanNetwork, tweaks: TrainTweaks): Record<string, PhaseOptions> {
  const { config, shape } = network;
  const count = config.batchSize / (tweaks.microBatches ?? 1);
  const optimizer = optimizerOf(config);
  return {
    [critic!]: {
      inputs: { x: { dtype: 'float32', shape: [count, ...shape] } },
      objective: (scope, { x }) => network.criticObjective(scope, x!, count),
      optimizer: config.objective === 'wgan' ? clippedWeights(optimizer, config.clip) : optimizer,
      trains: (name) => name.startsWith('critic.'),
      ...tweaks,
    },
    [generator!]: {
      inputs: {},
      objective: (scope) => network.generatorObjective(scope, count),
      optimizer,
      trains: (name) => name.startsWith('generator.'),
      ...tweaks,
    },
  };
}

function headsFor(network: GanNetwork): System['heads'] {
  const { shape, config } = network;
  const code = { dtype: 'float32', shape: [config.latent] } as const;
  return headsOf({
    sample: {
      title: 'Items that the generator makes of normal numbers',
      inputs: { z: code },
      outputs: (scope, { z }) => ({ y: network.generate(scope, z!) }),
      draw: (count, random) => ({ z: random.normal(count * config.latent) }),
    },
    decode: {
      title: 'The item that the generator makes of given numbers',
      inputs: { code },
      outputs: (scope, { code: z }) => ({ y: network.generate(scope, z!) }),
    },
    critic: {
      title: 'How real the critic finds an item: a number that means something beside others only',
      inputs: { x: { dtype: 'float32', shape } },
      outputs: (scope, { x }) => ({ score: network.judge(scope, x!) }),
    },
  });
}

function planOf(network: GanNetwork, phases: ReturnType<System['program']>['phases']): System['plan'] {
  const { config, data } = network;
  const size = sizeOf(data);
  const flops = config.criticSteps * phases[critic!]!.flops + phases[generator!]!.flops;
  return {
    ...blueprint([config.latent], (scope, z, mark) => network.judge(scope, network.generate(scope, z, mark), mark)),
    flopsPerItem: flops / config.batchSize,
    bits: { input: (data.modality === 'image' ? 8 : 32) * size, code: 32 * config.latent },
  };
}

/**
 * The distance of as many samples as validation items, the same chance each time; which share of each lies among the
 * other; how much samples vary beside the data; and how far apart the critic holds the two.
 */
async function validate(
  { config, data }: GanNetwork,
  { forward, batches }: { forward: Forward; batches: AsyncIterable<Float32Array> },
): Promise<Record<string, number>> {
  const size = sizeOf(data);
  const real = await firstOf(batches, size, compared);
  const z = stream(0)
    .split('validate')
    .normal(real.rows * config.latent);
  const y = (await forward('sample', { z }, real.rows))['y'] as Float32Array;
  const samples: Matrix = { rows: real.rows, columns: size, data: y };
  const scores = async (x: Float32Array) => mean((await forward('critic', { x }, real.rows))['score']!);
  const { precision, recall } = coverageOf(first(real, neighbours), first(samples, neighbours));
  return {
    'validation/sliced_wasserstein': slicedWasserstein(real, samples, (k, length) =>
      directions.split(k).normal(length),
    ),
    'validation/precision': precision,
    'validation/recall': recall,
    'validation/sample_spread': totalVariance(samples) / totalVariance(real),
    'validation/critic_distance': (await scores(real.data)) - (await scores(y)),
  };
}

const first = ({ rows, columns, data }: Matrix, most: number): Matrix => {
  const kept = Math.min(rows, most);
  return { rows: kept, columns, data: data.subarray(0, kept * columns) };
};

const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
};

async function firstOf(batches: AsyncIterable<Float32Array>, size: number, most: number): Promise<Matrix> {
  const parts: Float32Array[] = [];
  let rows = 0;
  for await (const x of batches) {
    const part = x.slice(0, (most - rows) * size);
    parts.push(part);
    rows += part.length / size;
    if (rows >= most) break;
  }
  const data = new Float32Array(rows * size);
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  return { rows, columns: size, data };
}

async function preview(
  { config, data }: GanNetwork,
  { forward, count, random }: { forward: Forward; count: number; random: Stream },
): ReturnType<System['preview']> {
  if (data.modality !== 'image') return [];
  const z = random.normal(count * config.latent);
  const y = (await forward('sample', { z }, count))['y'] as Float32Array;
  return [{ name: 'sample', pictures: picturesOf(y, data) }];
}

function warnings(figures: Record<string, number>): string[] {
  const spread = figures['validation/sample_spread'] ?? 1;
  if (spread >= collapsedSpread) return [];
  return [
    `Samples vary ${Math.round(100 * spread)} % as much as the data: the generator makes much the same again and again. Give the critic more steps, or its gradient penalty back.`,
  ];
}
