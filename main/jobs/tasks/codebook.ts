/** The codebook explorer's questions: what each code draws, how often and where it fires, and what a map decodes to. */
import { PretextError } from '#app/contract';
import { countCodes, usageOf } from '#main/evaluation';
import { picturesOf, squaredDistance } from '#main/recipes/pictures';
import { type CodeShape, codeShapeOf, encodedSplit, levelsOf, otherLevelOf, vectorsOf } from '../codebook/encoded';
import { firingOf } from '../codebook/firing';
import { chainFrom, distances, nearestOf, planeOf } from '../codebook/geometry';
import { patchesOf } from '../codebook/patches';
import { expectImages } from '../items';
import type { Model } from '../model';
import { withModel } from '../models';
import type { Task, TaskContext } from '../task';

const neighbourCount = 8; // one row beside a code in the explorer

export const openCodebook: Task<'codebook.open'> = ({ folders, model: ref, level, split }, context) =>
  withModel(folders, ref, context, async (model) => {
    const shape = codeShapeOf(model, level);
    const { size, length, height, width } = shape;
    const { items, codes } = await encodedSplit(model, { split, shape }, folders, context);
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
    const levels = levelsOf(model).map((one) => ({ level: one.level, map: { height: one.height, width: one.width } }));
    return {
      ...{ level: shape.level, levels },
      ...{ step: model.manifest.step, size, length, map: { height, width }, split, items },
      ...{ counts: Uint32Array.from(counts), used, perplexity, entropyBits, blank },
      patches: await patchesOf(model, shape, { codes, indices: model.items.indices(split) }, context),
      similarityOrder: chainFrom(end, table, size),
      neighbours: nearestOf(table, size, neighbourCount),
      plane,
    };
  });

export const whereCode: Task<'codebook.where'> = (ask, context) =>
  withModel(ask.folders, ask.model, context, async (model) => {
    const shape = codeShapeOf(model, ask.level);
    const { split, code, position, offset, limit } = ask;
    expectBelow('code', code, shape.size);
    if (position !== undefined) expectBelow('position', position, shape.places);
    const { codes } = await encodedSplit(model, { split, shape }, ask.folders, context);
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

export const mapCodes: Task<'codebook.map'> = ({ folders, model: ref, level, item }, context) =>
  withModel(folders, ref, context, async (model) => {
    const shape = codeShapeOf(model, level);
    const forward = model.forwards.using(context.check);
    const x = await model.items.read([item]);
    const codes = (await forward('codes', { x }, 1))[shape.map] as Int32Array;
    const y = await decoded(model, shape, codes, [item], context);
    return {
      codes,
      original: await model.items.pictures([item]),
      decoded: picturesOf(y, expectImages('codebook', model.items.dataset).image),
      mse: squaredDistance(x, y) / x.length,
    };
  });

export const decodeCodes: Task<'codebook.decode'> = ({ folders, model: ref, level, codes, item }, context) =>
  withModel(folders, ref, context, async (model) => {
    const start = performance.now();
    const shape = codeShapeOf(model, level);
    const { size, places } = shape;
    const count = codes.length / places;
    if (!Number.isInteger(count) || count < 1)
      throw new PretextError(`codebook.decode: a map must have ${places} codes, got ${codes.length}`, {
        kind: 'usage',
      });
    for (const code of codes) expectBelow('code', code, size);
    const own = item ?? model.items.indices('train')[0]!;
    const items = Array.from({ length: count }, () => own);
    const y = await decoded(model, shape, codes, items, context);
    return {
      picture: picturesOf(y, expectImages('codebook', model.items.dataset).image),
      milliseconds: performance.now() - start,
    };
  });

/** Maps of one level as pictures; those of the other are the items' own. codes: int32 [n, places] → [n, C, H, W] */
async function decoded(model: Model, shape: CodeShape, codes: Int32Array, items: number[], context: TaskContext) {
  const feeds = { [shape.map]: codes, ...(await otherLevelOf(model, shape, items, context)) };
  return (await model.forwards.using(context.check)('decode', feeds, items.length))['y'] as Float32Array;
}

function expectBelow(what: string, value: number, size: number): void {
  if (Number.isInteger(value) && value >= 0 && value < size) return;
  throw new PretextError(`codebook: ${what} must lie in [0, ${size - 1}], got ${value}`, { kind: 'usage' });
}
