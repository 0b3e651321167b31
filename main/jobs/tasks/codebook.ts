/** The codebook explorer's questions: what each code draws, how often and where it fires, and what a map decodes to. */
import { PretextError } from '#app/contract';
import { countCodes, usageOf } from '#main/evaluation';
import { picturesOf, squaredDistance } from '#main/recipes/pictures';
import { type CodeShape, coarseOf, codeShapeOf, encodedSplit } from '../codebook/encoded';
import { firingOf } from '../codebook/firing';
import { chainFrom, distances, nearestOf, planeOf } from '../codebook/geometry';
import { patchesOf } from '../codebook/patches';
import { expectImages } from '../items';
import type { Model } from '../model';
import { withModel } from '../models';
import type { Task, TaskContext } from '../task';

const neighbourCount = 8; // one row beside a code in the explorer

export const openCodebook: Task<'codebook.open'> = ({ folders, model: ref, split }, context) =>
  withModel(folders, ref, context, async (model) => {
    const shape = codeShapeOf(model);
    const { size, length, height, width } = shape;
    const { items, codes } = await encodedSplit(model, split, folders, context);
    const counts = new Float64Array(size);
    countCodes(counts, codes);
    const { used, perplexity, entropyBits, blank } = usageOf(counts);
    const vectors = await vectorsOf(model, shape, context);
    context.check();
    const table = distances(vectors, size);
    const plane = planeOf(vectors, size);
    context.check();
    // The walk starts at one end of the codes' longest direction, so that its ends lie far apart.
    const end = plane.reduce((least, value, i) => (i % 2 === 0 && value < plane[least * 2]! ? i / 2 : least), 0);
    return {
      ...{ step: model.manifest.step, size, length, map: { height, width }, split, items },
      ...{ counts: Uint32Array.from(counts), used, perplexity, entropyBits, blank },
      patches: await patchesOf(model, shape, { codes, indices: model.items.indices(split) }, context),
      similarityOrder: chainFrom(end, table, size),
      neighbours: nearestOf(table, size, neighbourCount),
      plane,
    };
  });

/** float32 [K, D] */
async function vectorsOf({ forwards }: Model, { size }: CodeShape, { check }: TaskContext): Promise<Float32Array> {
  const code = Int32Array.from({ length: size }, (_, k) => k);
  return (await forwards.using(check)('vectors', { code }, size))['vector'] as Float32Array;
}

export const whereCode: Task<'codebook.where'> = (ask, context) =>
  withModel(ask.folders, ask.model, context, async (model) => {
    const shape = codeShapeOf(model);
    const { split, code, position, offset, limit } = ask;
    expectBelow('code', code, shape.size);
    if (position !== undefined) expectBelow('position', position, shape.places);
    const { codes } = await encodedSplit(model, split, ask.folders, context);
    const { items: data } = model;
    const indices = data.indices(split);
    const labels = Int32Array.from(indices, (index) => data.labels[index]!);
    const { chosen, ...firing } = firingOf({
      codes,
      places: shape.places,
      code,
      position,
      labels,
      classes: data.dataset.classes.length,
    });
    const page = chosen.slice(offset, offset + limit).map(({ at, cells }) => {
      return { index: indices[at]!, label: labels[at]!, split, cells };
    });
    return { code, ...firing, page, pictures: await data.pictures(page.map(({ index }) => index)) };
  });

export const mapCodes: Task<'codebook.map'> = ({ folders, model: ref, item }, context) =>
  withModel(folders, ref, context, async (model) => {
    codeShapeOf(model);
    const forward = model.forwards.using(context.check);
    const x = await model.items.read([item]);
    const codes = (await forward('codes', { x }, 1))['codes'] as Int32Array;
    const y = (await forward('decode', { codes, ...(await coarseOf(model, [item], context)) }, 1))['y'] as Float32Array;
    return {
      codes,
      original: await model.items.pictures([item]),
      decoded: picturesOf(y, expectImages('codebook', model.items.dataset).image),
      mse: squaredDistance(x, y) / x.length,
    };
  });

export const decodeCodes: Task<'codebook.decode'> = ({ folders, model: ref, codes, item }, context) =>
  withModel(folders, ref, context, async (model) => {
    const start = performance.now();
    const { size, places } = codeShapeOf(model);
    const count = codes.length / places;
    if (!Number.isInteger(count) || count < 1)
      throw new PretextError(`codebook.decode: a map must have ${places} codes, got ${codes.length}`, {
        kind: 'usage',
      });
    for (const code of codes) expectBelow('code', code, size);
    const own = item ?? model.items.indices('train')[0]!;
    const coarse = await coarseOf(
      model,
      Array.from({ length: count }, () => own),
      context,
    );
    const y = (await model.forwards.using(context.check)('decode', { codes, ...coarse }, count))['y'] as Float32Array;
    return {
      picture: picturesOf(y, expectImages('codebook', model.items.dataset).image),
      milliseconds: performance.now() - start,
    };
  });

function expectBelow(what: string, value: number, size: number): void {
  if (Number.isInteger(value) && value >= 0 && value < size) return;
  throw new PretextError(`codebook: ${what} must lie in [0, ${size - 1}], got ${value}`, { kind: 'usage' });
}
