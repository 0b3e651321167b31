/** The auto-encoder built for one configuration and one kind of data: what a job trains, validates and shows. */
import type { Objective } from '#main/engine/compile';
import type { Scope } from '#main/engine/scope';
import type { DataSpec } from '../data-spec';
import type { System } from '../recipe';
import type { AutoencoderConfig } from './autoencoder-settings';
import { type Fed, LatentNetwork } from './latent-network';
import { gaussianSamples, latentSystem } from './latent-system';

/** The code is what the encoder gives, as it is. */
class AutoencoderNetwork extends LatentNetwork<AutoencoderConfig> {
  objective(scope: Scope, { x }: Fed): Objective {
    const reconstruction = this.error(this.draw(scope, this.encode(scope, x!)), x!);
    return { loss: reconstruction, terms: { reconstruction } };
  }
}

export function autoencoderSystem(config: AutoencoderConfig, data: DataSpec): System {
  const network = new AutoencoderNetwork('autoencoder', config, data);
  const sample = gaussianSamples(
    network,
    'What comes of codes from N(0, 1), which nothing taught the decoder to expect',
  );
  return latentSystem(network, { heads: { sample } });
}
