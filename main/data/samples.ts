/** The data sets that come with the program, made by `scripts/samples.mjs` at build time. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PretextError } from '#app/contract';
import type { Sample } from '#app/records/dataset';

export const samples: readonly Sample[] = [
  {
    id: 'sample:digits',
    name: 'digits',
    title: 'Handwritten digits',
    summary: '10,000 real handwritten digits, 28 × 28 grey, ten classes: small enough to train on in minutes.',
    count: 10_000,
    modality: 'image',
    recipe: 'vq-vae',
    licence: 'Part of MNIST (LeCun, Cortes, Burges; CC BY-SA 3.0), from the package mnist by Juan Cazala (MIT).',
  },
  {
    id: 'sample:three-by-three',
    name: 'three-by-three',
    title: 'Nine pixels, two ways to differ',
    summary: '576 pictures of 3 × 3 pixels: where a soft dot is across and down. Nine numbers, but two say it all.',
    count: 576,
    modality: 'image',
    recipe: 'autoencoder',
    licence: 'Made by this program.',
  },
  {
    id: 'sample:sprites',
    name: 'sprites',
    title: 'Sprites',
    summary: '294 pictures of 16 × 16 pixels: every combination of 2 shapes, 3 sizes, 7 places across and 7 down.',
    count: 294,
    modality: 'image',
    recipe: 'beta-vae',
    licence: 'Made by this program.',
  },
  {
    id: 'sample:cards',
    name: 'cards',
    title: 'Card payments',
    summary: '4,000 made-up payments by card, 3 in 100 of them fraud in one of four ways: none of it ever happened.',
    count: 4000,
    modality: 'table',
    recipe: 'anomaly-autoencoder',
    licence: 'Made by this program.',
  },
];

/** The files of each sample, by its id. */
const files: Record<string, readonly string[]> = {
  'sample:digits': ['digits-images.idx3-ubyte.gz', 'digits-labels.idx1-ubyte.gz'],
  'sample:three-by-three': ['three-by-three.npz'],
  'sample:sprites': ['sprites.npz'],
  'sample:cards': ['cards.csv'],
};

/** Where the samples lie: as told by the host, else beside the built program, else where the build puts them. */
export function samplesFolder(told: string | undefined = process.env['PRETEXT_SAMPLES']): string {
  if (told) return told;
  const here = import.meta.dirname;
  const places = ['../samples', '../../samples', '../../out/samples'].map((place) => resolve(here, place));
  return places.find((place) => existsSync(place)) ?? (places[0] as string);
}

export const isSample = (source: string): boolean => source.startsWith('sample:');

/** The sample and the paths of its files. Throws where there is no such sample, or its files are missing. */
export function openSample(source: string, folder?: string): { sample: Sample; paths: string[] } {
  const sample = samples.find(({ id }) => id === source);
  if (!sample)
    throw new PretextError(`There is no sample called ${source}.`, {
      kind: 'usage',
      advice: `The samples are: ${samples.map(({ id }) => id).join(', ')}.`,
    });
  const paths = (files[source] ?? []).map((name) => join(samplesFolder(folder), name));
  const missing = paths.find((path) => !existsSync(path));
  if (missing)
    throw new PretextError(`The sample ${source} is not installed: ${missing} is missing.`, {
      advice: 'Install the program again, or in a source tree run `npm run build`.',
    });
  return { sample, paths };
}
