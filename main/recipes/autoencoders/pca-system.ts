/** Principal components as a system like the others: found in closed form from training items, not trained. */
import { PretextError } from '#app/contract';
import type { Config } from '#app/records/recipe';
import type { Objective } from '#main/engine/compile';
import { normal, ones, zeros } from '#main/engine/init';
import type { Scope } from '#main/engine/scope';
import type { Tensor } from '#main/engine/tensor';
import { leadingComponents, pca, type Tick } from '#main/evaluation';
import { type Mark, unmarked } from '../blueprint';
import type { DataSpec } from '../data-spec';
import type { System, Values } from '../recipe';
import { type Fed, type LatentConfig, LatentNetwork } from './latent-network';
import { latentSystem } from './latent-system';
import type { PcaConfig } from './pca-settings';

/** Settings of networks and training that components have none of; at rate 0 the only step moves nothing. */
const still: Omit<LatentConfig, keyof PcaConfig> = {
  ...{ architecture: 'dense', hiddenLayers: 0, width: 1, channels: 2, loss: 'squared-error' },
  ...{ optimizer: 'sgd', momentum: 0, learningRate: 0, schedule: 'constant', floor: 0, warmup: 0 },
  ...{ weightDecay: 0, validations: 1 },
};

/** Letters: N items, D numbers of each, k components. */
class PcaNetwork extends LatentNetwork<LatentConfig> {
  #mean(scope: Scope): Tensor {
    return scope.at('pca').parameter('mean', [this.size], zeros);
  }

  /** Before they are found: any directions, about as long, which is what an untrained model is. [k, D] */
  #components(scope: Scope): Tensor {
    return scope
      .at('pca')
      .parameter('components', [this.config.bottleneck, this.size], normal(1 / Math.sqrt(this.size)));
  }

  #centred(scope: Scope, x: Tensor): Tensor {
    return x.reshape([-1, this.size]).sub(this.#mean(scope)); // [N, D]
  }

  /** x: [N, …] → coordinates along the components [N, k] */
  override encode(scope: Scope, x: Tensor, mark: Mark = unmarked): Tensor {
    const centred = this.#centred(scope, x);
    mark('pca', 'mean', centred);
    const code = centred.matmul(this.#components(scope), { transB: true });
    mark('pca', 'components', code);
    return code;
  }

  /** code: [N, k] → [N, …] */
  override draw(scope: Scope, code: Tensor): Tensor {
    const y = code.matmul(this.#components(scope)).add(this.#mean(scope)); // [N, D]
    return y.reshape([-1, ...this.shape]);
  }

  /** Variance along each component: how far apart samples are drawn. [k] */
  variances(scope: Scope): Tensor {
    return scope.at('pca').state('variances', [this.config.bottleneck], ones);
  }

  objective(scope: Scope, { x }: Fed): Objective {
    this.variances(scope); // kept with the model
    const reconstruction = this.error(this.draw(scope, this.encode(scope, x!)), x!);
    return { loss: reconstruction, terms: { reconstruction } };
  }

  override measure(scope: Scope, { x }: Fed): Record<string, Tensor> {
    const spread = this.#centred(scope, x!).square().mean(1); // [N]
    return { y: this.reconstruct(scope, x!), spread };
  }
}

export function pcaSystem(config: PcaConfig, data: DataSpec): System {
  const network = new PcaNetwork('pca', { ...still, ...config }, data);
  const { bottleneck: k } = config;
  const fitted = Math.min(config.items, data.trainCount);
  if (k > Math.min(network.size, fitted))
    throw new PretextError(
      `pca: ${k} components need as many numbers in an item and as many training items, got ${network.size} numbers and ${fitted} items`,
      { kind: 'usage', advice: `Set bottleneck to ${Math.min(network.size, fitted)} or less.` },
    );
  const system = latentSystem(network, {
    heads: {
      sample: {
        title: 'Codes from a normal distribution as wide along each component as the items are',
        inputs: { z: { dtype: 'float32', shape: [k] } },
        outputs(scope, { z }) {
          const code = z!.mul(network.variances(scope).sqrt());
          return { y: network.decode(scope, code), code };
        },
        draw: (count, random) => ({ z: random.normal(count * k) }),
      },
    },
    initialise: ({ values, batch }) => fit(network, values, batch, fitted),
    figures: ({ spread }, mse) => ({ 'validation/explained_variance': 1 - mse / spread![0]! }),
  });
  return { ...system, config: config as Config };
}

/** Numbers of an item whose covariance is decomposed whole, some seconds; of longer ones only what leads is sought. */
const mostAtOnce = 1024;
/** Messages come in between two rounds only. */
const breathe: Tick = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Mean, components and variances of at most `count` training items. */
async function fit(
  { size, config }: PcaNetwork,
  values: Values,
  batch: (count: number) => Promise<Float32Array>,
  count: number,
): Promise<Values> {
  const data = await batch(count);
  const x = { rows: data.length / size, columns: size, data };
  const { mean, components, variances } =
    size <= mostAtOnce ? pca(x, config.bottleneck) : await leadingComponents(x, config.bottleneck, { tick: breathe });
  const found = { mean, components, variances: variances.subarray(0, config.bottleneck) };
  return new Map(
    Object.entries(found).flatMap(([part, numbers]) => {
      const name = `pca.${part}`;
      const known = values.get(name);
      return known ? [[name, { ...known, data: Float32Array.from(numbers) }] as const] : [];
    }),
  );
}
