/**
 * What every system of the form encoder → bottleneck → decoder shares: the two networks, how the decoder's numbers are
 * read, and the way of an item through both. A recipe says what happens in the middle.
 *
 * Letters: N items, h what the encoder gives (for each item `encoded` numbers), d numbers that the decoder takes.
 */
import { PretextError } from '#app/contract';
import type { Objective } from '#main/engine/compile';
import { binaryCrossEntropy, squaredError } from '#main/engine/functions/losses';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import { type Mark, unmarked } from '../blueprint';
import { type DataSpec, imagesFor, shapeOf, sizeOf } from '../data-spec';
import { expectEnough, type TrainingConfig } from '../training';
import type { CoderConfig, Reading } from './coder-settings';
import { convolutionalDecoder, convolutionalEncoder, denseDecoder, denseEncoder, expectDivisible } from './networks';

export interface LatentConfig extends CoderConfig, TrainingConfig {
  loss: Reading | 'by-data';
}

/** Tensors that a program is fed, by name. */
export type Fed = Record<string, Tensor>;

export abstract class LatentNetwork<C extends LatentConfig = LatentConfig> {
  readonly config: C;
  readonly data: DataSpec;
  readonly reading: Reading;

  /** @throws PretextError where the data does not suit the settings; who: the recipe */
  constructor(who: string, config: C, data: DataSpec) {
    this.config = config;
    this.data = data;
    this.reading = config.loss === 'by-data' ? readingOf(data) : config.loss;
    expectEnough(who, config, data);
    if (config.architecture === 'convolutional') expectDivisible(who, expectPictures(who, data));
    if (this.reading === 'cross-entropy' && data.modality === 'table')
      throw new PretextError(
        `${who}: cross-entropy needs numbers in [0, 1], but the columns of a table are standardised`,
        {
          kind: 'usage',
          advice: 'Set loss to squared-error.',
        },
      );
  }

  /** [C, H, W] or [features] */
  get shape(): number[] {
    return shapeOf(this.data);
  }
  /** Numbers of an item. */
  get size(): number {
    return sizeOf(this.data);
  }
  /** Numbers that the encoder gives for an item. */
  get encoded(): number {
    return this.config.bottleneck;
  }
  /** Bits of an item's code. */
  get codeBits(): number {
    return 32 * this.config.bottleneck;
  }

  /** x: [N, …] → h: [N, encoded] */
  encode(scope: Scope, x: Tensor, mark: Mark = unmarked): Tensor {
    const { architecture, channels } = this.config;
    return architecture === 'dense'
      ? denseEncoder(scope.at('encoder'), x, this.config, this.encoded, mark)
      : convolutionalEncoder(scope.at('encoder'), x, channels, this.encoded, mark);
  }

  /** code: [N, d] → [N, …], before the squashing that cross-entropy asks for */
  draw(scope: Scope, code: Tensor, mark: Mark = unmarked): Tensor {
    const { architecture, channels } = this.config;
    return architecture === 'dense' || this.data.modality === 'table'
      ? denseDecoder(scope.at('decoder'), code, this.config, this.data, mark)
      : convolutionalDecoder(scope.at('decoder'), code, channels, this.data, mark);
  }

  /** What was drawn, in the numbers of x. */
  read(drawn: Tensor): Tensor {
    return this.reading === 'cross-entropy' ? drawn.sigmoid() : drawn;
  }

  /** code: [N, d] → [N, …] in the numbers of x */
  decode(scope: Scope, code: Tensor, mark: Mark = unmarked): Tensor {
    return this.read(this.draw(scope, code, mark));
  }

  /** The code that the decoder takes when nothing is left to chance. h: [N, encoded] → [N, d] */
  code(h: Tensor): Tensor {
    return h;
  }

  /** An item through the middle and back, without chance, every block marked. */
  reconstruct(scope: Scope, x: Tensor, mark: Mark = unmarked): Tensor {
    return this.decode(scope, this.code(this.encode(scope, x, mark)), mark);
  }

  /** All that training trains, marked block by block: for the plan. */
  outline(scope: Scope, x: Tensor, mark: Mark): Tensor[] {
    return [this.reconstruct(scope, x, mark)];
  }

  /** Mean over all numbers of all items: of (y − x)², or of the cross-entropy in nats. */
  error(drawn: Tensor, x: Tensor): Tensor {
    return this.reading === 'cross-entropy' ? binaryCrossEntropy(drawn, x) : squaredError(drawn, x);
  }

  /** The same of each item: [N, …] → [N] */
  errorOfEach(drawn: Tensor, x: Tensor): Tensor {
    const each = this.reading === 'cross-entropy' ? drawn.softplus().sub(drawn.mul(x)) : drawn.sub(x).square();
    return each.mean(this.shape.map((_, axis) => axis + 1));
  }

  /** What training makes small. */
  abstract objective(scope: Scope, fed: Fed): Objective;

  /** What validation averages over items, each [N, …], beside y, what the decoder makes of each item: [N, …]. */
  measure(scope: Scope, { x }: Fed): Record<string, Tensor> {
    const drawn = this.draw(scope, this.code(this.encode(scope, x!)));
    const y = this.read(drawn);
    return this.reading === 'cross-entropy' ? { y, nats: this.errorOfEach(drawn, x!) } : { y };
  }
}

const readingOf = ({ modality }: DataSpec): Reading => (modality === 'image' ? 'cross-entropy' : 'squared-error');

function expectPictures(who: string, data: DataSpec) {
  if (data.modality === 'table')
    throw new PretextError(`${who}: convolutions need pictures, got a table`, {
      kind: 'usage',
      advice: 'Set architecture to dense.',
    });
  return imagesFor(who, data);
}
