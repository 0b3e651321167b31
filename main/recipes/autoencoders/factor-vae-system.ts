/**
 * FactorVAE (Kim & Mnih 2018, arXiv:1802.05983): a VAE whose dimensions are pushed apart by a discriminator that tells
 * its codes from codes in which every dimension was dealt out anew among the items of the batch.
 */

import type { Device } from '#app/records/run';
import { compileAlternating, type Objective, type TrainProgram } from '#main/engine/compile';
import { adam } from '#main/engine/optimizers/adam';
import type { Stream } from '#main/engine/random';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import { linear } from '#main/nn';
import { type Mark, unmarked } from '../blueprint';
import type { DataSpec } from '../data-spec';
import { optimizerOf } from '../optimizers';
import type { System, TrainTweaks } from '../recipe';
import type { Fed } from './latent-network';
import { inputsOf, type LatentOptions, latentSystem } from './latent-system';
import { VaeNetwork } from './vae-network';
import type { FactorVaeConfig } from './vae-settings';
import { vaeOptions } from './vae-system';

class FactorVaeNetwork extends VaeNetwork<FactorVaeConfig> {
  /** The logit of the chance that z is a code of an item and not a mixture of several. z: [N, d] → [N, 1] */
  critic(scope: Scope, z: Tensor, mark: Mark = unmarked): Tensor {
    let h = z;
    for (let i = 1; i <= this.config.criticLayers; i++) {
      h = linear(scope.at('critic').at(`hidden${i}`), h, this.config.criticWidth).leakyRelu(0.2); // [N, width]
      mark('critic', `hidden${i}`, h);
    }
    const logit = linear(scope.at('critic').at('logit'), h, 1, { gain: 'linear' }); // [N, 1]
    mark('critic', 'logit', logit);
    return logit;
  }

  override outline(scope: Scope, x: Tensor, mark: Mark): Tensor[] {
    const h = this.encode(scope, x, mark);
    return [this.decode(scope, this.code(h), mark), this.critic(scope, this.code(h), mark)];
  }

  /** The bound, less γ times the total correlation as the discriminator sees it: the mean of its logits. */
  override objective(scope: Scope, { x, beta }: Fed): Objective {
    const q = this.posterior(this.encode(scope, x!));
    const z = this.drawn(scope, q);
    const { loss, terms } = this.bound(scope, q, z, x!, beta!);
    const correlation = this.critic(scope, z).mean();
    return {
      loss: loss.add(correlation.scale(this.config.gamma)),
      terms: { ...terms, total_correlation: correlation },
    };
  }

  /** Cross-entropy of telling codes from dealt ones. permutation: int [N, d], whose z each number is taken from */
  criticObjective(scope: Scope, { x, permutation }: Fed): Objective {
    const z = this.drawn(scope, this.posterior(this.encode(scope, x!))).stopGradient();
    const real = this.critic(scope, z).neg().softplus().mean();
    const dealt = this.critic(scope, z.takeAlong(permutation!, 0)).softplus().mean();
    const discriminator = real.add(dealt).scale(0.5);
    return { loss: discriminator, terms: { discriminator } };
  }
}

export function factorVaeSystem(config: FactorVaeConfig, data: DataSpec): System {
  const network = new FactorVaeNetwork('factor-vae', config, data);
  const common = vaeOptions(network);
  const options: LatentOptions = {
    ...common,
    feeds: (items, random, step) => ({
      ...common.feeds?.(items, random, step),
      permutation: dealt(items, config.bottleneck, random),
    }),
    program: (device, tweaks) => programOf(network, common, device, tweaks),
    // The discriminator learns first, so that the loss told of a step is that of the VAE.
    phases: () => ['critic', 'vae'],
    // Codes are mixed within a batch: fewer items are another task.
    divisible: false,
  };
  return latentSystem(network, options);
}

function programOf(
  network: FactorVaeNetwork,
  options: LatentOptions,
  device: Device,
  { microBatches = 1, ...tweaks }: TrainTweaks,
): TrainProgram {
  const { config } = network;
  const { x, ...others } = inputsOf(network, options, microBatches);
  const items = config.batchSize / microBatches;
  const isCritic = (name: string) => name.startsWith('critic.');
  const shared = { microBatches, ...tweaks };
  return compileAlternating({
    device,
    phases: {
      critic: {
        inputs: { x: x!, permutation: { dtype: 'int32', shape: [items, config.bottleneck] } },
        objective: (scope, fed) => network.criticObjective(scope, fed),
        optimizer: adam({ beta1: 0.5, beta2: 0.9 }),
        trains: isCritic,
        rate: () => config.criticRate / config.learningRate,
        ...shared,
      },
      vae: {
        inputs: { x: x!, ...others },
        objective: (scope, fed) => network.objective(scope, fed),
        optimizer: optimizerOf(config),
        trains: (name) => !isCritic(name),
        ...shared,
      },
    },
  });
}

/** Items in a new order for each dimension: [items, d]. */
function dealt(items: number, d: number, random: Stream): Int32Array {
  const rows = new Int32Array(items * d);
  for (let j = 0; j < d; j++) {
    const order = random.split('dimension').split(j).permutation(items);
    for (let i = 0; i < items; i++) rows[i * d + j] = order[i]!;
  }
  return rows;
}
