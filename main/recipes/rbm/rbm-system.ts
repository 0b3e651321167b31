/** The stack of machines and its auto-encoder built for one configuration: which kind of step comes when, and its heads. */
import type { Config } from '#app/records/recipe';
import { compileAlternating, compileTrainStep, type PhaseOptions } from '#main/engine/compile';
import { sgdMomentum } from '#main/engine/optimizers/sgd-momentum';
import type { Stream } from '#main/engine/random';
import type { Tensor } from '#main/engine/tensor';
import { blueprint } from '../blueprint';
import { type HeadOptions, headsOf } from '../head';
import { optimizerOf } from '../optimizers';
import { errorPictures, picturesOf, squaredDistance } from '../pictures';
import type { Forward, ImageSpec, System, TrainTweaks } from '../recipe';
import { expectEnough, trainingOf } from '../training';
import { RbmNetwork } from './rbm-network';
import { pretrainingOf, type RbmConfig } from './rbm-settings';
import { copying } from './unroll';

/** The momentum of a machine once its gradients have settled, and the share of its steps before that (5 epochs of 8). */
const lateMomentum = 0.9;
const earlyShare = 5 / 8;

const fineTuning = 'fine-tuning';
const unrolling = 'unrolling';
const machineOf = (layer: number) => `machine${layer}`;

export function rbmSystem(config: RbmConfig, data: ImageSpec): System {
  expectEnough('rbm-autoencoder', config, data);
  const network = new RbmNetwork(config, data);
  const before = pretrainingOf(config);
  const fine = trainingOf({ ...config, steps: config.steps - before });
  const layerAt = (step: number) => Math.ceil(step / config.layerSteps);
  return {
    config: config as Config,
    ...trainingOf(config),
    heads: headsFor(network),
    get plan() {
      return planOf(network, this.program('cpu'));
    },
    program: (device, tweaks = {}) =>
      before === 0
        ? compileTrainStep({ ...fineTuned(network, tweaks), device })
        : compileAlternating({ phases: phasesOf(network, tweaks), device }),
    // Copied before each step of a machine, so that a validation sees what the stack unrolls to so far.
    ...(before > 0 && {
      phases: (step: number) => [
        ...(step <= before + 1 ? [unrolling] : []),
        step <= before ? machineOf(layerAt(step)) : fineTuning,
      ],
    }),
    learningRate(step) {
      if (step > before) return fine.learningRate(step - before);
      return layerAt(step) === network.layers ? config.codeRate : config.machineRate;
    },
    feeds: (x, _random, _step, phase): Record<string, Float32Array> => (phase === unrolling ? {} : { x }),
    // Machines of units that are on or off make layers that sit at their limits.
    ...(before > 0 && { inside: { meant: ['encoder', 'decoder'] } }),
    validate: (context) => validate(network, context),
    preview: (context) => preview(network, context),
  };
}

/** x: one (micro-)batch of pictures. */
function inputsOf({ config, data }: RbmNetwork, { microBatches = 1 }: TrainTweaks): PhaseOptions['inputs'] {
  const shape = [config.batchSize / microBatches, data.channels, data.height, data.width];
  return { x: { dtype: 'float32', shape } };
}

const fineTuned = (network: RbmNetwork, tweaks: TrainTweaks): PhaseOptions => ({
  inputs: inputsOf(network, tweaks),
  objective: (scope, { x }) => {
    const reconstruction = network.loss(scope, x!);
    return { loss: reconstruction, terms: { reconstruction } };
  },
  optimizer: optimizerOf(network.config),
  trains: (name) => !name.startsWith('machine'),
  ...tweaks,
});

function phasesOf(network: RbmNetwork, tweaks: TrainTweaks): Record<string, PhaseOptions> {
  const { config, layers } = network;
  const { gibbsSteps: steps, sampleHidden: sample, earlyMomentum, layerSteps, weightCost } = config;
  const early = { momentum: earlyMomentum, steps: Math.floor(earlyShare * layerSteps) };
  const machine = (layer: number): PhaseOptions => ({
    inputs: inputsOf(network, tweaks),
    objective: (scope, { x }) => {
      const below = network.climb(scope, network.flat(x!), layer - 1);
      const { loss, error } = network.machine(scope, layer).contrast(below, { steps, sample });
      return { loss, terms: { [`layer${layer}Error`]: error } };
    },
    optimizer: sgdMomentum({ momentum: lateMomentum, early, weightDecay: weightCost }),
    trains: (name) => name.startsWith(`${machineOf(layer)}.`),
    ...tweaks,
  });
  const machines = Array.from({ length: layers }, (_, i) => [machineOf(i + 1), machine(i + 1)] as const);
  return {
    ...Object.fromEntries(machines),
    [unrolling]: {
      inputs: {},
      objective: (scope) => ({ loss: network.unrolled(scope) }),
      optimizer: copying,
      trains: (name) => !name.startsWith('machine'),
    },
    [fineTuning]: fineTuned(network, tweaks),
  };
}

/** The machines that were trained first have numbers of their own, from which the network's were copied. */
function planOf(network: RbmNetwork, { phases, parameterCount }: ReturnType<System['program']>): System['plan'] {
  const { config, data, widths } = network;
  const shape = [data.channels, data.height, data.width];
  const made = blueprint(shape, (scope, x, mark) => network.decode(scope, network.encode(scope, x, mark), mark));
  const parameters = parameterCount - made.parameters;
  const machines = { part: 'machines', name: 'stack', shape: [config.bottleneck], parameters };
  const { flops } = phases[fineTuning] ?? Object.values(phases)[0]!;
  return {
    blocks: parameters > 0 ? [...made.blocks, machines] : made.blocks,
    parts: parameters > 0 ? [...made.parts, { name: 'machines', parameters }] : made.parts,
    parameters: parameterCount,
    flopsPerItem: flops / config.batchSize,
    bits: { input: 8 * widths[0]!, code: 32 * config.bottleneck },
  };
}

function headsFor(network: RbmNetwork): System['heads'] {
  const { data, config } = network;
  const picture = { dtype: 'float32', shape: [data.channels, data.height, data.width] } as const;
  return headsOf({
    embed: {
      title: 'The numbers in the middle',
      inputs: { x: picture },
      outputs: (scope, { x }) => ({ embedding: network.encode(scope, x!) }),
    },
    reconstruct: {
      title: 'The picture drawn from its own code',
      inputs: { x: picture },
      outputs: (scope, { x }) => ({ y: network.decode(scope, network.encode(scope, x!)) }),
    },
    decode: {
      title: 'The picture drawn from a code',
      inputs: { code: { dtype: 'float32', shape: [config.bottleneck] } },
      outputs: (scope, { code }) => ({ y: network.decode(scope, code!) }),
    },
    measure: {
      title: 'All that validation needs, in one pass',
      inputs: { x: picture },
      outputs: (scope, { x }) => {
        const drawn = network.draw(scope, network.encode(scope, x!));
        const nats = drawn.softplus().sub(drawn.mul(x!)).mean([1, 2, 3]); // [N]
        return { y: drawn.sigmoid(), nats, ...(config.start === 'rbm' && { errors: errorsOf(network, scope, x!) }) };
      },
    },
    ...(config.start === 'rbm' && machineHeads(network)),
  });
}

/** Σ (v − v¹)² of each machine, v being the chances that the one below gives. [N, L] */
function errorsOf(network: RbmNetwork, scope: Parameters<HeadOptions['outputs']>[0], x: Tensor): Tensor {
  const errors: Tensor[] = [];
  let v = network.flat(x);
  for (let layer = 1; layer <= network.layers; layer++) {
    const machine = network.machine(scope, layer);
    const h = machine.up(v);
    errors.push(v.sub(machine.down(h)).square().sum(1, true));
    v = h;
  }
  return errors[0]!.concat(errors.slice(1), 1);
}

/** What the machines can do that the auto-encoder cannot. */
function machineHeads(network: RbmNetwork): Record<string, HeadOptions> {
  const { data, config, widths, layers } = network;
  const [below, sweeps] = [widths[layers - 1]!, config.dreamSweeps];
  const float = (...shape: number[]) => ({ dtype: 'float32', shape }) as const;
  return {
    sample: {
      title: `What the machines dream: ${sweeps} sweeps of the uppermost one, begun by chance`,
      inputs: { v: float(below), noise: float(sweeps, config.bottleneck), u: float(sweeps, below) },
      outputs: (scope, { v, noise, u }) => {
        let state = { next: v!, chances: v! };
        for (let i = 0; i < sweeps; i++) {
          const at = (x: Tensor) => x.slice(1, i, i + 1).reshape([x.shape[0]!, x.shape[2]!]);
          state = network.sweep(scope, state.next, { noise: at(noise!), u: at(u!) });
        }
        return { y: network.imagine(scope, state.chances) };
      },
      draw: (count, random) => ({
        v: random
          .split('start')
          .uniform(count * below)
          .map(Math.round),
        noise: random.split('noise').normal(count * sweeps * config.bottleneck),
        u: random.split('units').uniform(count * sweeps * below),
      }),
    },
    dream: {
      title: 'One sweep of the uppermost machine from a state on, and what the stack sees there',
      inputs: { v: float(below), noise: float(config.bottleneck), u: float(below) },
      outputs: (scope, { v, noise, u }) => {
        const { next, chances } = network.sweep(scope, v!, { noise: noise!, u: u! });
        return { y: network.imagine(scope, chances), next };
      },
    },
    climb: {
      title: 'What the uppermost machine is shown of a picture: where a dream may begin',
      inputs: { x: float(data.channels, data.height, data.width) },
      outputs: (scope, { x }) => ({ v: network.climb(scope, network.flat(x!), layers - 1) }),
    },
    filters: {
      title: 'The weights of single units of the first machine, as pictures',
      inputs: { unit: { dtype: 'int32', shape: [] } },
      outputs: (scope, { unit }) => ({
        weight: network.picture(network.machine(scope, 1).weight.gather(unit!, 1).transpose()),
      }),
    },
  };
}

async function validate(
  { widths, config }: RbmNetwork,
  { forward, batches }: { forward: Forward; batches: AsyncIterable<Float32Array> },
): Promise<Record<string, number>> {
  const layers = widths.length - 1;
  const errorSums = new Float64Array(layers);
  let [items, squares, entropy] = [0, 0, 0];
  for await (const x of batches) {
    const n = x.length / widths[0]!;
    const { y, nats, errors } = await forward('measure', { x }, n);
    items += n;
    squares += squaredDistance(x, y as Float32Array);
    for (const one of nats!) entropy += one;
    errors?.forEach((error: number, i: number) => {
      errorSums[i % layers]! += error;
    });
  }
  const perLayer = Array.from(errorSums, (sum, i) => [`validation/layer${i + 1}_error`, sum / items] as const);
  return {
    'validation/loss': entropy / items,
    'validation/mse': squares / (items * widths[0]!),
    ...(config.start === 'rbm' && Object.fromEntries(perLayer)),
  };
}

async function preview(
  network: RbmNetwork,
  { forward, x, count, random }: { forward: Forward; x: Float32Array; count: number; random: Stream },
): ReturnType<System['preview']> {
  const { data, config, widths } = network;
  const y = (await forward('reconstruct', { x }, count))['y'] as Float32Array;
  const rows: Awaited<ReturnType<System['preview']>> = [
    { name: 'input', pictures: picturesOf(x, data) },
    { name: 'output', pictures: picturesOf(y, data) },
    { name: 'error', pictures: errorPictures(x, y, data) },
  ];
  if (config.start !== 'rbm') return rows;
  const dreamt = headsOfSample(network).draw!(count, random);
  const samples = (await forward('sample', dreamt, count))['y'] as Float32Array;
  const units = Math.min(count, widths[1]!);
  const unit = Int32Array.from({ length: units }, (_, k) => k);
  const filters = (await forward('filters', { unit }, units))['weight'] as Float32Array;
  return [
    ...rows,
    { name: 'sample', pictures: picturesOf(samples, data) },
    { name: 'filter', pictures: picturesOf(contrasted(filters, widths[0]!), data) },
  ];
}

const headsOfSample = (network: RbmNetwork): HeadOptions => machineHeads(network)['sample']!;

/** Each filter stretched to its own largest weight: 0 is grey, against is black, for is white. */
export function contrasted(weights: Float32Array, size: number): Float32Array {
  const out = new Float32Array(weights.length);
  for (let from = 0; from < weights.length; from += size) {
    const one = weights.subarray(from, from + size);
    const largest = one.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-12);
    one.forEach((weight, i) => {
      out[from + i] = 0.5 + weight / (2 * largest);
    });
  }
  return out;
}
