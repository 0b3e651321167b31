/** The questions of the explorer of latent dimensions: what the space is like, items as codes, codes as pictures. */
import { PretextError } from '#app/contract';
import { picturesOf } from '#main/recipes/pictures';
import { expectImages } from '../items';
import {
  changesOf,
  classesOf,
  codeSpaceOf,
  codesOf,
  decode,
  type EncodedSplit,
  encodeSplit,
  factorsOf,
  spreadOf,
} from '../latent/space';
import type { Model } from '../model';
import { withModel } from '../models';
import type { Task, TaskContext } from '../task';

export const openLatent: Task<'latent.open'> = ({ folders, model: ref, split }, context) =>
  withModel(folders, ref, context, async (model) => {
    const { kind, size } = codeSpaceOf(model);
    if (model.items.count(split) === 0)
      throw new PretextError(`${model.items.dataset.name}: the ${split} split must hold items, got none`, {
        kind: 'usage',
        advice: 'Choose another split.',
      });
    const encoded = await encodeSplit(model, split, context);
    const spread = spreadOf(encoded.codes, size);
    const factors = await factorsOf(model, encoded, split, context);
    context.check();
    return {
      ...{ step: model.manifest.step, kind, size, split, items: encoded.items, error: encoded.error },
      ...{ hasPrior: model.system.heads['posterior'] !== undefined, ...spread },
      ...(encoded.kl && { kl: encoded.kl }),
      change: await changesOf(model, spread, context),
      ...(factors && { factors }),
      ...(kind === 'classes' && { prototypes: await prototypesOf(model, encoded, context) }),
    };
  });

async function prototypesOf(model: Model, encoded: EncodedSplit, { check }: TaskContext) {
  const { size } = codeSpaceOf(model);
  const each = new Float32Array(size * size);
  for (let k = 0; k < size; k++) each[k * size + k] = 1;
  const { image, classes } = expectImages('latent dimensions', model.items.dataset);
  const pictures = picturesOf(await decode(model, each, check), image);
  return { pictures, ...classesOf(encoded, size, classes.length) };
}

export const encodeItems: Task<'latent.encode'> = ({ folders, model: ref, items }, context) =>
  withModel(folders, ref, context, async (model) => {
    const x = await model.items.read(items);
    const codes = await codesOf(model, x, items.length, context.check);
    const { image } = expectImages('latent dimensions', model.items.dataset);
    return {
      codes,
      originals: await model.items.pictures(items),
      decoded: picturesOf(await decode(model, codes, context.check), image),
    };
  });

export const decodeLatent: Task<'latent.decode'> = ({ folders, model: ref, codes }, context) =>
  withModel(folders, ref, context, async (model) => {
    const start = performance.now();
    const { size } = codeSpaceOf(model);
    if (codes.length === 0 || codes.length % size !== 0)
      throw new PretextError(`latent.decode: a code must have ${size} numbers, got ${codes.length} in all`, {
        kind: 'usage',
      });
    if (!codes.every(Number.isFinite))
      throw new PretextError('latent.decode: the numbers of a code must be finite, got one that is not', {
        kind: 'usage',
      });
    const { image } = expectImages('latent dimensions', model.items.dataset);
    const pictures = picturesOf(await decode(model, codes, context.check), image);
    return { pictures, milliseconds: performance.now() - start };
  });
