/** The prior built for one configuration and one kind of picture: what a job trains, validates and shows. */
import { PretextError } from '#app/contract';
import type { Config } from '#app/records/recipe';
import { compileTrainStep } from '#main/engine/compile';
import type { Stream } from '#main/engine/random';
import type { Tensor } from '#main/engine/tensor';
import { expectDivisible } from '../autoencoders/networks';
import { blueprint } from '../blueprint';
import { headsOf } from '../head';
import { optimizerOf } from '../optimizers';
import { picturesOf } from '../pictures';
import type { Forward, ImageSpec, System } from '../recipe';
import { expectEnough, trainingOf } from '../training';
import { isOwn, isQuantizer, VqPriorNetwork } from './vq-prior-network';
import type { VqPriorConfig } from './vq-prior-settings';

/** Drawing writes the prior out once for each place; beyond this the graph takes minutes to open. */
const mostPlaces = 144;

export function vqPriorSystem(config: VqPriorConfig, data: ImageSpec): System {
  expectDivisible('vq-prior', data);
  expectEnough('vq-prior', config, data);
  const network = new VqPriorNetwork(config, data);
  expectFits(network);
  const shape = [data.channels, data.height, data.width];
  return {
    config: config as Config,
    ...trainingOf(config),
    heads: headsFor(network),
    inherited: isQuantizer,
    get plan() {
      return {
        ...blueprint(
          shape,
          (scope, x, mark) => {
            const { codes } = network.quantizer.reconstruct(scope, x, mark);
            return network.surprise(scope, codes.reshape([-1, network.places]), mark);
          },
          isOwn,
        ),
        flopsPerItem: this.program('cpu').flops / config.batchSize,
        bits: {
          input: 8 * shape.reduce((size, dim) => size * dim, 1),
          code: network.places * Math.log2(config.codebookSize),
        },
      };
    },
    program: (device, { microBatches = 1, ...tweaks } = {}) =>
      compileTrainStep({
        inputs: { x: { dtype: 'float32', shape: [config.batchSize / microBatches, ...shape] } },
        objective: (scope, { x }) => {
          const codes = network.codesOf(scope, x!); // declares the decoder too: a checkpoint must hold all of it
          network.independentSurprise(scope, codes);
          const surprise = network.surprise(scope, codes).mean();
          return { loss: surprise, terms: { surprise } };
        },
        optimizer: optimizerOf(config),
        trains: isOwn,
        device,
        microBatches,
        ...tweaks,
      }),
    feeds: (x) => ({ x }),
    validate: (context) => validate(network, context),
    preview: (context) => preview(network, context),
    warnings,
  };
}

function expectFits({ places, config: { width, heads } }: VqPriorNetwork): void {
  if (width % heads !== 0)
    throw new PretextError(`vq-prior: width must divide by heads, got ${width} and ${heads}`, {
      kind: 'usage',
      advice: `Set width to ${heads * Math.max(1, Math.round(width / heads))}.`,
    });
  if (places > mostPlaces)
    throw new PretextError(`vq-prior: code maps must have at most ${mostPlaces} places, got ${places}`, {
      kind: 'usage',
      advice: 'Import the pictures again at 48 × 48 or smaller.',
    });
}

function headsFor(network: VqPriorNetwork): System['heads'] {
  const { quantizer, config, places } = network;
  const { data, map } = quantizer;
  const picture = { dtype: 'float32', shape: [data.channels, data.height, data.width] } as const;
  const chance = { u: { dtype: 'float32', shape: [places, config.codebookSize] } } as const;
  const draw = (count: number, random: Stream) => ({ u: random.uniform(count * places * config.codebookSize) });
  return headsOf({
    sample: {
      title: 'Pictures from maps that the prior draws code after code',
      inputs: chance,
      outputs: (scope, { u }) => {
        const codes = network.draw(scope, u!);
        return { y: network.decode(scope, codes), codes: quantizer.mapped(codes.reshape([-1])) };
      },
      draw,
    },
    independent: {
      title: 'Pictures from codes drawn place by place, each for itself: what the prior is compared with',
      inputs: chance,
      outputs: (scope, { u }) => {
        const codes = quantizer.draw(scope, u!);
        return { y: network.decode(scope, codes), codes: quantizer.mapped(codes) };
      },
      draw,
    },
    reconstruct: {
      title: 'The picture drawn from its own codes, by the VQ-VAE',
      inputs: { x: picture },
      outputs: (scope, { x }) => ({ y: quantizer.reconstruct(scope, x!).y }),
    },
    codes: {
      title: 'The map of code numbers of a picture',
      inputs: { x: picture },
      outputs: (scope, { x }) => ({ codes: quantizer.mapped(quantizer.reconstruct(scope, x!).codes) }),
    },
    decode: {
      title: 'The picture drawn from a map of code numbers',
      inputs: { codes: { dtype: 'int32', shape: [map.height, map.width] } },
      outputs: (scope, { codes }) => ({ y: network.decode(scope, codes!) }),
    },
    vectors: {
      title: 'The vectors of single codes: the codebook itself',
      inputs: { code: { dtype: 'int32', shape: [] } },
      outputs: (scope, { code }) => ({ vector: quantizer.codes(scope).gather(code!) }),
    },
    score: {
      title: 'How many bits the prior needs for the code at each place of a picture',
      inputs: { x: picture },
      outputs: (scope, { x }) => {
        const codes = network.codesOf(scope, x!);
        const bits = (nats: Tensor) => nats.scale(1 / Math.LN2).reshape([-1, map.height, map.width]);
        return {
          bits: bits(network.surprise(scope, codes)),
          independent: bits(network.independentSurprise(scope, codes)),
        };
      },
    },
  });
}

/** Bits of a code, by the prior and place by place; bits of a pixel's value are those of the whole map over their number. */
async function validate(
  { places, quantizer: { data } }: VqPriorNetwork,
  { forward, batches }: { forward: Forward; batches: AsyncIterable<Float32Array> },
): Promise<Record<string, number>> {
  const size = data.channels * data.height * data.width;
  let [items, own, independent] = [0, 0, 0];
  for await (const x of batches) {
    const n = x.length / size;
    const scores = await forward('score', { x }, n);
    items += n;
    for (const bits of scores['bits']!) own += bits;
    for (const bits of scores['independent']!) independent += bits;
  }
  const perCode = own / (items * places);
  return {
    'validation/loss': perCode * Math.LN2,
    'validation/bits_per_code': perCode,
    'validation/bits_per_code_independent': independent / (items * places),
    'validation/bits_per_dim': own / (items * size),
  };
}

async function preview(
  { quantizer: { data, places }, config }: VqPriorNetwork,
  { forward, x, count, random }: { forward: Forward; x: Float32Array; count: number; random: Stream },
): ReturnType<System['preview']> {
  const y = (await forward('reconstruct', { x }, count))['y'] as Float32Array;
  const u = random.uniform(count * places * config.codebookSize);
  const drawn = (await forward('sample', { u }, count))['y'] as Float32Array;
  return [
    { name: 'input', pictures: picturesOf(x, data) },
    { name: 'output', pictures: picturesOf(y, data) },
    { name: 'sample', pictures: picturesOf(drawn, data) },
  ];
}

function warnings(figures: Record<string, number>): string[] {
  const [own, independent] = [figures['validation/bits_per_code'], figures['validation/bits_per_code_independent']];
  if (own === undefined || independent === undefined || own < independent) return [];
  return [
    'The prior predicts codes no better than their frequencies at each place: it has learned nothing of the whole.',
  ];
}
