/** A split of the data as codes of one model: computed once for a checkpoint, kept in memory and on disk. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { PretextError } from '#app/contract';
import type { CodeLevel } from '#app/records/codebook';
import type { Split } from '#app/records/common';
import type { Feeds } from '#main/recipes/recipe';
import { writeDurably } from '../disk';
import type { Model } from '../model';
import { progressOf } from '../progress';
import type { Folders } from '../protocol';
import { decodeSafetensors, encodeSafetensors } from '../safetensors';
import type { TaskContext } from '../task';

/** The shape of a model's codes of one level: K codes of D numbers, a map of h × w of them for each item. */
export interface CodeShape {
  level: CodeLevel;
  /** What the heads `codes` and `decode` call a map of this level. */
  map: 'codes' | 'top';
  size: number;
  length: number;
  height: number;
  width: number;
  places: number;
}

/** The coarse codes of a model of two levels are called `top` by its heads; where there is one level, it is the fine. */
const maps = { fine: 'codes', coarse: 'top' } as const;
const vectors = { fine: 'vector', coarse: 'top' } as const;

/** Throws where the model has no codebook to look at, or not of this level. */
export function codeShapeOf({ system, run }: Model, level: CodeLevel = 'fine'): CodeShape {
  const map = maps[level];
  const [height, width] = system.heads['codes']?.outputs[map]?.shape ?? [];
  const [length] = system.heads['vectors']?.outputs[vectors[level]]?.shape ?? [];
  const size = Number(system.config['codebookSize']);
  if (!height || !width || !length || !system.heads['decode'] || !Number.isInteger(size))
    throw new PretextError(
      `run ${run.id}: the codebook explorer needs a model with a codebook${level === 'fine' ? '' : ' of two levels'}, ${run.recipe} has none`,
      {
        kind: 'usage',
        advice: `Open a run of a recipe with such a codebook: ${level === 'fine' ? 'vq-vae' : 'vq-vae-2'}.`,
      },
    );
  return { level, map, size, length, height, width, places: height * width };
}

/** The codes of every level that the model has, the coarse ones last. */
export function levelsOf(model: Model): CodeShape[] {
  const hasTwo = model.system.heads['codes']?.outputs[maps.coarse] !== undefined;
  return [codeShapeOf(model), ...(hasTwo ? [codeShapeOf(model, 'coarse')] : [])];
}

/** The codes themselves. float32 [K, D] */
export async function vectorsOf(
  { forwards }: Model,
  { size, level }: CodeShape,
  { check }: TaskContext,
): Promise<Float32Array> {
  const code = Int32Array.from({ length: size }, (_, k) => k);
  return (await forwards.using(check)('vectors', { code }, size))[vectors[level]] as Float32Array;
}

export interface Encoded {
  items: number;
  /** int32 [items, height · width], in order of the split. */
  codes: Int32Array;
}

const inMemory = new WeakMap<Model, Map<string, Promise<Encoded>>>();

/** The codes of a split. The first time for a checkpoint it encodes every item, with progress. */
export function encodedSplit(
  model: Model,
  about: { split: Split; shape: CodeShape },
  folders: Folders,
  context: TaskContext,
): Promise<Encoded> {
  const known = inMemory.get(model) ?? new Map<string, Promise<Encoded>>();
  inMemory.set(model, known);
  const name = `${about.split} ${about.shape.level}`;
  const found = known.get(name) ?? fromDiskOrModel(model, about, folders, context);
  known.set(name, found);
  found.catch(() => known.delete(name)); // stopped or failed: the next one starts anew
  return found;
}

async function fromDiskOrModel(
  model: Model,
  { split, shape }: { split: Split; shape: CodeShape },
  { objects }: Folders,
  context: TaskContext,
): Promise<Encoded> {
  const { level, places, size, height, width } = shape;
  const items = model.items.count(split);
  const { hash } = model.manifest;
  const words = [hash, model.items.dataset.hash, split, ...(level === 'fine' ? [] : [level])];
  const key = createHash('sha256').update(words.join('\n')).digest('hex');
  const path = join(objects, `codes-${key}.safetensors`);
  const kept = await readCodes(path, items * places, size, context);
  if (kept) return { items, codes: kept };
  const codes = await encode(model, split, shape, context);
  const values = new Map([['codes', { dtype: 'int32', shape: [items, height, width], data: codes }]]);
  // Kept to save time only: where it cannot be written, the next opening encodes once more.
  await writeDurably(path, encodeSafetensors(values, { checkpoint: hash, split }), context.rooms.disk).catch(() => {});
  return { items, codes };
}

async function readCodes(
  path: string,
  length: number,
  size: number,
  { rooms }: TaskContext,
): Promise<Int32Array | undefined> {
  try {
    const codes = decodeSafetensors(await rooms.disk.readFile(path), path).values.get('codes')?.data;
    const isWhole = codes instanceof Int32Array && codes.length === length;
    return isWhole && codes.every((code) => code >= 0 && code < size) ? codes : undefined;
  } catch {
    return undefined; // not there, or damaged
  }
}

async function encode(
  model: Model,
  split: Split,
  { map, places }: CodeShape,
  context: TaskContext,
): Promise<Int32Array> {
  const total = model.items.count(split);
  const progress = progressOf(context, 'items');
  const forward = model.forwards.using(context.check);
  const codes = new Int32Array(total * places);
  let done = 0;
  for await (const { x, labels } of model.items.batches(split, model.system.batchSize)) {
    const part = (await forward('codes', { x }, labels.length))[map] as Int32Array;
    codes.set(part, done * places);
    done += labels.length;
    progress(done, total);
    await new Promise((resolve) => setImmediate(resolve)); // a decode asked for meanwhile gets its turn
  }
  return codes;
}

/**
 * What a decoder needs besides the map of one level: nothing, or with two levels of codes the maps of the other of these
 * items, by their numbers in the data set.
 */
export async function otherLevelOf(
  model: Model,
  { map }: CodeShape,
  items: ArrayLike<number>,
  { check }: TaskContext,
): Promise<Feeds> {
  const other = map === 'codes' ? 'top' : 'codes';
  if (!model.system.heads['decode']?.inputs[other]) return {};
  const x = await model.items.read(items);
  return { [other]: (await model.forwards.using(check)('codes', { x }, items.length))[other]! };
}
