/** Every self-supervised system the program knows. */
import { PretextError } from '#app/contract';
import { anomalyAutoencoder } from './anomaly/anomaly-autoencoder';
import { autoencoder } from './autoencoders/autoencoder';
import { betaVae } from './autoencoders/beta-vae';
import { binaryAutoencoder } from './autoencoders/binary-autoencoder';
import { denoisingAutoencoder } from './autoencoders/denoising-autoencoder';
import { factorVae } from './autoencoders/factor-vae';
import { onehotAutoencoder } from './autoencoders/onehot-autoencoder';
import { principalComponents } from './autoencoders/pca';
import { vae } from './autoencoders/vae';
import { vqVae } from './autoencoders/vq-vae';
import { byol } from './contrastive/byol';
import { simclr } from './contrastive/simclr';
import { gan } from './generative/gan';
import { vqPrior } from './generative/vq-prior';
import { vqVae2 } from './generative/vq-vae-2';
import { onnxModel } from './imported/onnx-model';
import { rbmAutoencoder } from './rbm/rbm-autoencoder';
import type { Recipe } from './recipe';
import { nearest } from './spelling';

/** In the order of the recipe chooser. */
export const recipes: readonly Recipe[] = [
  autoencoder,
  principalComponents,
  rbmAutoencoder,
  denoisingAutoencoder,
  vae,
  betaVae,
  factorVae,
  binaryAutoencoder,
  onehotAutoencoder,
  vqVae,
  vqVae2,
  vqPrior,
  gan,
  simclr,
  byol,
  anomalyAutoencoder,
  onnxModel,
];

/** Throws a usage error with the nearest valid spelling. */
export function recipeOf(id: string): Recipe {
  const recipe = recipes.find(({ description }) => description.id === id);
  if (recipe) return recipe;
  const ids = recipes.map(({ description }) => description.id);
  const near = nearest(id, ids);
  throw new PretextError(`recipe must be one of ${ids.join(', ')}, got ${id}`, {
    kind: 'usage',
    advice: near ? `Did you mean ${near}?` : 'See all of them with: pretext recipes',
  });
}
