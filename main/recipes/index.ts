/** Every self-supervised system the program knows. */
import { PretextError } from '#app/contract';
import { autoencoder } from './autoencoders/autoencoder';
import { vqVae } from './autoencoders/vq-vae';
import { onnxModel } from './imported/onnx-model';
import type { Recipe } from './recipe';
import { nearest } from './spelling';

/** In the order of the recipe chooser. */
export const recipes: readonly Recipe[] = [autoencoder, vqVae, onnxModel];

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
