/** Draws samples of a model: what a draw is fed, hotter or colder, and cut off where it is told to be. */
import { PretextError } from '#app/contract';
import type { Draw } from '#app/records/generator';
import { stream } from '#main/engine';
import type { Feeds, Head } from '#main/recipes/recipe';
import { expectImages } from '../items';
import type { Model } from '../model';

/** Draws of one number before it is laid on the edge; at ±0.1 deviations one in 10³ of them comes to this. */
const tries = 100;

/** @throws PretextError where the model makes no samples that can be shown */
export function samplerOf({ system, run, items }: Model): Head & Required<Pick<Head, 'draw'>> {
  expectImages('generator', items.dataset);
  const { sample } = system.heads;
  if (sample?.draw) return sample as Head & Required<Pick<Head, 'draw'>>;
  throw new PretextError(`run ${run.id}: a model must make samples, ${run.recipe} makes none`, {
    kind: 'usage',
    advice: 'Open a run of a recipe with a head “sample”, such as vae or gan.',
  });
}

/** How many normal numbers a sample is made of; 0 where it is drawn in another way. */
export function normalsOf(sampler: Pick<Head, 'inputs'>): number {
  const names = Object.keys(sampler.inputs);
  const [size, ...more] = sampler.inputs['z']?.shape ?? [];
  return names.length === 1 && size && more.length === 0 ? size : 0;
}

/** The feeds of samples: a function of the words of the draw alone. */
export function feedsOf(sampler: ReturnType<typeof samplerOf>, ask: Draw): Feeds {
  const { seed, count, temperature = 1, truncation } = ask;
  const random = stream(seed).split('samples');
  const feeds = sampler.draw(count, random);
  if (normalsOf(sampler) === 0) return feeds;
  const z = Float32Array.from(feeds['z']!);
  if (truncation !== undefined) truncate(z, truncation, seed);
  return { z: z.map((value) => value * temperature) };
}

/** Numbers beyond ±limit are drawn again (Brock et al. 2019, arXiv:1809.11096, section 3.1). */
function truncate(z: Float32Array, limit: number, seed: number): void {
  const again = stream(seed).split('again');
  let beyond = Array.from(z).flatMap((value, i) => (Math.abs(value) > limit ? [i] : []));
  for (let round = 0; round < tries && beyond.length > 0; round++) {
    const drawn = again.split(round).normal(beyond.length);
    beyond.forEach((at, i) => {
      z[at] = drawn[i]!;
    });
    beyond = beyond.filter((at) => Math.abs(z[at]!) > limit);
  }
  for (const at of beyond) z[at] = Math.sign(z[at]!) * limit;
}
