// What is measured, family by family. Each bar comes from an acceptance test of the recipe's card, or says why.
//
// A family: { title, recipe, bars } and, where they differ from the usual,
//   text         a sentence or two above the tables
//   remark       measured → a sentence on how it came out, above the tables
//   data         a name of data.mjs ('digits')
//   preset, set  of every run ('tiny', {})
//   seeds        [1, 2, 3]
//   twins        ids of the recipe's twins that are trained, or 'none' (all)
//   variants     further ones: { id, title, set?, twin?, recipe?, preset?, data?, mustClear?, bars? }; without mustClear
//                a variant is measured and not judged; twin: the id of a twin whose settings it has
//   also         figures shown beside those of the bars
//   parent       { recipe, preset?, set? }: each run starts from such a run of the same seed
//   evaluations  of the faithful runs, shown in full
//   own          { name: (run) => figures }: figures of the family's own, named like those of an evaluation
//   evaluate     { split?, set? } of the evaluations
import { anomalyFamilies } from './anomaly.mjs';
import { atLeast, atMost } from './bars.mjs';
import { contrastFamilies } from './contrast.mjs';
import { deepFamilies } from './deep.mjs';
import { latentFamilies } from './latent.mjs';

export const families = {
  'vq-vae': {
    title: 'VQ-VAE',
    recipe: 'vq-vae',
    bars: [
      atMost('validation/mse', 0.015),
      atLeast('validation/codebook_used_share', 0.9),
      atLeast('validation/codebook_perplexity_share', 0.25),
    ],
    also: ['validation/codebook_perplexity'],
    evaluations: ['codebook', 'linear-probe', 'knn'],
  },
  autoencoder: {
    title: 'Auto-encoder',
    recipe: 'autoencoder',
    bars: [atMost('validation/mse', 0.023, { why: 'twin + ⅔ · (faithful − twin), the twin being PCA' })],
    evaluations: ['linear-probe', 'knn'],
  },
  ...latentFamilies,
  ...deepFamilies,
  ...contrastFamilies,
  ...anomalyFamilies,
};

/** Recipes whose frozen features are probed on MNIST and Fashion-MNIST, all in one table (probes.mjs). */
export const probed = [
  'pca',
  'autoencoder',
  'denoising-autoencoder',
  'rbm-autoencoder',
  'vae',
  'binary-autoencoder',
  'onehot-autoencoder',
  'vq-vae',
  'simclr',
  'byol',
].map((recipe) => ({ recipe }));

/** Names for several families at once. */
export const groups = {
  detection: [...Object.keys(anomalyFamilies), 'detection-overview'],
  contrastive: Object.keys(contrastFamilies),
  autoencoders: [
    ...['autoencoder', ...Object.keys(latentFamilies), 'vq-vae', ...Object.keys(deepFamilies)],
    ...[...Object.keys(contrastFamilies), ...Object.keys(anomalyFamilies), 'detection-overview', 'probes'],
  ],
};
