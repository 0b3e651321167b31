/** VAE and β-VAE built for one configuration and one kind of data. */
import type { DataSpec } from '../data-spec';
import type { System } from '../recipe';
import { gaussianSamples, type LatentOptions, latentSystem, reconstructions, samplesOf } from './latent-system';
import { VaeNetwork } from './vae-network';
import type { VaeConfig } from './vae-settings';

/** A dimension says something where its KL is above this, nats: Burda et al.'s and the disentanglement papers' habit. */
export const activeAbove = 0.05;

export function vaeSystem(who: string, config: VaeConfig, data: DataSpec): System {
  const network = new VaeNetwork(who, config, data);
  return latentSystem(network, vaeOptions(network));
}

/** What the VAEs have beside what all systems with a middle have. */
export function vaeOptions(network: VaeNetwork): LatentOptions {
  const { shape, config } = network;
  const d = config.bottleneck;
  const x = { dtype: 'float32', shape } as const;
  const epsilon = { dtype: 'float32', shape: [d] } as const;
  const sample = gaussianSamples(network, 'What comes of z from the prior N(0, I)');
  return {
    heads: {
      sample,
      posterior: {
        title: 'Mean, log σ² and KL of each dimension: what is known of z',
        inputs: { x },
        outputs(scope, fed) {
          const q = network.posterior(network.encode(scope, fed['x']!));
          return { mean: q.mean, logVariance: q.logVariance, kl: network.divergence(q) };
        },
      },
      logWeight: {
        title: 'log p(x|z) + log p(z) − log q(z|x) of one sample of z',
        inputs: { x, epsilon },
        outputs: (scope, fed) => ({ logWeight: network.logWeight(scope, fed) }),
      },
    },
    inputs: () => ({ beta: { dtype: 'float32', shape: [] } }),
    feeds: (_, __, step) => ({ beta: Float32Array.of(config.beta * Math.min(1, step / Math.max(1, config.klWarmup))) }),
    measureInputs: { epsilon },
    measureFeeds: (items, random) => ({ epsilon: random.normal(items * d) }),
    figures: ({ reconstruction, atMean, divergence }) => ({
      ...figuresOf(config, reconstruction![0]!, divergence!),
      'validation/reconstruction_nats_at_mean': atMean![0]!,
    }),
    inside: { kl: { head: 'posterior', output: 'kl' } },
    // The largest of λ and a mean over the batch is another number for a part of it.
    divisible: config.freeBits === 0,
    warnings,
    preview: async (context) => [
      ...(await reconstructions(network, context)),
      ...(await samplesOf(network, sample, context)),
    ],
  };
}

function figuresOf({ beta }: VaeConfig, reconstruction: number, divergence: Float64Array): Record<string, number> {
  const kl = divergence.reduce((sum, value) => sum + value, 0);
  return {
    'validation/loss': reconstruction + beta * kl,
    'validation/reconstruction_nats': reconstruction,
    'validation/kl_nats': kl,
    'validation/elbo_nats': -reconstruction - kl,
    'validation/active_dimensions': divergence.filter((value) => value > activeAbove).length,
  };
}

function warnings(figures: Record<string, number>): string[] {
  return figures['validation/active_dimensions'] === 0
    ? [
        'Every dimension has fallen to the prior: the code says nothing. Lower β, warm it up for longer, or grant free bits; and sum over pixels.',
      ]
    : [];
}
