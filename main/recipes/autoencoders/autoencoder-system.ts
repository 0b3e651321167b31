/** The auto-encoder built for one configuration and one kind of picture: what a job trains, validates and shows. */
import type { Config } from '#app/records/recipe';
import { compileTrainStep } from '#main/engine/compile';
import { binaryCrossEntropy, squaredError } from '#main/engine/functions/losses';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import { blueprint, type Mark, unmarked } from '../blueprint';
import { headsOf } from '../head';
import { optimizerOf } from '../optimizers';
import { errorPictures, picturesOf, squaredDistance } from '../pictures';
import type { Forward, ImageSpec, System } from '../recipe';
import { expectEnough, trainingOf } from '../training';
import type { AutoencoderConfig } from './autoencoder-settings';
import { convolutionalDecoder, convolutionalEncoder, denseDecoder, denseEncoder, expectDivisible } from './networks';

/** E and D, for pictures of one size. Letters: N items, C colours, H × W pixels, d numbers in the middle. */
class AutoencoderNetwork {
  readonly config: AutoencoderConfig;
  readonly data: ImageSpec;

  constructor(config: AutoencoderConfig, data: ImageSpec) {
    this.config = config;
    this.data = data;
  }

  /** x: [N, C, H, W] → [N, d] */
  encode(scope: Scope, x: Tensor, mark: Mark = unmarked): Tensor {
    const { architecture, channels, bottleneck } = this.config;
    return architecture === 'dense'
      ? denseEncoder(scope.at('encoder'), x, this.config, bottleneck, mark)
      : convolutionalEncoder(scope.at('encoder'), x, channels, bottleneck, mark);
  }

  /** code: [N, d] → [N, C, H, W], before the squashing that cross-entropy asks for */
  draw(scope: Scope, code: Tensor, mark: Mark = unmarked): Tensor {
    const { architecture, channels } = this.config;
    return architecture === 'dense'
      ? denseDecoder(scope.at('decoder'), code, this.config, this.data, mark)
      : convolutionalDecoder(scope.at('decoder'), code, channels, this.data, mark);
  }

  /** code: [N, d] → pixels [N, C, H, W] */
  decode(scope: Scope, code: Tensor, mark: Mark = unmarked): Tensor {
    const drawn = this.draw(scope, code, mark);
    return this.config.loss === 'cross-entropy' ? drawn.sigmoid() : drawn;
  }

  /** Mean over pixels. x: [N, C, H, W] → scalar */
  loss(scope: Scope, x: Tensor): Tensor {
    const drawn = this.draw(scope, this.encode(scope, x));
    return this.config.loss === 'cross-entropy' ? binaryCrossEntropy(drawn, x) : squaredError(drawn, x);
  }
}

export function autoencoderSystem(config: AutoencoderConfig, data: ImageSpec): System {
  if (config.architecture === 'convolutional') expectDivisible('autoencoder', data);
  expectEnough('autoencoder', config, data);
  const network = new AutoencoderNetwork(config, data);
  const shape = [data.channels, data.height, data.width];
  const size = shape.reduce((product, dim) => product * dim, 1);
  return {
    config: config as Config,
    ...trainingOf(config),
    heads: headsFor(network),
    get plan() {
      return {
        ...blueprint(shape, (scope, x, mark) => network.decode(scope, network.encode(scope, x, mark), mark)),
        flopsPerItem: this.program('cpu').flops / config.batchSize,
        bits: { input: 8 * size, code: 32 * config.bottleneck },
      };
    },
    program: (device, { microBatches = 1, ...tweaks } = {}) =>
      compileTrainStep({
        inputs: { x: { dtype: 'float32', shape: [config.batchSize / microBatches, ...shape] } },
        objective: (scope, { x }) => {
          const reconstruction = network.loss(scope, x!);
          return { loss: reconstruction, terms: { reconstruction } };
        },
        optimizer: optimizerOf(config),
        device,
        microBatches,
        ...tweaks,
      }),
    feeds: (x) => ({ x }),
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

function headsFor(network: AutoencoderNetwork): System['heads'] {
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
        const y = config.loss === 'cross-entropy' ? drawn.sigmoid() : drawn;
        return config.loss === 'cross-entropy' ? { y, nats } : { y };
      },
    },
  });
}

async function validate(
  { data }: AutoencoderNetwork,
  { forward, batches }: { forward: Forward; batches: AsyncIterable<Float32Array> },
): Promise<Record<string, number>> {
  const size = data.channels * data.height * data.width;
  let [items, squares, entropies] = [0, 0, 0];
  let isEntropy = false;
  for await (const x of batches) {
    const n = x.length / size;
    const { y, nats } = await forward('measure', { x }, n);
    items += n;
    squares += squaredDistance(x, y as Float32Array);
    if (nats) for (const value of nats) entropies += value;
    isEntropy = nats !== undefined;
  }
  const mse = squares / (items * size);
  return { 'validation/loss': isEntropy ? entropies / items : mse, 'validation/mse': mse };
}
