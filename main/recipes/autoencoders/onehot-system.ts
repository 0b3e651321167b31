/** The auto-encoder whose code is one of k: classes that nobody named, and the picture that each stands for. */
import type { Objective } from '#main/engine/compile';
import { gumbelSoftmax } from '#main/engine/functions/estimators';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import { usageOf } from '#main/evaluation';
import { linear } from '#main/nn';
import { type Mark, unmarked } from '../blueprint';
import type { DataSpec } from '../data-spec';
import type { HeadOptions } from '../head';
import { picturesOf } from '../pictures';
import type { Feeds, System } from '../recipe';
import { type Fed, LatentNetwork } from './latent-network';
import { latentSystem, reconstructions } from './latent-system';
import type { OnehotConfig } from './onehot-settings';

/** Below this share of its classes a run has not found classes. */
const collapsedUsedShare = 0.5;

/**
 * Numbers of the items on which β was measured, 8 × 8 pixels. The error grows with their count: without this a β that is
 * right there leaves three classes of ten on 28 × 28 pixels.
 */
const measuredSize = 64;

/** The encoder gives logits of the classes. Letters: N items, k classes. */
class OnehotNetwork extends LatentNetwork<OnehotConfig> {
  override get codeBits(): number {
    return Math.log2(this.config.bottleneck);
  }

  /** β for every 64 numbers of an item. */
  get balanceWeight(): number {
    return (this.config.balance * this.size) / measuredSize;
  }

  /** The likeliest class as 0 and 1. logits: [N, k] → [N, k] */
  override code(logits: Tensor): Tensor {
    return logits.argMax(1).oneHot(this.config.bottleneck);
  }

  /** One linear map, so that each class has a picture of its own. code: [N, k] → [N, …] */
  override draw(scope: Scope, code: Tensor, mark: Mark = unmarked): Tensor {
    const flat = linear(scope.at('decoder').at('prototypes'), code, this.size, { gain: 'linear' }); // [N, size]
    const drawn = flat.reshape([flat.shape[0]!, ...this.shape]);
    mark('decoder', 'prototypes', drawn);
    return drawn;
  }

  /**
   * −log p(x|class), summed over the numbers of an item, and β · KL(q̄ ‖ uniform) for every 64 of them: the shares q̄ of
   * the classes in the batch must be even. x: [N, …]; temperature: scalar
   */
  objective(scope: Scope, { x, temperature }: Fed): Objective {
    const { bottleneck: k } = this.config;
    const logits = this.encode(scope, x!);
    const code = gumbelSoftmax(scope, 'code', logits, { temperature: temperature!, hard: true });
    const reconstruction = this.error(this.draw(scope, code), x!).scale(this.size);
    const shares = logits.softmax(1).mean(0); // [k]
    const balance = shares.mul(shares.plus(1e-10).log()).sum().plus(Math.log(k));
    return {
      loss: reconstruction.add(balance.scale(this.balanceWeight)),
      terms: { reconstruction, balance },
    };
  }

  override measure(scope: Scope, { x }: Fed): Record<string, Tensor> {
    const logits = this.encode(scope, x!);
    const drawn = this.draw(scope, this.code(logits));
    const nats = this.errorOfEach(drawn, x!).scale(this.size);
    return { y: this.read(drawn), nats, chosen: this.code(logits), shares: logits.softmax(1) };
  }
}

/** τ of a step: from its start to its end by the same factor at every step. */
const temperatureAt = ({ temperatureStart: start, temperatureEnd: end, steps }: OnehotConfig, step: number): number =>
  start * (end / start) ** Math.min(1, (step - 1) / Math.max(1, steps - 1));

export function onehotSystem(config: OnehotConfig, data: DataSpec): System {
  const network = new OnehotNetwork('onehot-autoencoder', config, data);
  const k = config.bottleneck;
  return latentSystem(network, {
    heads: headsFor(network),
    inputs: () => ({ temperature: { dtype: 'float32', shape: [] } }),
    feeds: (_, __, step) => ({ temperature: Float32Array.of(temperatureAt(config, step)) }),
    figures: ({ nats, chosen, shares }) => {
      const { used, usedShare, perplexity, perplexityShare } = usageOf(chosen!);
      const balance = shares!.reduce((sum, share) => sum + share * Math.log(share + 1e-10), Math.log(k));
      return {
        'validation/loss': nats![0]! + network.balanceWeight * balance,
        'validation/codes_used': used,
        'validation/codebook_used_share': usedShare,
        'validation/codebook_perplexity': perplexity,
        'validation/codebook_perplexity_share': perplexityShare,
      };
    },
    inside: { codes: { head: 'codes', output: 'codes', size: k } },
    encoder: (scope, x) => network.encode(scope, x),
    // The shares of the classes in a part of the batch are less even than those in the whole.
    divisible: false,
    warnings: (figures) =>
      (figures['validation/codebook_used_share'] ?? 1) < collapsedUsedShare
        ? [`Only ${figures['validation/codes_used']} of ${k} classes are in use. Give balance more weight.`]
        : [],
    preview: async (context) => {
      if (data.modality !== 'image') return [];
      const classes: Feeds = { code: Int32Array.from({ length: k }, (_, i) => i) };
      const y = (await context.forward('prototypes', classes, k))['y'] as Float32Array;
      return [...(await reconstructions(network, context)), { name: 'sample', pictures: picturesOf(y, data) }];
    },
  });
}

function headsFor(network: OnehotNetwork): Record<string, HeadOptions> {
  const k = network.config.bottleneck;
  const x = { dtype: 'float32', shape: network.shape } as const;
  const drawn = (scope: Scope, code: Tensor) => network.decode(scope, code.oneHot(k));
  return {
    embed: {
      title: 'The chance of each class',
      inputs: { x },
      outputs: (scope, fed) => ({ embedding: network.encode(scope, fed['x']!).softmax(1) }),
    },
    codes: {
      title: 'The class of an item',
      inputs: { x },
      outputs: (scope, fed) => ({ codes: network.encode(scope, fed['x']!).argMax(1) }),
    },
    prototypes: {
      title: 'What a class stands for',
      inputs: { code: { dtype: 'int32', shape: [] } },
      outputs: (scope, { code }) => ({ y: drawn(scope, code!) }),
    },
    sample: {
      title: 'Classes drawn with even chance, decoded',
      inputs: { chosen: { dtype: 'int32', shape: [] } },
      outputs: (scope, { chosen }) => ({ y: drawn(scope, chosen!), code: chosen!.oneHot(k) }),
      draw: (count, random) => ({ chosen: Int32Array.from(random.integers(count, k)) }),
    },
  };
}
