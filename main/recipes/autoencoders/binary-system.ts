/** The auto-encoder whose code is a row of bits: each says whether something is there or not. */
import type { Objective } from '#main/engine/compile';
import { gumbelSigmoid, straightThroughBernoulli } from '#main/engine/functions/estimators';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import type { DataSpec } from '../data-spec';
import type { HeadOptions } from '../head';
import type { System } from '../recipe';
import type { BinaryConfig } from './binary-settings';
import { type Fed, LatentNetwork } from './latent-network';
import { latentSystem, reconstructions, samplesOf } from './latent-system';

/** A bit is dead that is the same for all but this share of the items. */
const deadBelow = 0.005;

/** The encoder gives logits; p = σ(logit). Letters: N items, d bits. */
class BinaryNetwork extends LatentNetwork<BinaryConfig> {
  override get codeBits(): number {
    return this.config.bottleneck;
  }

  /** 1 where p > ½, as 0 and 1. logits: [N, d] → [N, d] */
  override code(logits: Tensor): Tensor {
    return logits.greater(0).cast('float32');
  }

  /** What the decoder is given while it trains: bits with the gradient of what they were made from. [N, d] → [N, d] */
  trained(scope: Scope, logits: Tensor): Tensor {
    const { estimator, temperature, straightThrough } = this.config;
    if (estimator === 'soft') return logits.sigmoid();
    const bits = {
      bernoulli: () => straightThroughBernoulli(scope, 'bits', logits.sigmoid()),
      deterministic: () => logits.sigmoid().straightThrough(this.code(logits)),
      gumbel: () => gumbelSigmoid(scope, 'bits', logits, { temperature, hard: true }),
    }[estimator]();
    return straightThrough ? bits : bits.stopGradient();
  }

  objective(scope: Scope, { x }: Fed): Objective {
    const logits = this.encode(scope, x!);
    const reconstruction = this.error(this.draw(scope, this.trained(scope, logits)), x!);
    return { loss: reconstruction, terms: { reconstruction } };
  }

  override measure(scope: Scope, fed: Fed): Record<string, Tensor> {
    return { ...super.measure(scope, fed), ones: this.code(this.encode(scope, fed['x']!)) };
  }
}

export function binarySystem(config: BinaryConfig, data: DataSpec): System {
  const network = new BinaryNetwork('binary-autoencoder', config, data);
  const d = config.bottleneck;
  const sample: HeadOptions = {
    title: 'What comes of bits drawn with a coin',
    inputs: { u: { dtype: 'float32', shape: [d] } },
    outputs(scope, { u }) {
      const code = u!.less(0.5).cast('float32');
      return { y: network.decode(scope, code), code };
    },
    draw: (count, random) => ({ u: random.uniform(count * d) }),
  };
  return latentSystem(network, {
    heads: {
      sample,
      codes: {
        title: 'The bits of an item',
        inputs: { x: { dtype: 'float32', shape: network.shape } },
        outputs: (scope, { x }) => ({ codes: network.code(network.encode(scope, x!)).cast('int32') }),
      },
      chances: {
        title: 'The chance of a 1 in each place',
        inputs: { x: { dtype: 'float32', shape: network.shape } },
        outputs: (scope, { x }) => ({ chance: network.encode(scope, x!).sigmoid() }),
      },
    },
    figures: ({ ones }) => ({
      'validation/bits_used': ones!.filter((share) => Math.min(share, 1 - share) >= deadBelow).length,
      'validation/bit_entropy': ones!.reduce((sum, share) => sum + entropyBits(share), 0),
    }),
    warnings: (figures) => {
      const used = figures['validation/bits_used'] ?? d;
      return used < d / 2
        ? [`Only ${used} of ${d} bits ever change. Train for longer, lower the learning rate, or take fewer bits.`]
        : [];
    },
    // No gradient passes a bit: a model that is taught with labels gets the logits.
    encoder: (scope, x) => network.encode(scope, x),
    preview: async (context) => [
      ...(await reconstructions(network, context)),
      ...(await samplesOf(network, sample, context)),
    ],
  });
}

/** Of a coin that shows 1 with chance p, in bits. */
const entropyBits = (p: number): number =>
  [p, 1 - p].reduce((sum, chance) => sum - (chance > 0 ? chance * Math.log2(chance) : 0), 0);
