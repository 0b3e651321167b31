/** The questions of the generator's explorer: samples, pictures of given numbers, the nearest training items. */
import { PretextError } from '#app/contract';
import { picturesOf } from '#main/recipes/pictures';
import { feedsOf, normalsOf, samplerOf } from '../generator/draw';
import { median, nearestTraining, rowsOf } from '../generator/nearest';
import { expectImages } from '../items';
import { withModel } from '../models';
import type { Task } from '../task';

/** Validation items that tell how far an item usually is from its nearest training item. */
const usualItems = 64;

export const openGenerator: Task<'generator.open'> = ({ folders, model: ref }, context) =>
  withModel(folders, ref, context, async (model) => ({
    step: model.manifest.step,
    size: normalsOf(samplerOf(model)),
    hasFeatures: model.system.heads['embed'] !== undefined,
  }));

export const sample: Task<'generator.sample'> = ({ folders, model: ref, draw }, context) =>
  withModel(folders, ref, context, async (model) => {
    const start = performance.now();
    const sampler = samplerOf(model);
    const feeds = feedsOf(sampler, draw);
    const y = (await model.forwards.using(context.check)('sample', feeds, draw.count))['y'] as Float32Array;
    const { image } = expectImages('generator', model.items.dataset);
    return {
      step: model.manifest.step,
      pictures: picturesOf(y, image),
      ...(normalsOf(sampler) > 0 && { codes: feeds['z'] as Float32Array }),
      milliseconds: performance.now() - start,
    };
  });

export const generate: Task<'generator.decode'> = ({ folders, model: ref, codes }, context) =>
  withModel(folders, ref, context, async (model) => {
    const start = performance.now();
    const size = normalsOf(samplerOf(model));
    if (size === 0)
      throw new PretextError(`run ${model.run.id}: samples must be made of normal numbers, those of this run are not`, {
        kind: 'usage',
        advice: 'Draw whole samples instead.',
      });
    if (codes.length === 0 || codes.length % size !== 0 || !codes.every(Number.isFinite))
      throw new PretextError(
        `generator.decode: a sample must have ${size} finite numbers, got ${codes.length} in all`,
        { kind: 'usage' },
      );
    const forward = model.forwards.using(context.check);
    const y = (await forward('sample', { z: codes }, codes.length / size))['y'] as Float32Array;
    const { image } = expectImages('generator', model.items.dataset);
    return { pictures: picturesOf(y, image), milliseconds: performance.now() - start };
  });

export const nearestItems: Task<'generator.nearest'> = ({ folders, model: ref, draw, space }, context) =>
  withModel(folders, ref, context, async (model) => {
    const sampler = samplerOf(model);
    if (space === 'features' && !model.system.heads['embed'])
      throw new PretextError(`run ${model.run.id}: ${model.run.recipe} has no features to compare in`, {
        kind: 'usage',
        advice: 'Compare pixels.',
      });
    const forward = model.forwards.using(context.check);
    const y = (await forward('sample', feedsOf(sampler, draw), draw.count))['y'] as Float32Array;
    const validation = model.items.indices('validation').slice(0, usualItems);
    const others = await model.items.read(validation);
    const [n, extra] = [draw.count, validation.length];
    const drawn = await rowsOf(model, y, n, space, context.check);
    const real = extra > 0 ? await rowsOf(model, others, extra, space, context.check) : new Float32Array(0);
    const rows = new Float32Array(drawn.length + real.length);
    rows.set(drawn);
    rows.set(real, drawn.length);
    const { indices, distances, compared } = await nearestTraining(model, rows, n + extra, space, context);
    return {
      indices: [...indices.slice(0, n)],
      pictures: await model.items.pictures(indices.slice(0, n)),
      distances: distances.slice(0, n),
      compared,
      usual: extra > 0 ? median(distances.subarray(n)) : 0,
    };
  });
